"""An index on a node that cannot see the folder it lies in."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qixi.core import Refused
from qixi.match.cluster import copies, depot
from qixi.match.cluster.copies import KEPT, at_hand, store
from qixi.match.cluster.depot import Depot, listing

Made = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep copies in a folder of the test, and send few bytes at a time."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(depot, "CHUNK", 4)
    monkeypatch.setattr(copies, "here", lambda: "10.0.0.2")


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Return a function that writes an index of two files, and a draft and a lock which are none."""

    def make(word: str) -> Path:
        folder = tmp_path / word
        (folder / "part-1").mkdir(parents=True)
        (folder / "index.json").write_text(word)
        (folder / "part-1" / "empty").touch()
        (folder / "part-1" / "rows").write_text(word * 3)
        (folder / ".lock").touch()
        (folder / ".x.part").mkdir()
        (folder / ".x.part" / "rows").touch()
        return folder

    return make


class Counting(Depot):
    chunks = 0

    def chunk(self, name: str, at: int) -> NDArray[np.uint8]:
        self.chunks += 1
        return super().chunk(name, at)


def depot_of(folder: Path) -> Counting:
    return Counting({name: folder / name for name in listing(folder)})


def content(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in listing(folder)}


def test_listing_leaves_drafts_and_locks_out(made: Made) -> None:
    folder = made("alpha")
    assert {name: size for name, (size, _) in listing(folder).items()} == {
        "index.json": 5,
        "part-1/empty": 0,
        "part-1/rows": 15,
    }


def test_index_that_the_node_sees_is_taken_as_it_is(made: Made) -> None:
    folder = made("alpha")
    held = depot_of(folder)
    assert at_hand(folder, listing(folder), held) == folder
    assert (held.chunks, store().exists()) == (0, False)


@pytest.mark.parametrize("there", ["nothing", "another", "older"])
def test_index_that_the_node_does_not_see_is_copied_once(made: Made, tmp_path: Path, there: str) -> None:
    folder, seen = made("alpha"), tmp_path / "seen"
    if there == "another":
        made("beta").rename(seen)
    elif there == "older":
        made("alphA").rename(seen)
    held = depot_of(folder)
    copy = at_hand(seen, listing(folder), held)
    assert copy.parent == store()
    assert content(copy) == {"index.json": "alpha", "part-1/empty": "", "part-1/rows": "alpha" * 3}
    sent = held.chunks
    assert sent == 3 + 1 + 5
    assert at_hand(seen, listing(folder), held) == copy
    assert held.chunks == sent


def test_copy_that_arrives_damaged_is_refused_and_not_kept(made: Made, tmp_path: Path) -> None:
    class Damaging(Depot):
        def chunk(self, name: str, at: int) -> NDArray[np.uint8]:
            return super().chunk(name, at) ^ np.uint8(1)

    folder = made("alpha")
    held = Damaging({name: folder / name for name in listing(folder)})
    with pytest.raises(Refused, match=r"node 10\.0\.0\.2: SHA-256") as caught:
        at_hand(tmp_path / "seen", listing(folder), held)
    assert [problem.code for problem in caught.value.problems] == ["cluster"]
    assert list(store().iterdir()) == []


def test_last_copies_are_kept_and_drafts_of_the_killed_are_not(made: Made, tmp_path: Path) -> None:
    kept = []
    for number in range(KEPT + 2):
        folder = made(f"word{number}")
        kept.append(at_hand(tmp_path / "seen", listing(folder), depot_of(folder)))
        os.utime(kept[-1], (number, number))
        (store() / f".{number}.part").mkdir()
    (store() / f".{KEPT + 1}.part").rmdir()
    assert sorted(store().iterdir()) == sorted(kept[-KEPT:])


def test_folder_that_cannot_be_written_is_refused(made: Made, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    folder = made("alpha")
    with pytest.raises(Refused, match="cannot be copied to the node"):
        at_hand(tmp_path / "seen", listing(folder), depot_of(folder))
