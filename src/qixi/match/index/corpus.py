"""The technologies of all parts of an index as one sequence, and which of them are still there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import accumulate
from typing import overload

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.index.records import Records

Places = NDArray[np.int64]


class Corpus(Sequence[Asset]):
    """All that is stored, the base first, then each delta, by id within each; read as it is asked for.

    What was removed or replaced keeps its place and can be read, but `find` does not know it. `gone`
    are such places, int64, ascending.
    """

    def __init__(self, parts: Sequence[Records], gone: Sequence[Places]) -> None:
        self._parts = tuple(parts)
        self._starts = [0, *accumulate(len(part) for part in parts)]
        starts = self._starts[:-1]
        self.gone: Places = np.concatenate([g + s for g, s in zip(gone, starts, strict=True)])
        self._gone = frozenset(self.gone.tolist())
        self._later = {
            id_: start + at
            for start, part in zip(starts[1:], parts[1:], strict=True)
            for at, id_ in enumerate(part.ids)
            if start + at not in self._gone
        }

    @property
    def technologies(self) -> int:
        """How many are still there."""
        return len(self) - len(self._gone)

    def __len__(self) -> int:
        return self._starts[-1]

    @overload
    def __getitem__(self, place: int) -> Asset: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Asset, ...]: ...

    def __getitem__(self, place: int | slice) -> Asset | tuple[Asset, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        part, at = self.at(place)
        return self._parts[part][at]

    def __iter__(self) -> Iterator[Asset]:
        for part in self._parts:
            yield from part

    def at(self, place: int) -> tuple[int, int]:
        """Return the part that holds a place, and the place in it; raises IndexError."""
        if place < 0:
            place += len(self)
        if not 0 <= place < len(self):
            msg = f"{len(self)} technologies are stored, and none at {place}"
            raise IndexError(msg)
        part = bisect_right(self._starts, place) - 1
        return part, place - self._starts[part]

    def id_at(self, place: int) -> str:
        """Return the id of one technology without reading its record."""
        part, at = self.at(place)
        return self._parts[part].ids[at]

    def find(self, id_: str) -> int | None:
        """Return the place of a technology, None where it is not there."""
        if id_ in self._later:
            return self._later[id_]
        found = self._parts[0].ids.find(id_)
        return None if found is None or found in self._gone else found

    def living(self) -> Iterator[Asset]:
        """Yield what is still there in the order of ids."""
        if len(self._parts) == 1 and not self._gone:
            yield from self._parts[0]
            return
        yield from merge(*(self._left(n) for n in range(len(self._parts))), key=lambda asset: asset.id)

    def _left(self, part: int) -> Iterator[Asset]:
        start = self._starts[part]
        for at, asset in enumerate(self._parts[part]):
            if start + at not in self._gone:
                yield asset

    def ids(self) -> Iterator[str]:
        """Yield the ids of all that is stored, in the order of places."""
        for part in self._parts:
            yield from part.ids

    def living_ids(self) -> Iterator[str]:
        """Yield the ids of what is still there, without reading records, in the order of places."""
        for start, part in zip(self._starts, self._parts, strict=False):
            for at, id_ in enumerate(part.ids):
                if start + at not in self._gone:
                    yield id_


class Ids(Sequence[str]):
    """The ids of all that is stored, in the order of places."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def __len__(self) -> int:
        return len(self._corpus)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...

    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        return self._corpus.id_at(place)

    def __iter__(self) -> Iterator[str]:
        return self._corpus.ids()


class Finder(Mapping[str, int]):
    """The place of each technology that is still there, by its id."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def __getitem__(self, id_: str) -> int:
        place = self._corpus.find(id_)
        if place is None:
            raise KeyError(id_)
        return place

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, str) and self._corpus.find(id_) is not None

    def __iter__(self) -> Iterator[str]:
        return self._corpus.living_ids()

    def __len__(self) -> int:
        return self._corpus.technologies
