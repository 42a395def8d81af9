"""The units of a corpus by number: which term a unit is, found in arrays as they lie on disk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.postings.stems import Stems
from qixi.match.tokens import is_chinese

Codes = NDArray[np.int64]

CHINESE = 1 << 62
"""From here on codes are of Han characters: CHINESE + first << 16 + second, 0 for none. Below, they are of
stems: first << 31 + second + 1, 0 for none. Where stems are numbered in order, so are codes."""

STEM_BITS, CHARACTER_BITS = 31, 16

_REMEMBERED = 2**18


@dataclass(frozen=True, slots=True)
class Layer:
    """Units that became known together: codes ascending, each with the number of its term.

    `stems` are those that no layer before it has; they are numbered on from there, as are the terms.
    Shapes: `codes` int64 and `terms` int32 (units,).
    """

    stems: Stems
    codes: Codes
    terms: NDArray[np.int32]

    @property
    def size(self) -> int:
        """Number of units."""
        return int(self.codes.size)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The numbers of units: those of the fitted corpus, then layer by layer those that came later."""

    layers: tuple[Layer, ...]
    _known: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    _stems: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def size(self) -> int:
        """Number of terms."""
        return sum(layer.size for layer in self.layers)

    @property
    def stems(self) -> int:
        """Number of stems."""
        return sum(layer.stems.size for layer in self.layers)

    def extended(self, layer: Layer) -> Self:
        """Return the vocabulary with one more layer, numbered on from here."""
        return type(self)((*self.layers, layer))

    def term(self, unit: str) -> int:
        """Return the number of a unit's term, -1 where it is unknown."""
        found = self._known.get(unit)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            code = self.code(unit)
            found = -1 if code < 0 else int(self.terms(np.array([code], dtype=np.int64))[0])
            self._known[unit] = found
        return found

    def remembered(self, units: Collection[str]) -> NDArray[np.int32]:
        """Return the numbers of the terms of many units, -1 where one is unknown; quick for usual units."""
        found = list(map(self._known.get, units))
        if None in found:
            new = [unit for unit, term in zip(units, found, strict=True) if term is None]
            if len(self._known) + len(new) > _REMEMBERED:
                self._known.clear()
            terms = dict(zip(new, self.find(new).tolist(), strict=True))
            self._known.update(terms)
            found = [terms[u] if term is None else term for u, term in zip(units, found, strict=True)]
        return np.array(found, dtype=np.int32)

    def find(self, units: Iterable[str]) -> NDArray[np.int32]:
        """Return the numbers of the terms of many units, -1 where one is unknown."""
        return self.terms(np.array([self.code(unit) for unit in units], dtype=np.int64))

    def terms(self, codes: Codes) -> NDArray[np.int32]:
        """Return the numbers of the terms of codes, -1 where one is unknown."""
        out = np.full(codes.size, -1, dtype=np.int32)
        for layer in self.layers:
            if layer.size:
                at = np.minimum(layer.codes.searchsorted(codes), layer.size - 1)
                out = np.where(layer.codes[at] == codes, layer.terms[at], out)
        return out

    def terms_of(self, codes: Codes, stems: Sequence[str]) -> NDArray[np.int32]:
        """Return the numbers of the terms of codes whose stems are numbered as in `stems`, -1 if unknown."""
        number = np.array([self.stem(stem) for stem in stems], dtype=np.int64)
        latin = codes < CHINESE
        first, second = codes >> STEM_BITS, codes & ((1 << STEM_BITS) - 1)
        known = np.append(number >= 0, True)
        strange = latin & ~(known[np.where(latin, first, -1)] & known[np.where(latin, second - 1, -1)])
        return np.where(strange, np.int32(-1), self.terms(recoded(codes, number)))

    def code(self, unit: str) -> int:
        """Return the code of a unit, -1 where it has a stem that is unknown."""
        if is_chinese(unit[0]) and len(unit) <= 2 and is_chinese(unit[-1]):
            return chinese_code(unit)
        first, _, second = unit.partition(" ")
        places = [self.stem(first), self.stem(second) if second else -1]
        if places[0] < 0 or (second and places[1] < 0):
            return -1
        return (places[0] << STEM_BITS) + places[1] + 1

    def stem(self, stem: str) -> int:
        """Return the number of a stem, -1 where it is unknown."""
        found = self._stems.get(stem)
        if found is None:
            if len(self._stems) >= _REMEMBERED:
                self._stems.clear()
            found = self._stems[stem] = self._look_up(stem)
        return found

    def _look_up(self, stem: str) -> int:
        before = 0
        for layer in self.layers:
            place = layer.stems.find(stem)
            if place >= 0:
                return before + place
            before += layer.stems.size
        return -1

    def units(self) -> list[str]:
        """Return every unit as text, by the number of its term; for few."""
        texts = [""] * self.size
        for layer in self.layers:
            for code, term in zip(layer.codes.tolist(), layer.terms.tolist(), strict=True):
                texts[term] = code_text(code, self._stem)
        return texts

    def _stem(self, place: int) -> str:
        for layer in self.layers:
            if place < layer.stems.size:
                return layer.stems[place]
            place -= layer.stems.size
        raise IndexError(place)


def chinese_code(unit: str) -> int:
    """Return the code of a Han character or a pair of them."""
    second = ord(unit[1]) if len(unit) == 2 else 0
    return CHINESE + (ord(unit[0]) << CHARACTER_BITS) + second


def code_text(code: int, stem: Callable[[int], str]) -> str:
    """Return the unit of a code as text; `stem` gives those of its stems."""
    if code >= CHINESE:
        first, second = divmod(code - CHINESE, 1 << CHARACTER_BITS)
        return chr(first) + (chr(second) if second else "")
    first, second = divmod(code, 1 << STEM_BITS)
    return stem(first) + (f" {stem(second - 1)}" if second else "")


def is_pair_code(codes: Codes) -> NDArray[np.bool_]:
    """Say which codes are of pairs."""
    second = np.where(codes >= CHINESE, codes & ((1 << CHARACTER_BITS) - 1), codes & ((1 << STEM_BITS) - 1))
    return np.asarray(second > 0)


def recoded(codes: Codes, number: NDArray[np.int64]) -> Codes:
    """Return codes in which stem i is called `number[i]`."""
    latin = codes < CHINESE
    first, second = codes[latin] >> STEM_BITS, codes[latin] & ((1 << STEM_BITS) - 1)
    numbers = np.concatenate((np.array([-1], dtype=np.int64), number))
    out = codes.copy()
    out[latin] = (numbers[first + 1] << STEM_BITS) + numbers[second] + 1
    return out


def layer_of(vocabulary: Vocabulary, units: Iterable[str]) -> Layer:
    """Return a layer of units that `vocabulary` does not have, numbered by their text."""
    ordered = sorted(units)
    stems = {stem for unit in ordered if not is_chinese(unit[0]) for stem in unit.split(" ")}
    new = Layer(
        Stems.of(stem for stem in stems if vocabulary.stem(stem) < 0),
        np.empty(0, dtype=np.int64),
        np.empty(0, dtype=np.int32),
    )
    whole = vocabulary.extended(new)
    codes = np.array([whole.code(unit) for unit in ordered], dtype=np.int64)
    order = np.argsort(codes)
    return Layer(new.stems, codes[order], (vocabulary.size + order).astype(np.int32))
