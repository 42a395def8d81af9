"""The commonest terms of a corpus, which candidates are found by at one byte for each technology."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.match.finding.arrays import Arrays
from qixi.match.kernels.levels import HIGHEST, Levels, fill_levels, highest
from qixi.match.kernels.shapes import Asked, Lists, Questions
from qixi.match.kernels.sparing import Usual

SHARE = 0.08
"""A term that more technologies hold than this share of all is common."""
PRICE = 0.06
"""What a row of bytes costs to add, beside the postings of a term that all technologies hold; measured."""
MOST = 600
"""Rows, and so bytes for each technology, at most."""


@dataclass(frozen=True, slots=True)
class Common:
    """The common terms of all scorers: their rows by term, -1 for others, and levels shard by shard.

    `scales` float64 (rows,) is what one level is worth; `usual` says what terms cost with them.
    """

    rows: tuple[NDArray[np.int32], ...]
    scales: NDArray[np.float64]
    levels: tuple[NDArray[np.uint8], ...]
    usual: tuple[Usual, ...]

    @classmethod
    def of(cls, arrays: Arrays) -> Self:
        """Choose the common terms of a corpus and write down their levels."""
        size, terms = int(arrays.bounds[-1]), _chosen(arrays)
        tops = [_tops(part.by_term, each) for part, each in zip(arrays.parts, terms, strict=True)]
        # What may be worth less than nothing has no level.
        terms = [each[np.isfinite(top)] for each, top in zip(terms, tops, strict=True)]
        scales = [top[np.isfinite(top)] / np.float32(HIGHEST) for top in tops]
        ends = np.cumsum([0, *(each.size for each in terms)])
        rows, usual = [], []
        for part, each, first in zip(arrays.parts, terms, ends, strict=False):
            row_of = np.full(part.usual.held.size, -1, dtype=np.int32)
            row_of[each] = np.arange(first, first + each.size)
            rows.append(row_of)
            cost = part.usual.held.copy()
            cost[each] = PRICE * size
            usual.append(part.usual._replace(held=cost))
        levels = []
        for shard, documents in enumerate(np.diff(arrays.bounds)):
            whole = np.zeros((ends[-1], documents), dtype=np.uint8)
            for part, each, scale, (a, b) in zip(arrays.parts, terms, scales, pairwise(ends), strict=True):
                fill_levels(part.by_term[shard], each, scale, whole[a:b])
            levels.append(whole)
        return cls(tuple(rows), np.concatenate(scales).astype(np.float64), tuple(levels), tuple(usual))

    @classmethod
    def none(cls, arrays: Arrays) -> Self:
        """Return what leaves all terms to their postings."""
        rows = tuple(np.broadcast_to(np.int32(-1), part.usual.held.size) for part in arrays.parts)
        levels = tuple(np.empty((0, int(size)), np.uint8) for size in np.diff(arrays.bounds))
        return cls(rows, np.empty(0), levels, tuple(part.usual for part in arrays.parts))

    def asked(self, seeking: Sequence[Questions], need: int) -> tuple[list[Levels], list[Asked]]:
        """Return what query `need` asks of the levels of each shard, and of the postings of each scorer."""
        rows, worth, rest = [], [], []
        for row_of, questions in zip(self.rows, seeking, strict=True):
            begin, end = questions.start[need], questions.start[need + 1]
            terms, weights = questions.terms[begin:end], questions.weights[begin:end]
            row = row_of[terms]
            rare = row < 0
            rest.append(Asked.of(terms[rare], weights[rare]))
            rows.append(row[~rare])
            worth.append(weights[~rare] * self.scales[row[~rare]])
        chosen, weight = np.concatenate(rows), np.concatenate(worth).astype(np.float32)
        return [Levels.of(levels, chosen, weight) for levels in self.levels], rest


def _chosen(arrays: Arrays) -> list[NDArray[np.int64]]:
    """Return the common terms of each scorer, in ascending order."""
    held = np.concatenate([part.usual.held for part in arrays.parts])
    ends = np.cumsum([0, *(part.usual.held.size for part in arrays.parts)])
    order = np.argsort(-held, kind="stable")[:MOST]
    chosen = np.sort(order[held[order] > SHARE * arrays.bounds[-1]])
    return [chosen[(a <= chosen) & (chosen < b)] - a for a, b in pairwise(ends)]


def _tops(by_term: Sequence[Lists], terms: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the highest worth of each term, inf where one is below 0."""
    tops = np.zeros(terms.size, dtype=np.float32)
    for lists in by_term:
        highest(lists, terms, tops)
    return tops
