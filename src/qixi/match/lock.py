"""The lock of an index folder: one writer at a time, whatever becomes of the one before."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qixi.core import Problem, Refused, Text

LOCK = ".lock"
"""The file's name; the file is empty, and only whoever holds its lock may write to the folder."""
PATIENCE = 60.0
"""Seconds a writer waits for another: far more than writing takes, for fitting comes before it."""
_PAUSE = 0.05

if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

else:
    import fcntl

    def _take(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def locked(folder: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of an existing folder, also against other threads of this process.

    The operating system gives it back when a process ends, however it ends. Raises Refused after
    `patience` seconds behind another writer, OSError where the file system grants no lock.
    """
    path = folder / LOCK
    file = _wait(path, patience)
    try:
        yield
    finally:
        if sys.platform != "win32":  # which keeps the name of an open file
            with suppress(FileNotFoundError):
                path.unlink()
        os.close(file)


def _wait(path: Path, patience: float) -> int:
    until = time.monotonic() + patience
    while (file := _held(path)) is None:
        if time.monotonic() >= until:
            raise _busy(path.parent)
        time.sleep(_PAUSE)
    return file


def _held(path: Path) -> int | None:
    """Return the lock file, open and locked, or nothing where another has it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        # The writer before may have removed the file between our opening and our locking it: then
        # the next writer locks another file of the same name, and ours keeps nobody out.
        if _take(file) and _is_at(path, file):
            file, mine = -1, file
            return mine
    finally:
        if file >= 0:
            os.close(file)
    return None


def _is_at(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _busy(folder: Path) -> Refused:
    reason = Text("另一个进程正在写入该索引", "another process is writing this index")
    remedy = Text(
        "请等它结束后重试，或另选一个文件夹", "try again when it has ended, or choose another folder"
    )
    return Refused(Problem("index-busy", reason, remedy, file=str(folder)))
