"""Runs of phrases on a subject: a few words of the subject again and again, and what joins them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.stress.vocabulary import Draw, Ids, vocabulary

PALETTE = 14
"""Words that one text keeps coming back to."""

COMMON = 0.2
"""Share of them that a word of every trade stands before."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The words of each text: `first` and `second` (texts, PALETTE) are the two halves, 0 where one does."""

    first: Ids
    second: Ids

    @classmethod
    def chinese(cls, rng: np.random.Generator, concepts: NDArray[np.int64]) -> Palette:
        """Draw each text's words: its concept, its topic, its classification, parts, and invented ones."""
        v, n = vocabulary(), concepts.size
        first = np.zeros((n, PALETTE), dtype=np.int32)
        second = np.zeros_like(first)
        first[:, 0] = v.terms(rng, concepts, 1.5)
        second[:, 0] = v.parts(rng, n) * (rng.random(n) < 0.3)
        first[:, 1], second[:, 1] = v.qualities(rng, n), v.parts(rng, n)
        first[:, 2] = v.spread(rng, n)
        first[:, 3] = v.spread(rng, n)
        first[:, 4], second[:, 4] = v.front(rng, n), v.back(rng, n)
        first[:, 5] = v.terms(rng, v.same_topic(rng, concepts))
        first[:, 6] = v.words(rng, v.main[concepts])
        first[:, 7], second[:, 7] = v.letters(rng, n), v.back(rng, n)
        first[:, 8] = v.all_words(rng, n)
        first[:, 9] = v.spread(rng, n)
        first[:, 10] = v.parts(rng, n)
        first[:, 11] = v.terms(rng, v.same_topic(rng, concepts))
        first[:, 12] = v.spread(rng, n)
        first[:, 13] = v.words(rng, v.main[concepts])
        return cls(first, second)

    @classmethod
    def english(cls, rng: np.random.Generator, concepts: NDArray[np.int64]) -> Palette:
        """Draw each text's words from the English terms of its topic."""
        v = vocabulary()
        first = np.zeros((concepts.size, PALETTE), dtype=np.int32)
        for column in range(PALETTE):
            near = concepts if column % 3 == 0 else v.same_topic(rng, concepts)
            first[:, column] = v.english(rng, near)
        return cls(first, np.zeros_like(first))


# Which word of the palette is taken up: the first ones more often.
_lean = Draw.zipf(np.arange(PALETTE, dtype=np.int32), 0.75, 1.5)


@dataclass(frozen=True, slots=True)
class Runs:
    """Phrases of many texts: that of text i is the rows `start[i]:start[i + 1]` of `ids` (rows, 4)."""

    start: NDArray[np.int64]
    ids: Ids

    def place(self, share: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the row at a share 0..1 of each text."""
        size = np.diff(self.start)
        return np.asarray(self.start[:-1] + np.minimum((share * size).astype(np.int64), size - 1))

    def texts(self) -> list[str]:
        """Return the texts, as they stand inside a JSON string."""
        get = vocabulary().phrases.texts.__getitem__
        words = list(map(get, self.ids.ravel().tolist()))
        bounds = (self.start * self.ids.shape[1]).tolist()
        return ["".join(words[a:b]) for a, b in pairwise(bounds)]


def runs(rng: np.random.Generator, palette: Palette, sizes: NDArray[np.int64], joints: Draw) -> Runs:
    """Join `sizes` words of each text's palette; a row is what joins, a common word, and the palette's."""
    start = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    count = int(start[-1])
    text = np.repeat(np.arange(sizes.size), sizes)
    word = _lean(rng, count)
    ids = np.empty((count, 4), dtype=np.int32)
    ids[:, 0] = joints(rng, count)
    ids[:, 1] = np.where(rng.random(count) < COMMON, vocabulary().common(rng, count), 0)
    ids[:, 2] = palette.first[text, word]
    ids[:, 3] = palette.second[text, word]
    return Runs(start, ids)
