"""Writers that are killed, kept waiting, or run out of room leave the old index or the new."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from corpus_model import asset, built, contents, is_model

from qixi.core import Refused
from qixi.match.index import append, compact, index_info, load_index, remove
from qixi.match.index.opened import Opened

HERE = Path(__file__).parent
START = {f"P{n:03}": asset(n) for n in range(12)}


@pytest.fixture(scope="module")
def start(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("start") / "it"
    built(START.values(), folder)
    append(folder, [asset(3, 1), asset(20)])
    return folder


MODEL = START | {"P003": asset(3, 1), "P020": asset(20)}


@pytest.fixture
def folder(start, tmp_path) -> Path:
    return Path(shutil.copytree(start, tmp_path / "it"))


def crashes(folder: Path, count: int, seed: int) -> dict:
    environment = {**os.environ, "NUMBA_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, HERE / "crashes.py", folder, str(count), str(seed)],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_writer_killed_at_a_few_points_leaves_the_old_index_or_the_new(tmp_path, require):
    require("posix", hasattr(os, "fork"), "no processes that fork here")
    told = crashes(tmp_path, 10, 3)
    assert told["wrong"] == []
    assert sum(told["found"].values()) == 10


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_writer_killed_at_two_hundred_points_leaves_the_old_index_or_the_new(tmp_path, require):
    require("posix", hasattr(os, "fork"), "no processes that fork here")
    told = crashes(tmp_path, 200, int(os.environ.get("QIXI_FUZZ_SEED", "7")))
    assert told["wrong"] == []
    assert sum(told["found"].values()) == 200
    kinds = {f"{what} {state}" for what in ("append", "remove", "compact") for state in ("old", "new")}
    assert told["found"].keys() == kinds


CHANGES = {
    "append": lambda folder: append(folder, [asset(5, 3), asset(40)]),
    "remove": lambda folder: remove(folder, ["P001"]),
    "compact": compact,
}


@pytest.mark.parametrize("what", CHANGES)
def test_full_disk_is_said_and_leaves_the_index_as_it_was(folder, monkeypatch, what):
    before, write, left = contents(folder), os.write, []

    def full(file, content):
        if not left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left.pop()
        return write(file, content)

    for room in (0, 1, 5):
        left[:] = [None] * room
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(Refused, match="No space left") as refused:
            CHANGES[what](folder)
        monkeypatch.undo()
        assert refused.value.problems[0].file == str(folder)
        assert contents(folder) == before
    CHANGES[what](folder)
    load_index(folder)


@pytest.mark.parametrize("name", ["fsync", "replace", "rename"])
def test_disk_that_fails_later_is_said_and_leaves_an_index(folder, monkeypatch, name):
    def failing(*_given, **_named):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, name, failing)
    with pytest.raises(Refused, match="Input/output"):
        append(folder, [asset(40)])
    monkeypatch.undo()
    assert is_model(folder, MODEL)


def test_short_writes_are_finished(folder, monkeypatch):
    write = os.write
    monkeypatch.setattr(
        os, "write", lambda file, content: write(file, bytes(content[: 1 + len(content) // 2]))
    )
    append(folder, [asset(40)])
    monkeypatch.undo()
    assert is_model(folder, MODEL | {"P040": asset(40)})


@pytest.mark.parametrize("what", ["append", "compact"])
def test_head_is_put_in_place_after_all_it_names_is_on_the_disk(folder, monkeypatch, what):
    told, fsync, replace, rename = [], os.fsync, os.replace, os.rename

    def synced(file):
        told.append(("on disk", os.fstat(file).st_ino))
        fsync(file)

    def moved(kind, real):
        def move(source, target):
            told.append((kind, Path(source).stat().st_ino))
            real(source, target)

        return move

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", moved("head", replace))
    monkeypatch.setattr(os, "rename", moved("part", rename))
    CHANGES[what](folder)
    monkeypatch.undo()
    head = index_info(folder)
    part = folder / head.parts[-1].name
    placed = told.index(("part", part.stat().st_ino))
    headed = told.index(("head", (folder / "index.json").stat().st_ino))
    for path in (*part.iterdir(), part):
        assert told.index(("on disk", path.stat().st_ino)) < placed, path
    names = ("on disk", folder.stat().st_ino)
    assert names in told[placed:headed]
    assert told.index(("on disk", (folder / "index.json").stat().st_ino)) < headed
    assert names in told[headed:]


def test_readers_see_whole_indexes_while_writers_change_and_compact(folder):
    models = [MODEL | {f"P{40 + n:03}": asset(40 + n) for n in range(count)} for count in range(7)]
    done = threading.Event()
    seen: set[int] = set()
    wrong: list[object] = []

    def read():
        while not done.is_set():
            try:
                opened = Opened.latest(folder)
                held = {each.id: each for each in opened.corpus.living()}
                seen.add(len(held))
                if held not in models:
                    wrong.append(sorted(held))
            except Exception as fault:  # noqa: BLE001  whatever it is, it is wrong
                wrong.append(fault)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for n in range(6):
        append(folder, [asset(40 + n)])
        if n % 2:
            compact(folder)
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(seen) > 1
    assert is_model(folder, models[-1])


def test_two_writers_take_turns_and_lose_nothing(folder):
    wrong: list[BaseException] = []

    def write(first):
        try:
            for n in range(4):
                append(folder, [asset(first + n)])
        except BaseException as fault:  # noqa: BLE001  shown by the assertion below
            wrong.append(fault)

    writers = [threading.Thread(target=write, args=(first,)) for first in (40, 50)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert wrong == []
    assert is_model(
        folder, MODEL | {f"P{n:03}": asset(n) for first in (40, 50) for n in range(first, first + 4)}
    )
