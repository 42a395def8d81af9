"""`qixi batch`: the same lists as `qixi match`, gone on with after a kill, refused in plain words."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.command import DEMAND, SUPPLY, qixi

FILES = ("--supply", SUPPLY, "--demand", DEMAND)


def digests(out: Path) -> dict[str, str]:
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and "index" not in path.relative_to(out).parts
    }


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("batch") / "out"
    done = qixi("batch", *FILES, "--out", out, "--candidates", "all", "--top", 15, "--workers", 1)
    assert (done.code, done.err) == (0, "")
    return out


def test_batch_writes_what_match_ranks(exact, tmp_path):
    matched = tmp_path / "matches.parquet"
    assert qixi("match", *FILES, "--out", matched, "--top", 15, "--explain", 0).code == 0
    names = ["demand_id", "supply_id", "rank", "score", "fit_business", "fit_need", "fit_portfolio", "known"]

    def rows(path: Path) -> list[dict[str, object]]:
        table = pq.read_table(path, columns=names).to_pylist()
        return sorted(table, key=lambda row: (row["demand_id"], row["rank"]))

    assert rows(exact / "forward") == rows(matched)


def test_batch_tells_each_technology_its_best_needs(exact):
    forward = pq.read_table(exact / "forward").to_pylist()
    back = pq.read_table(exact / "back").to_pylist()
    pairs = {(row["supply_id"], row["demand_id"]): row["score"] for row in back}
    best = {row["supply_id"]: row for row in back if row["rank"] == 1}
    for row in forward:
        pair = (row["supply_id"], row["demand_id"])
        assert pairs.get(pair, row["score"]) == row["score"]
        assert best[row["supply_id"]]["score"] >= row["score"]


def test_results_do_not_depend_on_the_number_of_workers_or_candidates_left_over(exact, tmp_path):
    out = tmp_path / "out"
    done = qixi("batch", *FILES, "--out", out, "--candidates", "all", "--top", 15, "--workers", 2)
    assert done.code == 0
    assert digests(out) == digests(exact)


def test_a_finished_batch_is_not_done_again(exact):
    before = digests(exact)
    done = qixi("batch", *FILES, "--out", exact, "--candidates", "all", "--top", 15)
    assert done.code == 0
    assert digests(exact) == before


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--candidates", "12"), 2, "--top"),
        (("--candidates", "many"), 2, "all"),
        (("--memory", "0.5"), 4, "GiB"),
    ],
)
def test_what_cannot_be_done_is_said(options, code, said, tmp_path):
    done = qixi("batch", *FILES, "--out", tmp_path / "out", *options)
    assert done.code == code
    assert said in done.err


@pytest.mark.parametrize(
    ("model", "more", "said"),
    [
        ("rerank", (), "re-ranker"),
        ("embedding", ("--cluster", "local"), "on a cluster"),
    ],
)
def test_a_model_that_a_batch_cannot_ask_is_refused(model, more, said, tmp_path):
    settings = tmp_path / "settings.toml"
    endpoint = f'[models.{model}.endpoint]\nurl = "http://127.0.0.1:9/v1"\nmodel = "m"\n'
    settings.write_text(endpoint)
    done = qixi("batch", *FILES, "--out", tmp_path / "out", "--settings", settings, *more)
    assert done.code == 4
    assert said in done.err
    assert f"models.{model}" in done.err
    assert not (tmp_path / "out").exists()


def test_another_batch_in_the_folder_is_refused(exact):
    before = digests(exact)
    done = qixi("batch", *FILES, "--out", exact, "--candidates", "all", "--top", 14)
    assert done.code == 4
    assert "differs in plan, top" in done.err
    assert digests(exact) == before


def test_an_unfinished_batch_is_allocated_from_by_nobody(exact, tmp_path):
    half = Path(shutil.copytree(exact, tmp_path / "half", ignore=shutil.ignore_patterns("index")))
    about = half / "run.json"
    about.write_text(about.read_text("utf-8").replace('"finished": true', '"finished": false'), "utf-8")
    done = qixi("assign", "--matches", half, "--demand", DEMAND, "--out", tmp_path / "shown.csv")
    assert done.code == 4
    assert "The batch is not finished" in done.err
    assert not (tmp_path / "shown.csv").exists()


def test_an_index_that_was_changed_is_not_built_over(tmp_path):
    index, few = tmp_path / "index", tmp_path / "few.jsonl"
    few.write_text("".join(SUPPLY.read_text("utf-8").splitlines(keepends=True)[:3]), "utf-8")
    assert qixi("index", "build", index, "--supply", SUPPLY).code == 0
    more = tmp_path / "more.jsonl"
    more.write_text(few.read_text("utf-8").replace('"id": "', '"id": "X'), "utf-8")
    assert qixi("index", "append", index, "--supply", more).code == 0
    before = digests(tmp_path / "index")
    for command in ("batch", "match"):
        out = tmp_path / (command if command == "batch" else "match.jsonl")
        done = qixi(command, "--supply", few, "--demand", DEMAND, "--index", index, "--out", out)
        assert done.code == 4
        assert "--supply would undo that" in done.err
    assert digests(tmp_path / "index") == before


def test_an_index_of_the_batch_outlives_other_technologies(tmp_path):
    out, few = tmp_path / "out", tmp_path / "few.jsonl"
    few.write_text("".join(SUPPLY.read_text("utf-8").splitlines(keepends=True)[:3]), "utf-8")
    assert qixi("batch", *FILES, "--out", out).code == 0
    before = (out / "index" / "index.json").read_bytes()
    done = qixi("batch", "--supply", few, "--demand", DEMAND, "--out", out)
    assert done.code == 4
    assert "another batch, which differs in corpus" in done.err
    assert (out / "index" / "index.json").read_bytes() == before


def test_a_folder_of_letters_is_refused_before_any_work(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    done = qixi("batch", *FILES, "--out", tmp_path)
    assert done.code == 4
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.slow
def test_a_killed_batch_goes_on_and_ends_the_same(tmp_path):
    demand = tmp_path / "needs.csv"
    head, *rows = DEMAND.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    whole = "".join(rows)
    demand.write_text(head + whole, encoding="utf-8")
    asked = [
        "batch",
        "--supply",
        SUPPLY,
        "--demand",
        demand,
        "--candidates",
        "all",
        "--workers",
        "2",
        "--out",
    ]
    calm = tmp_path / "calm"
    assert qixi(*asked, calm).code == 0
    for delay in (0.5, 2.0, 4.0, 6.0):
        out = tmp_path / f"out-{delay}"
        running = subprocess.Popen(
            [sys.executable, "-m", "qixi", *map(str, asked), str(out)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(delay)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        done = qixi(*asked, out)
        assert done.code == 0, done.err
        assert digests(out) == digests(calm)


def test_a_finished_batch_keeps_no_draft_of_a_killed_writer(exact, tmp_path):
    out = Path(shutil.copytree(exact, tmp_path / "out"))
    for name in (".run.json.7-0.part", "forward/.block-00000.parquet.7-0.part", "back/.part-00000.7-0.part"):
        (out / name).write_bytes(b"half")
    done = qixi("batch", *FILES, "--out", out, "--candidates", "all", "--top", 15, "--workers", 1)
    assert (done.code, done.err) == (0, "")
    assert digests(out) == digests(exact)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


@pytest.mark.parametrize(
    ("lost", "harm"),
    [
        ("forward/block-00000.parquet", Path.unlink),
        ("forward/block-00000.parquet", cut),
        ("forward", shutil.rmtree),
        ("back", shutil.rmtree),
        ("back/part-00000.parquet", cut),
    ],
)
def test_what_a_finished_batch_has_lost_is_done_again(exact, tmp_path, lost, harm):
    out = Path(shutil.copytree(exact, tmp_path / "out"))
    harm(out / lost)
    done = qixi("batch", *FILES, "--out", out, "--candidates", "all", "--top", 15, "--workers", 1)
    assert (done.code, done.err) == (0, "")
    assert digests(out) == digests(exact)


@pytest.mark.parametrize("asked", [".", "forward"])
def test_a_batch_that_lost_a_block_is_allocated_from_by_nobody(exact, tmp_path, asked):
    out = Path(shutil.copytree(exact, tmp_path / "out", ignore=shutil.ignore_patterns("index")))
    (out / "forward" / "more.parquet").write_bytes((out / "forward" / "block-00000.parquet").read_bytes())
    (out / "forward" / "block-00000.parquet").unlink()
    done = qixi("assign", "--matches", out / asked, "--demand", DEMAND, "--out", tmp_path / "shown.csv")
    assert done.code == 4
    assert "The batch has lost block-00000.parquet" in done.err
