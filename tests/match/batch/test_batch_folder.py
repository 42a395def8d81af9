"""The folder of a batch: blocks are there whole or not, another run is refused, the merge reads them all."""

from __future__ import annotations

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from qixi.core import Refused
from qixi.match.batch.folder import Folder
from qixi.match.batch.results import MICRO, Back, Forward, Found

IDENTITY = {"corpus": "a", "needs": "b"}
NEEDS, TECHNOLOGIES = ["n0", "n1", "n2", "n3"], ["t0", "t1", "t2"]


def found(first: int) -> Found:
    half = np.full(4, 0.5)
    forward = Forward(
        np.array([0, 0, 1, 1], dtype=np.int32),
        np.array([2, 0, 1, 2], dtype=np.int32),
        np.array([1, 2, 1, 2], dtype=np.int32),
        np.array([0.9, 0.8, 0.7, 0.6]),
        half,
        half,
        half,
        half,
    )
    back = Back.empty(3, 2)
    back.need[:, 0], back.score[:, 0] = first, [int(x * MICRO) for x in (0.8, 0.1 * (first + 1), 0.9)]
    return Found(forward, back)


def filled(path) -> Folder:
    folder = Folder.open(path, IDENTITY, 3, 2)
    for block in (0, 1):
        folder.put(block, found(2 * block), NEEDS[2 * block : 2 * block + 2], TECHNOLOGIES)
    return folder


def test_a_batch_is_read_back_as_tables(tmp_path):
    folder = filled(tmp_path / "out")
    folder.finish(2, NEEDS, TECHNOLOGIES)
    forward = pq.read_table(tmp_path / "out" / "forward").to_pylist()
    assert [(r["demand_id"], r["supply_id"], r["rank"], r["score"]) for r in forward[4:6]] == [
        ("n2", "t2", 1, 0.9),
        ("n2", "t0", 2, 0.8),
    ]
    back = pq.read_table(tmp_path / "out" / "back").to_pylist()
    assert [(r["supply_id"], r["demand_id"], r["rank"], r["score"]) for r in back] == [
        ("t0", "n0", 1, 0.8),
        ("t0", "n2", 2, 0.8),
        ("t1", "n2", 1, 0.3),
        ("t1", "n0", 2, 0.1),
        ("t2", "n0", 1, 0.9),
        ("t2", "n2", 2, 0.9),
    ]
    assert folder.finished
    assert not (tmp_path / "out" / "pieces").exists()


def test_a_block_counts_only_when_both_its_files_are_there(tmp_path, monkeypatch):
    folder = Folder.open(tmp_path, IDENTITY, 3, 2)

    def fails(*args, **kwargs):
        raise OSError("11400 requested and 6112 written")

    monkeypatch.setattr("qixi.match.batch.folder.np.save", fails)
    with pytest.raises(Refused, match="No space left"):
        folder.put(0, found(0), NEEDS[:2], TECHNOLOGIES)
    assert not folder.has(0)
    monkeypatch.undo()
    folder.put(0, found(0), NEEDS[:2], TECHNOLOGIES)
    assert Folder.open(tmp_path, IDENTITY, 3, 2).has(0)


def test_another_run_is_refused_by_what_differs(tmp_path):
    Folder.open(tmp_path, IDENTITY, 3, 2)
    with pytest.raises(Refused, match="differs in needs"):
        Folder.open(tmp_path, {**IDENTITY, "needs": "c"}, 3, 2)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(Refused, match="no batch"):
        Folder.open(tmp_path, IDENTITY, 3, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("harm", ["cut", "shape", "gone"])
def test_a_damaged_piece_is_refused_at_the_merge(tmp_path, harm):
    folder = filled(tmp_path)
    piece = tmp_path / "pieces" / "block-00001.npy"
    if harm == "cut":
        piece.write_bytes(piece.read_bytes()[:-8])
    elif harm == "shape":
        np.save(piece, np.zeros((2, 2, 2), dtype=np.int32))
    else:
        piece.unlink()
    assert (folder.has(0), folder.has(1)) == (True, False)
    with pytest.raises(Refused, match="block-00001"):
        folder.finish(2, NEEDS, TECHNOLOGIES)
    assert not folder.finished


def test_a_forged_head_is_refused(tmp_path):
    Folder.open(tmp_path, IDENTITY, 3, 2)
    (tmp_path / "run.json").write_text(json.dumps([1]))
    with pytest.raises(Refused):
        Folder.open(tmp_path, IDENTITY, 3, 2)


def test_a_block_of_another_place_or_batch_counts_as_missing(tmp_path):
    folder = filled(tmp_path / "one")
    first, second = (tmp_path / "one" / "forward" / f"block-0000{n}.parquet" for n in (0, 1))
    second.write_bytes(first.read_bytes())
    assert (folder.has(0), folder.has(1)) == (True, False)
    other = Folder.open(tmp_path / "two", {**IDENTITY, "needs": "c"}, 3, 2)
    other.put(0, found(0), NEEDS[:2], TECHNOLOGIES)
    first.write_bytes((tmp_path / "two" / "forward" / first.name).read_bytes())
    assert not folder.has(0)
