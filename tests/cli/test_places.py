"""Files from elsewhere, results sent there, and blocks done there: what `qixi batch` makes of addresses."""

from __future__ import annotations

from typing import Any

import pytest

from cli.command import qixi, refused, rows_of
from cli.conftest import Desk


@pytest.fixture
def memory() -> Any:
    import fsspec

    system = fsspec.filesystem("memory")
    system.store.clear()
    return system


def batch(desk: Desk, *more: object, demand: object = None) -> Any:
    files = ["--supply", desk.supply, "--demand", demand or desk.demand]
    options = ["--out", desk.path("out"), "--top", 3, "--back", 2, "--candidates", "all", "--workers", 1]
    return qixi("batch", *files, *options, *more, QIXI_LANGUAGE="en")


def contents(folder: Any) -> dict[str, bytes]:
    names = ("forward/block-00000.parquet", "back/part-00000.parquet", "run.json")
    return {name: (folder / name).read_bytes() for name in names}


def test_files_from_elsewhere_and_results_sent_there(desk: Desk, memory: Any) -> None:
    memory.pipe("/office/demand.jsonl", desk.demand.read_bytes() + b"{broken\n")
    done = batch(
        desk,
        "--rejects",
        desk.path("rejects.jsonl"),
        "--send",
        "memory://far",
        demand="memory://office/demand.jsonl",
    )
    assert (done.code, done.err) == (0, "")
    assert {name: memory.cat(f"/far/{name}") for name in contents(desk.path("out"))} == contents(
        desk.path("out")
    )
    assert [row["file"] for row in rows_of(desk.path("rejects.jsonl"))] == ["memory://office/demand.jsonl"]


def test_file_that_is_not_there_is_refused_by_its_url(desk: Desk, memory: Any) -> None:
    said = refused(batch(desk, demand="memory://office/none.jsonl"))
    assert "memory://office/none.jsonl" in said
    assert not desk.path("out").exists()


def test_place_to_send_to_is_tried_first(desk: Desk) -> None:
    desk.write("file", "")
    said = refused(batch(desk, "--send", f"{desk.path('file').as_uri()}/far"))
    assert "cannot be written" in said
    assert not desk.path("out").exists()


def test_place_to_send_to_is_a_url(desk: Desk) -> None:
    done = batch(desk, "--send", "far")
    assert done.code == 2
    assert "far is no URL" in done.err


@pytest.mark.parametrize(
    ("address", "why"),
    [("127.0.0.1:1", "No cluster answers at 127.0.0.1:1"), ("there", "is not understood: there")],
)
def test_cluster_that_is_not_there_is_refused(desk: Desk, address: str, why: str) -> None:
    assert why in refused(batch(desk, "--cluster", address))
    assert not desk.path("out").exists()


def test_cluster_without_ray_is_refused_with_the_remedy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qixi.match.cluster.faults.importlib.util.find_spec", lambda _: None)
    assert "pip install 'qixi[cluster]'" in refused(batch(desk, "--cluster", "local"))
