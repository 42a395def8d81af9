"""A batch on two Ray nodes, one of which sees neither the index nor the results, and may be lost."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import pytest

from bench.stage import Stage, until
from bench.stress.writing import Plan, write

pytestmark = [pytest.mark.slow, pytest.mark.cluster, pytest.mark.timeout(1200)]

ENVIRONMENT = {**os.environ, "QIXI_LANGUAGE": "en", "NUMBA_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Market:
    """A generated market with its index, and what one machine makes of it."""

    folder: Path
    results: dict[str, str]

    def command(self, out: Path, *more: str) -> list[str]:
        return _command(self.folder, out, *more)


def _command(folder: Path, out: Path, *more: str) -> list[str]:
    given = ["--index", str(folder / "index"), "--demand", str(folder / "demand.jsonl")]
    given += ["--settings", str(folder / "settings.toml")]
    depth = ["--top", "30", "--back", "7", "--candidates", "200"]
    return [sys.executable, "-m", "qixi", "batch", *given, *depth, "--out", str(out), *more]


def results(out: Path) -> dict[str, str]:
    """Return the digest of each file of a finished batch."""
    found = [path for path in sorted(out.rglob("*")) if path.is_file()]
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    folder = tmp_path_factory.mktemp("market")
    write(Plan(600, 1024), folder / "files", 1)
    (folder / "files" / "demand.jsonl").rename(folder / "demand.jsonl")
    # An operator's own table, which a node may not see either.
    own = folder / "own.tsv"
    shutil.copyfile(str(files("qixi.match") / "data" / "crosswalk.tsv"), own)
    (folder / "settings.toml").write_text(f"crosswalk = {str(own)!r}\n", "utf-8")
    build = [sys.executable, "-m", "qixi", "index", "build", str(folder / "index")]
    subprocess.run([*build, "--supply", str(folder / "files" / "supply.jsonl")], env=ENVIRONMENT, check=True)
    subprocess.run(_command(folder, folder / "one", "--workers", "1"), env=ENVIRONMENT, check=True)
    found = results(folder / "one")
    assert sorted(found) == [
        "back/part-00000.parquet",
        *(f"forward/block-{n:05}.parquet" for n in range(4)),
        "run.json",
    ]
    return Market(folder, found)


@pytest.fixture
def apart(empty_stage: Stage, market: Market, tmp_path: Path) -> Stage:
    """Return two nodes, the second of which sees neither the market nor this test's folder."""
    empty_stage.add("node_a")
    empty_stage.add("node_b", hidden=[market.folder, tmp_path])
    return empty_stage


def begin(stage: Stage, market: Market, out: Path, *more: str) -> subprocess.Popen[bytes]:
    command = ["env", "QIXI_LANGUAGE=en", *market.command(out, *more)]
    return stage.popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def end(driver: subprocess.Popen[bytes]) -> str:
    """Return what the command said beside its results, less what Ray says of a network without a way out."""
    out, err = driver.communicate(timeout=600)
    assert driver.returncode == 0, err.decode()
    assert out.decode().startswith("600 technologies, 1024 needs")
    return "".join(line for line in err.decode().splitlines(keepends=True) if "network_util.cc" not in line)


def done(out: Path) -> int:
    return len(list((out / "forward").glob("*.parquet")))


def test_two_nodes_give_what_one_machine_gives(apart: Stage, market: Market, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert end(begin(apart, market, out, "--cluster", apart.address)) == ""
    assert results(out) == market.results
    [copy] = (apart.folder / "cache" / "qixi" / "cluster").iterdir()
    assert results(copy) == results(market.folder / "index")


def test_lost_node_changes_nothing(apart: Stage, market: Market, tmp_path: Path) -> None:
    out = tmp_path / "out"
    driver = begin(apart, market, out, "--cluster", apart.address)
    until(lambda: done(out) >= 1)
    apart.kill("node_b")
    assert done(out) < 4
    assert end(driver) == "the node 127.0.0.2 is lost; what it had not finished is done by others\n"
    assert results(out) == market.results


def test_killed_command_goes_on_where_it_was(apart: Stage, market: Market, tmp_path: Path) -> None:
    out = tmp_path / "out"
    driver = begin(apart, market, out, "--cluster", apart.address)
    until(lambda: done(out) >= 1)
    apart.kill_command(driver)
    before = {path: path.stat().st_mtime_ns for path in (out / "forward").glob("*.parquet")}
    assert len(before) < 4
    assert end(begin(apart, market, out, "--cluster", apart.address)) == ""
    assert results(out) == market.results
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_local_cluster_gives_the_same(empty_stage: Stage, market: Market, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert end(begin(empty_stage, market, out, "--cluster", "local", "--workers", "2")) == ""
    assert results(out) == market.results


def test_results_are_sent_elsewhere_too(empty_stage: Stage, market: Market, tmp_path: Path) -> None:
    out, far = tmp_path / "out", tmp_path / "far"
    assert end(begin(empty_stage, market, out, "--workers", "1", "--send", far.as_uri())) == ""
    assert results(far) == market.results
