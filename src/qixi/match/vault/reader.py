"""Reading a vault: mapped into memory, each block checked before its numbers are first used."""

from __future__ import annotations

import mmap
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from qixi.match.vault.fault import damaged
from qixi.match.vault.layout import (
    BLOCK,
    HEADER,
    KINDS,
    SUM,
    Entry,
    Header,
    Unsound,
    blocks,
    checksum,
    digest,
    read_directory,
)

Number = TypeVar("Number", bound=np.generic)
Rule = Callable[[NDArray[Any], bool], bool]
"""Says whether numbers are sound; the flag says that the first is that of the block before."""


class Vault:
    """An open vault; header, directory and checksums are sound, blocks are checked as they are read.

    Raises Refused where the file is missing, is none, was cut, or has another seal than `seal`.
    """

    def __init__(self, path: Path, seal: str | None = None) -> None:
        self.path = path
        try:
            # A pipe would never end, and a link would lead out of the folder.
            if not stat.S_ISREG(path.lstat().st_mode):
                raise damaged(path)
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as fault:
            raise damaged(path) from fault
        try:
            self._entries = self._opened()
        except Unsound as fault:
            raise damaged(path) from fault
        if seal is not None and seal != self.seal:
            raise damaged(path)
        self._checked = np.zeros(blocks(self._header.data), dtype=np.bool_)

    def _opened(self) -> dict[str, Entry]:
        self._header = header = Header.unpacked(self._map[:HEADER])
        if len(self._map) != header.whole:
            raise Unsound
        sums_end = HEADER + header.data + header.sums
        self._sums = self._map[HEADER + header.data : sums_end]
        directory = self._map[sums_end:]
        if digest(self._sums) != header.sums_digest or digest(directory) != header.directory_digest:
            raise Unsound
        return read_directory(directory, header.data)

    @property
    def seal(self) -> str:
        """The digest that pins every byte of the file, hex."""
        return self._map[HEADER - 32 : HEADER].hex()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its arrays, in the order written."""
        return tuple(self._entries)

    def array(
        self, name: str, kind: type[Number], rule: Rule | None = None, width: int | None = None
    ) -> Stored[Number]:
        """Return one array, nothing of it checked yet; raises Refused where there is none of that kind.

        `rule` must hold for each block; `width` is the extent of the second dimension, none for one
        dimension.
        """
        entry = self._entries.get(name)
        rest = () if width is None else (width,)
        if entry is None or KINDS[entry.kind] != np.dtype(kind) or entry.shape[1:] != rest:
            raise damaged(self.path)
        values: NDArray[Number] = np.frombuffer(
            self._map,
            dtype=np.dtype(kind),
            count=entry.size // np.dtype(kind).itemsize,
            offset=HEADER + entry.offset,
        )
        return Stored(self, values, entry, rule)

    def whole(self, name: str, kind: type[np.generic]) -> NDArray[np.generic]:
        """Return one array of one or two dimensions, every block of it checked; raises Refused."""
        return self.array(name, kind, width=self.width(name)).all()

    def width(self, name: str) -> int | None:
        """Return the extent of an array's second dimension, None where it has none, or is not there."""
        shape = self._entries[name].shape if name in self._entries else ()
        return shape[1] if len(shape) == 2 else None

    def check_block(self, number: int) -> None:
        """Raise Refused unless the block is as it was written; does it once for each block."""
        if not self._checked[number]:
            self._compare(number)
            self._checked[number] = True

    def check(self) -> None:
        """Compare every block anew; raises Refused at the first that is not as it was written."""
        for number in range(len(self._checked)):
            self._compare(number)
        self._checked[:] = True

    def _compare(self, number: int) -> None:
        start = HEADER + number * BLOCK
        stop = min(start + BLOCK, HEADER + self._header.data)
        if checksum(memoryview(self._map)[start:stop]) != self._sums[number * SUM : number * SUM + SUM]:
            raise damaged(self.path, start, stop)


class Stored(Generic[Number]):
    """One array of a vault; what has not been taken may not be used."""

    def __init__(self, vault: Vault, values: NDArray[Number], entry: Entry, rule: Rule | None) -> None:
        self._vault = vault
        self._flat = values
        self._rule = rule
        self._offset = entry.offset
        self._first = entry.offset // BLOCK
        last = (entry.offset + max(entry.size, 1) - 1) // BLOCK
        self._sound = np.zeros(last - self._first + 1 if entry.size else 0, dtype=np.bool_)
        self._row = int(np.prod(entry.shape[1:], dtype=np.int64)) * KINDS[entry.kind].itemsize
        self.shape = entry.shape
        self.unchecked: NDArray[Number] = values.reshape(entry.shape)

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def path(self) -> Path:
        """The file it is in."""
        return self._vault.path

    def all(self) -> NDArray[Number]:
        """Return the whole array, every block checked; raises Refused."""
        self._check(np.flatnonzero(~self._sound))
        return self.unchecked

    def take(self, start: int, stop: int) -> NDArray[Number]:
        """Return rows [start, stop), just their blocks checked, without a copy; raises Refused."""
        if start < stop:
            first, last = self._block(start * self._row), self._block(stop * self._row - 1)
            if not self._sound[first : last + 1].all():
                self._check(first + np.flatnonzero(~self._sound[first : last + 1]))
        return self.unchecked[start:stop]

    def touch(self, starts: NDArray[np.int64], stops: NDArray[np.int64]) -> None:
        """Check the blocks of many ranges [starts[i], stops[i]) of rows; raises Refused."""
        filled = starts < stops
        if not filled.any() or self._sound.all():
            return
        first = (self._offset + starts[filled] * self._row) // BLOCK - self._first
        last = (self._offset + stops[filled] * self._row - 1) // BLOCK - self._first
        edges = np.zeros(self._sound.size + 1, dtype=np.int64)
        np.add.at(edges, first, 1)
        np.add.at(edges, last + 1, -1)
        self._check(np.flatnonzero((np.cumsum(edges[:-1]) > 0) & ~self._sound))

    def _block(self, place: int) -> int:
        return (self._offset + place) // BLOCK - self._first

    def _check(self, wanted: NDArray[np.intp]) -> None:
        for number in wanted:
            self._vault.check_block(self._first + int(number))
            if self._rule is not None and not self._holds(int(number), self._rule):
                raise damaged(self._vault.path)
            self._sound[number] = True

    def _holds(self, number: int, rule: Rule) -> bool:
        size = self._flat.itemsize
        start = max(0, (self._first + number) * BLOCK - self._offset) // size
        stop = min(self._flat.size, ((self._first + number + 1) * BLOCK - self._offset) // size)
        before = min(start, 1)
        return rule(self._flat[start - before : stop], bool(before))
