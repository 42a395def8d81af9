"""Putting a file in its place whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qixi.core import Refused
from qixi.tables.faults import fault, shown


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """Give a new file beside `path` to write to, which takes `path`'s place when the block ends well.

    When it does not, nothing is left behind and what stood at `path` still stands; only a process that
    is killed can leave a file `.NAME.*.part`, which nothing reads. Raises Refused
    where the folder cannot be written to or the disk is full.
    """
    try:
        part = _new_beside(path)
    except OSError as error:
        raise _refusal(path, error) from None
    try:
        yield part
        _flush(part)
        part.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise _refusal(path, error) from None
    finally:
        part.unlink(missing_ok=True)


def _new_beside(path: Path) -> Path:
    for count in range(1_000):
        part = path.with_name(f".{path.name}.{os.getpid()}-{count}.part")
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            continue
        return part
    raise FileExistsError(path)


def _flush(path: Path) -> None:
    """Have the system put a file, or a folder's list of files, on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refusal(path: Path, error: OSError) -> Refused:
    return Refused(fault("write-failed", {"why": error.strerror or str(error)}, file=shown(str(path), 500)))
