"""Lists of texts in a vault: one read at a time, and sorted lists searched, without loading the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import overload

import numpy as np

from qixi.match.vault.fault import damaged
from qixi.match.vault.reader import Vault
from qixi.match.vault.rules import offsets
from qixi.match.vault.writer import VaultWriter


def write_strings(writer: VaultWriter, name: str, texts: Iterable[str]) -> int:
    """Write texts as `NAME` and `NAME.at`, and return how many; raises UnicodeError on half a character."""
    ends = [0]
    with writer.stream(name, np.dtype(np.uint8)) as pieces:
        for text in texts:
            content = text.encode("utf-8")
            pieces.append(np.frombuffer(content, dtype=np.uint8))
            ends.append(ends[-1] + len(content))
    writer.add(f"{name}.at", np.array(ends, dtype=np.int64))
    return len(ends) - 1


class Strings(Sequence[str]):
    """Texts as `write_strings` wrote them."""

    def __init__(self, vault: Vault, name: str) -> None:
        self._blob = vault.array(name, np.uint8)
        self._at = vault.array(f"{name}.at", np.int64, offsets(len(self._blob)))
        self._size = len(self._at) - 1
        if self._size < 0 or self._at.take(0, 1)[0] != 0 or self._ends() != len(self._blob):
            raise damaged(vault.path)

    def _ends(self) -> int:
        return int(self._at.take(self._size, self._size + 1)[0])

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(self._size))]
        if place < 0:
            place += self._size
        if not 0 <= place < self._size:
            msg = f"there are {self._size} texts, and none at {place}"
            raise IndexError(msg)
        return self._decoded(self.raw(place))

    def __iter__(self) -> Iterator[str]:
        at = self._at.all().tolist()
        blob = self._blob.all().data
        for start, stop in pairwise(at):
            yield self._decoded(bytes(blob[start:stop]))

    def raw(self, place: int) -> bytes:
        """Return the UTF-8 of one text."""
        start, stop = self._at.take(place, place + 2).tolist()
        return self._blob.take(start, stop).tobytes()

    def _decoded(self, content: bytes) -> str:
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise damaged(self._blob.path) from fault

    def check(self) -> None:
        """Look at every text; raises Refused."""
        for _ in self:
            pass


class SortedStrings(Strings):
    """Texts that differ and ascend, found by bisection."""

    _views: tuple[memoryview, memoryview] | None = None

    def raw(self, place: int) -> bytes:
        """Return the UTF-8 of one text.

        The first asked for has all of them checked: a search meets them here and there, and lists
        that are searched are short beside what they are of.
        """
        if self._views is None:
            self._views = self._at.all().data, self._blob.all().data
        at, blob = self._views
        return bytes(blob[at[place] : at[place + 1]])

    def find(self, text: str) -> int | None:
        """Return the place of a text, None where it is not there."""
        place = self.place_before(text)
        wanted = text.encode("utf-8", "surrogatepass")
        return place if place < len(self) and self.raw(place) == wanted else None

    def place_before(self, text: str) -> int:
        """Return how many of the texts come before `text`."""
        wanted = text.encode("utf-8", "surrogatepass")  # whose order is that of code points
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def check(self) -> None:
        """Look at every text and their order; raises Refused."""
        before: str | None = None
        for text in self:
            if before is not None and text <= before:
                raise damaged(self._blob.path)
            before = text
