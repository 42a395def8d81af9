"""Counting the units of a block of documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.match.postings.vocabulary import STEM_BITS, Codes, chinese_code, code_text
from qixi.match.tokens import is_chinese, units

Document = Sequence[tuple[str, str]]
"""A document as (field, folded text) pairs."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often units stand in the fields of a block of documents.

    Document d holds the units `units[start[d]:start[d + 1]]`, numbers into `codes`, each
    `table[vectors[...]]` times, field by field. In `codes`, stems are numbered as in `stems`.
    Shapes: `start` int64 (documents + 1,), `units` and `vectors` int32 (entries,), `codes` int64,
    `table` int32 (distinct rows, fields), `lengths` int64 (documents, fields) in units.
    """

    start: NDArray[np.int64]
    units: NDArray[np.int32]
    vectors: NDArray[np.int32]
    codes: Codes
    stems: tuple[str, ...]
    table: NDArray[np.int32]
    lengths: NDArray[np.int64]

    def texts(self) -> list[str]:
        """Return the units as text, by number."""
        return [code_text(code, self.stems.__getitem__) for code in self.codes.tolist()]


def count(documents: Sequence[Document], fields: Sequence[str]) -> Counts:
    """Count the units of each of `fields` in each of `documents`."""
    stems: dict[str, int] = {}
    codes: dict[int, int] = {}
    vectors: dict[tuple[int, ...], int] = {}

    def number(unit: str) -> int:
        if is_chinese(unit[0]):
            code = chinese_code(unit)
        else:
            first, _, second = unit.partition(" ")
            code = stems.setdefault(first, len(stems)) << STEM_BITS
            code += stems.setdefault(second, len(stems)) + 1 if second else 0
        return codes.setdefault(code, len(codes))

    start = np.zeros(len(documents) + 1, dtype=np.int64)
    lengths = np.zeros((len(documents), len(fields)), dtype=np.int64)
    entries: list[tuple[int, int]] = []
    for d, document in enumerate(documents):
        found: dict[int, list[int]] = {}
        for field, text in document:
            place = fields.index(field)
            for unit, n in Counter(unit.text for unit in units(text)).items():
                found.setdefault(number(unit), [0] * len(fields))[place] += n
                lengths[d, place] += n
        entries += [(u, vectors.setdefault(tuple(ns), len(vectors))) for u, ns in found.items()]
        start[d + 1] = len(entries)
    pairs = np.array(entries, dtype=np.int32).reshape(-1, 2)
    return Counts(
        start,
        pairs[:, 0].copy(),
        pairs[:, 1].copy(),
        np.array(list(codes), dtype=np.int64),
        tuple(stems),
        np.array(list(vectors), dtype=np.int32).reshape(-1, len(fields)),
        lengths,
    )
