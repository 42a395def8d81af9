"""How a vault file is laid out: a header that pins checksums and directory, data in blocks, both tables."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Self

import numpy as np

MAGIC = b"QIXIVLT\n"
FORMAT = 1
HEADER = 4096
"""Bytes of the header; the data begin behind it, on a page of their own."""
BLOCK = 65_536
"""Bytes that one checksum stands for; the last block may be shorter."""
ALIGN = 64
"""Every array begins on a multiple of this, so that no number straddles two blocks."""
SUM = 16
"""Bytes of a block's checksum: the first half of its SHA-256."""
KINDS: Mapping[str, np.dtype[np.generic]] = {
    code: np.dtype(code) for code in ("|b1", "|u1", "|i1", "<u2", "<u8", "<i4", "<i8", "<f4", "<f8")
}
"""The numbers a vault holds, little-endian on every machine."""

_HEAD = struct.Struct("<8sIIQQQ32s32s")
_DEEPEST = 2
_DIGEST = 32


class Unsound(Exception):  # noqa: N818  it says what the bytes are
    """The bytes are no layout; the reader turns it into a refusal that names the file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One array: its kind of number, its shape, and where it begins in the data."""

    kind: str
    shape: tuple[int, ...]
    offset: int

    @property
    def size(self) -> int:
        """Bytes."""
        return prod(self.shape) * KINDS[self.kind].itemsize


@dataclass(frozen=True, slots=True)
class Header:
    """Lengths in bytes of data, checksums and directory, and the digests of the latter two."""

    data: int
    sums: int
    directory: int
    sums_digest: bytes
    directory_digest: bytes

    @property
    def whole(self) -> int:
        """Bytes of the file."""
        return HEADER + self.data + self.sums + self.directory

    def packed(self) -> bytes:
        """Return the header's bytes, its own digest last."""
        head = _HEAD.pack(
            MAGIC,
            FORMAT,
            BLOCK,
            self.data,
            self.sums,
            self.directory,
            self.sums_digest,
            self.directory_digest,
        )
        body = head.ljust(HEADER - _DIGEST, b"\0")
        return body + digest(body)

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """Read a header; raises Unsound."""
        if len(packed) != HEADER or digest(packed[:-_DIGEST]) != packed[-_DIGEST:]:
            raise Unsound
        magic, number, block, *rest = _HEAD.unpack_from(packed)
        header = cls(*rest)
        fits = header.sums == SUM * blocks(header.data)
        if (magic, number, block) != (MAGIC, FORMAT, BLOCK) or not fits or header.packed() != packed:
            raise Unsound
        return header


def digest(content: bytes) -> bytes:
    """Return the SHA-256."""
    return hashlib.sha256(content).digest()


def checksum(block: bytes | memoryview) -> bytes:
    """Return the checksum of one block."""
    return hashlib.sha256(block).digest()[:SUM]


def blocks(data: int) -> int:
    """Return how many blocks so many bytes make."""
    return -(-data // BLOCK)


def directory_bytes(entries: Mapping[str, Entry]) -> bytes:
    """Return the directory as it is stored: JSON, one array [name, kind, shape, offset] each."""
    rows = [[name, each.kind, list(each.shape), each.offset] for name, each in entries.items()]
    return json.dumps(rows, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def read_directory(content: bytes, data: int) -> dict[str, Entry]:
    """Read a directory over so many bytes of data; raises Unsound, also on what points outside them."""
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise Unsound from fault
    if not isinstance(rows, list):
        raise Unsound
    entries = dict(_entry(row, data) for row in rows)
    if len(entries) != len(rows):
        raise Unsound
    return entries


def _entry(row: object, data: int) -> tuple[str, Entry]:
    if not isinstance(row, list) or len(row) != 4:
        raise Unsound
    name, kind, shape, offset = row
    if (
        not isinstance(name, str)
        or not isinstance(kind, str)
        or kind not in KINDS
        or not _counts(shape)
        or not _counts([offset])
    ):
        raise Unsound
    entry = Entry(kind, tuple(shape), offset)
    if not 1 <= len(shape) <= _DEEPEST or offset % ALIGN or offset + entry.size > data:
        raise Unsound
    # An empty array may claim any other extent, and numpy would not take it.
    if any(extent > np.iinfo(np.int64).max for extent in shape):
        raise Unsound
    return name, entry


def _counts(values: Sequence[object]) -> bool:
    return isinstance(values, list) and all(type(value) is int and value >= 0 for value in values)
