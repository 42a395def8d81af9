"""Files and folders put where they belong so that a crash at any moment leaves the old or the new."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from qixi.match.vault.layout import HEADER

VAULT = ".vault"
_DIGEST = 32


def write_synced(path: Path, content: bytes) -> None:
    """Write a new file and have it on the disk; raises OSError."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    finally:
        os.close(file)


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk; raises OSError."""
    if path.is_dir() and sys.platform == "win32":  # which keeps names by itself
        return
    file = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def sync_tree(folder: Path) -> None:
    """Have everything in a folder on the disk, the folder itself last; raises OSError."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def files_in(folder: Path) -> list[str]:
    """Return the files of a folder and the folders in it, by their path from there, sorted."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def seal_of(path: Path) -> str:
    """Return what pins every byte of a file: a vault's own seal, of any other its SHA-256, hex."""
    with path.open("rb") as file:
        if path.suffix != VAULT:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return file.read(HEADER)[-_DIGEST:].hex()


def remove(path: Path) -> None:
    """Remove a file or a folder with what is in it, as far as that goes: it is nobody's any more."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
