"""The shards of a scorer in a vault: handed to the kernels as they lie there, checked as they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qixi.match.sparse import Matrix, Rows
from qixi.match.vault import Stored, Vault, VaultWriter, below, damaged, finite, offsets

_SIDES = ("by_document", "by_term")


def write_shards(writer: VaultWriter, shards: Iterable[Matrix]) -> int:
    """Write shards one after the other, as they come; return how many."""
    count = 0
    for count, shard in enumerate(shards, start=1):
        for side in _SIDES:
            rows: Rows = getattr(shard, side)
            name = f"{count - 1}.{side}"
            writer.add(f"{name}.start", rows.start)
            writer.add(f"{name}.columns", rows.columns)
            writer.add(f"{name}.worth", rows.worth)
    return count


@dataclass(frozen=True, slots=True)
class _Rows:
    start: Stored[np.int64]
    columns: Stored[np.int32]
    worth: Stored[np.float32]

    @classmethod
    def of(cls, vault: Vault, name: str, width: int) -> _Rows:
        """Open rows whose columns lie in [0, width); raises Refused where they do not fit together."""
        columns = vault.array(f"{name}.columns", np.int32, below(width))
        worth = vault.array(f"{name}.worth", np.float32, finite)
        start = vault.array(f"{name}.start", np.int64, offsets(len(columns)))
        if len(worth) != len(columns) or not len(start):
            raise damaged(vault.path)
        if start.take(0, 1)[0] != 0 or start.take(len(start) - 1, len(start))[0] != len(columns):
            raise damaged(vault.path)
        return cls(start, columns, worth)

    def __len__(self) -> int:
        return len(self.start) - 1

    def plain(self) -> Rows:
        return Rows(self.start.unchecked, self.columns.unchecked, self.worth.unchecked)

    def touch(self, rows: NDArray[np.int64]) -> None:
        """Check what the rows of these numbers are made of."""
        self.start.touch(rows, rows + 2)
        starts, stops = self.start.unchecked[rows], self.start.unchecked[rows + 1]
        self.columns.touch(starts, stops)
        self.worth.touch(starts, stops)

    def check(self) -> None:
        for part in (self.start, self.columns, self.worth):
            part.all()


class Watched(Protocol):
    """What lies in files and must be checked before it is read."""

    def check(self) -> None:
        """Check everything; raises Refused."""
        ...


class StoredShards:
    """Shards in a vault over `terms` terms; `matrices` are views of the file.

    Nothing in them may be read before it was touched: the kernels look for no bounds. Raises Refused
    where they hold another number of documents than `documents`.
    """

    def __init__(self, vault: Vault, documents: int, terms: int) -> None:
        self._rows: list[tuple[_Rows, _Rows]] = []
        while f"{len(self._rows)}.by_document.start" in vault.names:
            number = len(self._rows)
            by_document = _Rows.of(vault, f"{number}.by_document", terms)
            by_term = _Rows.of(vault, f"{number}.by_term", len(by_document))
            if len(by_term) != terms or len(by_document.columns) != len(by_term.columns):
                raise damaged(vault.path)
            self._rows.append((by_document, by_term))
        if sum(len(rows) for rows, _ in self._rows) != documents:
            raise damaged(vault.path)
        self.matrices = tuple(Matrix(left.plain(), right.plain()) for left, right in self._rows)

    def touch_terms(self, terms: NDArray[np.int32]) -> None:
        """Check all that is read by these terms, whichever the shard; raises Refused."""
        wanted = np.unique(terms).astype(np.int64)
        for _, by_term in self._rows:
            by_term.touch(wanted[wanted < len(by_term)])

    def touch_documents(self, places: NDArray[np.int64]) -> None:
        """Check all that is read by document of these places in the corpus; raises Refused."""
        first = 0
        for rows, _ in self._rows:
            inside = places[(places >= first) & (places < first + len(rows))]
            rows.touch(np.unique(inside) - first)
            first += len(rows)

    def check(self) -> None:
        """Check everything; raises Refused."""
        for pair in self._rows:
            for rows in pair:
                rows.check()
