"""A sorted list of stems as arrays, looked up where they lie, without a dictionary of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

_HEAD = 8


@dataclass(frozen=True, slots=True)
class Stems:
    """Distinct stems by code point: stem i is `letters[start[i]:start[i + 1]]` in UTF-8.

    `heads` are the first eight bytes of each as a number, so that one binary search over numbers finds
    nearly all. Shapes: `start` int64 (stems + 1,), `letters` uint8, `heads` uint64 (stems,).
    """

    start: NDArray[np.int64]
    letters: NDArray[np.uint8]
    heads: NDArray[np.uint64]

    @property
    def size(self) -> int:
        """Number of stems."""
        return int(self.heads.size)

    @classmethod
    def of(cls, stems: Iterable[str]) -> Self:
        """Hold distinct stems; raises UnicodeError on half a character."""
        written = [stem.encode() for stem in sorted(stems)]
        start = np.zeros(len(written) + 1, dtype=np.int64)
        np.cumsum([len(each) for each in written], out=start[1:])
        heads = np.array([_head(each) for each in written], dtype=np.uint64)
        return cls(start, np.frombuffer(b"".join(written), dtype=np.uint8), heads)

    def __getitem__(self, place: int) -> str:
        return self._written(place).decode()

    def find(self, stem: str) -> int:
        """Return the place of a stem, -1 where it is not there."""
        written = stem.encode("utf-8", "surrogatepass")
        head = np.uint64(_head(written))
        first = int(self.heads.searchsorted(head, "left"))
        last = int(self.heads.searchsorted(head, "right"))
        place = first + bisect_left(range(first, last), written, key=self._written)
        return place if place < last and self._written(place) == written else -1

    def _written(self, place: int) -> bytes:
        return self.letters[self.start[place] : self.start[place + 1]].tobytes()


def _head(written: bytes) -> int:
    return int.from_bytes(written[:_HEAD].ljust(_HEAD, b"\0"), "big")
