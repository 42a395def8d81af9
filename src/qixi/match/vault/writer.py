"""Writing a vault: arrays one after the other, in pieces, so that what is written never fills the memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.vault.layout import (
    ALIGN,
    BLOCK,
    HEADER,
    KINDS,
    Entry,
    Header,
    checksum,
    digest,
    directory_bytes,
)


class VaultWriter:
    """Writes a new file; it is a vault once `close` has come back, or the `with` block ended well.

    Raises OSError where the file is there already or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        self._entries: dict[str, Entry] = {}
        self._buffer = bytearray()
        self._sums = bytearray()
        self._size = 0
        self._open = True
        self._write(bytes(HEADER))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if fault is None:
            self.close()
        elif self._open:
            self._open = False
            os.close(self._file)

    def add(self, name: str, array: NDArray[Any]) -> None:
        """Write one whole array of one or two dimensions."""
        with self.stream(name, array.dtype, array.shape[1:]) as pieces:
            pieces.append(array)

    @contextmanager
    def stream(self, name: str, kind: np.dtype[Any], rest: tuple[int, ...] = ()) -> Iterator[Pieces]:
        """Write one array piece by piece along its first dimension; `rest` is the shape of what follows it.

        Arrays come one after the other: nothing else may be written before the block ends.
        """
        code = np.dtype(kind).newbyteorder("<").str
        if code not in KINDS or name in self._entries:
            msg = f"a vault holds no array {name!r} of {code}, or holds that name already"
            raise ValueError(msg)
        self._put(bytes(-self._size % ALIGN))
        pieces = Pieces(self, KINDS[code], rest)
        offset = self._size
        yield pieces
        self._entries[name] = Entry(code, (pieces.length, *rest), offset)

    def take(self, content: memoryview) -> None:
        """Take bytes of the array that is being written."""
        self._put(content)

    def close(self) -> str:
        """Finish the file and have it on the disk; return its seal, hex, which pins every byte of it."""
        self._open = False
        try:
            self._flush(len(self._buffer))
            directory = directory_bytes(self._entries)
            header = Header(
                self._size, len(self._sums), len(directory), digest(bytes(self._sums)), digest(directory)
            ).packed()
            self._write(bytes(self._sums) + directory)
            os.lseek(self._file, 0, os.SEEK_SET)
            self._write(header)
            os.fsync(self._file)
        finally:
            os.close(self._file)
        return header[-32:].hex()

    def _put(self, content: bytes | memoryview) -> None:
        self._buffer += content
        self._size += len(content)
        self._flush(len(self._buffer) // BLOCK * BLOCK)

    def _flush(self, count: int) -> None:
        """Write the first `count` bytes of the buffer, whole blocks but for the last."""
        if not count:
            return
        ready = bytes(memoryview(self._buffer)[:count])
        for at in range(0, count, BLOCK):
            self._sums += checksum(memoryview(ready)[at : at + BLOCK])
        self._write(ready)
        del self._buffer[:count]

    def _write(self, content: bytes) -> None:
        left = memoryview(content)
        while left:
            left = left[os.write(self._file, left) :]


@dataclass(slots=True)
class Pieces:
    """An array that is being written."""

    _writer: VaultWriter
    _kind: np.dtype[Any]
    _rest: tuple[int, ...]
    length: int = field(default=0, init=False)

    def append(self, piece: NDArray[Any]) -> None:
        """Write more of the array; raises ValueError where it is of another shape or kind of number."""
        if piece.shape[1:] != self._rest or piece.dtype.newbyteorder("<") != self._kind:
            msg = f"a piece is {piece.dtype} {piece.shape}, not {self._kind} (any, *{self._rest})"
            raise ValueError(msg)
        laid = np.ascontiguousarray(piece, dtype=self._kind).reshape(-1)
        step = max(1, (BLOCK * 64) // self._kind.itemsize)
        for at in range(0, laid.size, step):
            self._writer.take(laid[at : at + step].view(np.uint8).data)
        self.length += len(piece)
