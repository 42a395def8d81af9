"""What technologies can be narrowed down by: region, classification, legal status, applicant's kind."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset, LegalStatus
from qixi.match.columns import STATUSES
from qixi.match.taxonomy import normal_symbol
from qixi.match.text import fold

Mask = NDArray[np.bool_]
Codes = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which technologies are looked at; of the values of one kind any will do, an empty kind bars nothing.

    `region` and `applicant_kind`: words that the record's value holds, width, case and script aside: 杭州 is
    in 浙江省杭州市西湖区. `ipc`: one of the symbols begins so; a main group (H01M10) is all of that group
    and nothing of H01M101. `industry`: a GB/T 4754 code, see `Engine.in_industry`.
    """

    region: tuple[str, ...] = ()
    ipc: tuple[str, ...] = ()
    legal_status: tuple[LegalStatus, ...] = ()
    applicant_kind: tuple[str, ...] = ()
    industry: str = ""

    def each(self) -> Mapping[str, Filters]:
        """Return every kind that bars anything as filters of its own, by name."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: Filters(**{name: values}) for name, values in given.items() if values}


@dataclass(frozen=True, slots=True)
class Words:
    """A text value of each of n technologies: `codes` int32 (n,), places in `values`."""

    values: tuple[str, ...]
    codes: Codes

    @classmethod
    def of(cls, values: Sequence[str]) -> Self:
        """Gather the values; equal ones share a code, in their order."""
        known = {value: code for code, value in enumerate(sorted(set(values)))}
        return cls(tuple(known), np.array([known[value] for value in values], dtype=np.int32))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Put the technologies of several parts behind each other."""
        values = sorted({value for part in parts for value in part.values})
        known = {value: code for code, value in enumerate(values)}
        codes = [_mapped(part.values, part.codes, known) for part in parts]
        return cls(tuple(values), np.concatenate([np.zeros(0, dtype=np.int32), *codes]))

    def where(self, wanted: Callable[[str], bool]) -> Mask:
        """Return which technologies have a value that is wanted, shape (n,)."""
        return np.array([wanted(value) for value in self.values], dtype=np.bool_)[self.codes]


@dataclass(frozen=True)
class Facets:
    """The facets of n technologies in the order of their places.

    `legal_status` uint8 (n,) are places in `columns.STATUSES`; technology i has the IPC symbols
    `symbols.values[c]` for c in `symbols.codes[start[i]:start[i + 1]]`; `start` int64 (n + 1,).
    """

    region: Words
    applicant_kind: Words
    legal_status: NDArray[np.uint8]
    start: NDArray[np.int64]
    symbols: Words

    @classmethod
    def of(cls, assets: Iterable[Asset]) -> Self:
        """Gather the facets of `assets`, which are read once, in their order."""
        regions: list[str] = []
        kinds: list[str] = []
        symbols: list[str] = []
        states: list[int] = []
        counts = [0]
        for asset in assets:
            regions.append(asset.region)
            kinds.append(asset.applicant_kind)
            states.append(STATUSES.index(asset.legal_status))
            own = dict.fromkeys(normal_symbol(symbol) or symbol for symbol in asset.ipc)
            symbols += own
            counts.append(len(own))
        return cls(
            Words.of(regions),
            Words.of(kinds),
            np.array(states, dtype=np.uint8),
            np.cumsum(counts, dtype=np.int64),
            Words.of(symbols),
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Put the technologies of several parts of an index behind each other."""
        before = np.cumsum([0, *(part.start[-1] for part in parts)])
        starts = [part.start[1:] + first for part, first in zip(parts, before, strict=False)]
        return cls(
            Words.joined([part.region for part in parts]),
            Words.joined([part.applicant_kind for part in parts]),
            np.concatenate([np.zeros(0, dtype=np.uint8), *(part.legal_status for part in parts)]),
            np.concatenate([np.zeros(1, dtype=np.int64), *starts]),
            Words.joined([part.symbols for part in parts]),
        )

    @property
    def size(self) -> int:
        """Number of technologies."""
        return int(self.legal_status.size)

    def select(self, filters: Filters) -> Mask | None:
        """Return which technologies pass, shape (n,); None where all do. `industry` is not looked at."""
        masks = []
        for words, wanted in ((self.region, filters.region), (self.applicant_kind, filters.applicant_kind)):
            if wanted:
                masks.append(words.where(_holding(wanted)))
        if filters.legal_status:
            codes = [STATUSES.index(status) for status in filters.legal_status]
            table = np.zeros(len(STATUSES), dtype=np.bool_)
            table[codes] = True
            masks.append(table[self.legal_status])
        if filters.ipc:
            masks.append(self._under(filters.ipc))
        return np.logical_and.reduce(masks) if masks else None

    def _under(self, prefixes: Sequence[str]) -> Mask:
        """Return which technologies have a symbol that begins with one of `prefixes`."""
        values, (holders, bounds) = self.symbols.values, self._holders
        found = np.zeros(self.size, dtype=np.bool_)
        for prefix in prefixes:
            wanted = _beginning(prefix)
            # Symbols are sorted, so those that begin alike follow each other.
            first = bisect_left(values, wanted)
            last = bisect_left(values, True, first, key=lambda symbol: not symbol.startswith(wanted))
            found[holders[bounds[first] : bounds[last]]] = True
        return found

    @cached_property
    def _holders(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Technologies by symbol: those of symbol c are the first array from bounds[c] to bounds[c + 1]."""
        codes = self.symbols.codes
        owners = np.repeat(np.arange(self.size, dtype=np.int32), np.diff(self.start))
        bounds = np.zeros(len(self.symbols.values) + 1, dtype=np.int64)
        np.cumsum(np.bincount(codes, minlength=len(self.symbols.values)), out=bounds[1:])
        return owners[np.argsort(codes, kind="stable")], bounds


def _holding(words: Sequence[str]) -> Callable[[str], bool]:
    folded = [fold(word).strip() for word in words]
    return lambda value: any(word in fold(value) for word in folded)


def _beginning(prefix: str) -> str:
    """Return how the symbols under `prefix` begin: H01M10 and H01M10/00 are the main group, "H01M10/"."""
    normal = normal_symbol(prefix) or "".join(prefix.upper().split())
    head, slash, group = normal.partition("/")
    if slash and group == "00":
        return f"{head}/"
    return f"{head}/" if len(head) > 4 and not slash else normal


def _mapped(values: Sequence[str], codes: Codes, known: dict[str, int]) -> Codes:
    table = np.array([known[value] for value in values], dtype=np.int32)
    return table[codes] if values else codes
