"""Putting a file in its place whole or not at all."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qixi.core import Refused
from qixi.tables.faults import fault, shown

_FULL = (errno.ENOSPC, errno.EDQUOT)
_SHORT = re.compile(r"\d+ requested and \d+ written|\[Errno 28\]")
"""How numpy and Arrow say in words that the disk was full."""


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


def nameable(path: Path) -> None:
    """Raise Refused where no file or folder can be called `path`: it is no UTF-8, or too long."""
    try:
        os.fspath(path).encode("utf-8")
        path.exists()
    except (UnicodeEncodeError, OSError) as error:
        raise unusable(path, error) from None


def unusable(path: Path, error: UnicodeEncodeError | OSError) -> Refused:
    """Return the refusal of an output's path that the system does not take, or that is no UTF-8."""
    file = shown(str(path), 500)
    if isinstance(error, UnicodeEncodeError):
        return Refused(fault("path-not-text", {}, file=file))
    return Refused(fault("path-unusable", {"why": error.strerror or str(error)}, file=file))


def tried(path: Path) -> None:
    """Raise OSError where `placed` could not begin to write to `path`, for its name or its folder."""
    _new_beside(path).unlink()


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
    file = shown(str(path), 500)
    if error.errno in _FULL or _SHORT.search(str(error)):
        return Refused(fault("disk-full", {}, file=file))
    return Refused(fault("write-failed", {"why": error.strerror or str(error)}, file=file))
