"""Blocks of work on two Ray nodes, one of which may be lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import adding
import pytest

from bench.stage import Stage, until

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

A, B = "127.0.0.1", "127.0.0.2"
SUMS = [int(row.sum()) for row in adding.rows()]


@pytest.fixture(autouse=True)
def _no_signs(request: pytest.FixtureRequest) -> None:
    """Remove the signs of the test before."""
    for name in {"lasting_nodes"} & set(request.fixturenames):
        (request.getfixturevalue(name).folder / "signs").unlink(missing_ok=True)


def begin(stage: Stage, work: str, address: str | None = None, memory: int = 0) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-W", "error", adding.__file__]
    return stage.popen(
        [*command, address or stage.address, work, str(stage.folder / "signs"), str(memory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def end(driver: subprocess.Popen[bytes]) -> dict[str, object]:
    out, err = driver.communicate(timeout=120)
    assert driver.returncode == 0, err.decode()
    return json.loads(out)


def signs(stage: Stage) -> int:
    path: Path = stage.folder / "signs"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_blocks_are_done_once_on_both_nodes(lasting_nodes: Stage) -> None:
    found = end(begin(lasting_nodes, "added"))
    assert found.pop("lost") == []
    assert [found[str(block)][0] for block in range(40)] == SUMS
    assert {place for _, place in found.values()} == {A, B}
    assert signs(lasting_nodes) == 40


def test_blocks_of_a_lost_node_are_done_again(two_nodes: Stage) -> None:
    driver = begin(two_nodes, "added")
    until(lambda: signs(two_nodes) >= 8)
    two_nodes.kill("node_b")
    before = signs(two_nodes)
    found = end(driver)
    assert found.pop("lost") == [B]
    assert [found[str(block)][0] for block in range(40)] == SUMS
    places = Counter(place for _, place in found.values())
    assert set(places) == {A, B}
    assert before < 30
    assert places[A] >= 40 - before


def test_node_that_joins_later_takes_its_share(empty_stage: Stage) -> None:
    empty_stage.add("node_a")
    driver = begin(empty_stage, "added")
    until(lambda: signs(empty_stage) >= 2)
    empty_stage.add("node_b")
    found = end(driver)
    assert found.pop("lost") == []
    assert [found[str(block)][0] for block in range(40)] == SUMS
    assert {place for _, place in found.values()} == {A, B}


def test_block_of_a_worker_that_died_is_done_again(lasting_nodes: Stage) -> None:
    found = end(begin(lasting_nodes, "dying"))
    assert found == {str(block): block for block in range(40)} | {"lost": []}
    assert (lasting_nodes.folder / "died").exists()


def test_context_is_shared_among_workers(lasting_nodes: Stage) -> None:
    assert set(end(begin(lasting_nodes, "interfered"))) == {*map(str, range(40)), "lost"}


def test_cluster_too_small_for_a_worker_is_refused(lasting_nodes: Stage) -> None:
    [[code, _, _, reason]] = end(begin(lasting_nodes, "added", memory=2**50))["refused"]
    assert code == "cluster"
    assert reason.startswith(
        "no node of the cluster can hold a worker: it takes 1 processor and 1048576.0 GiB"
    )


def test_refusal_on_a_worker_arrives_whole(lasting_nodes: Stage) -> None:
    assert end(begin(lasting_nodes, "refusing")) == {"refused": [["code", "f", 3, "why"]]}


def test_fault_on_a_worker_is_raised_as_it_was(lasting_nodes: Stage) -> None:
    assert set(end(begin(lasting_nodes, "failing"))) == {"failed"}


def test_local_needs_no_cluster_and_leaves_nothing(empty_stage: Stage) -> None:
    driver = begin(empty_stage, "added", "local")
    until(lambda: signs(empty_stage) > 0)
    assert len(empty_stage.processes("raylet", "gcs_server")) == 2
    found = end(driver)
    assert [found[str(block)][0] for block in range(40)] == SUMS
    until(lambda: not empty_stage.processes("raylet", "gcs_server"))


def test_nothing_goes_on_when_the_driver_was_killed(lasting_nodes: Stage) -> None:
    driver = begin(lasting_nodes, "resting")
    until(lambda: signs(lasting_nodes) == 1 and len(lasting_nodes.processes("ray::done_by")) == 2)
    lasting_nodes.kill_command(driver)
    until(lambda: not lasting_nodes.processes("ray::done_by"))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1:1", "no cluster answers at 127.0.0.1:1: Connection refused"),
        ("somewhere", "the address of the cluster is not understood: somewhere"),
    ],
)
def test_wrong_address_is_refused_at_once(empty_stage: Stage, address: str, said: str) -> None:
    assert end(begin(empty_stage, "added", address)) == {"refused": [["cluster", None, None, said]]}
