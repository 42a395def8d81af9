"""How much a unit of a document counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.match.postings.vocabulary import CHINESE, Codes, is_pair_code

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weighing:
    """How much a unit of a document counts.

    BM25F (Robertson, Zaragoza & Taylor 2004) with the inverse document frequency raised to
    `idf_power`: a need shares many common units with any technology, and only rare ones tell.
    `pair` is the worth of a pair of neighbours beside its two halves. `prior` is the number of
    imagined documents that carry the reference collection's frequencies, so that a corpus of three
    technologies still knows a common word from a rare one.
    """

    k1: float = 1.2
    b: float = 0.6
    idf_power: float = 1.8
    pair_zh: float = 0.4
    pair_word: float = 0.3
    prior: float = 100.0
    fields: Mapping[str, float] | None = None

    def field(self, name: str) -> float:
        """Return the weight of a field, 1 where none is set."""
        return 1.0 if self.fields is None else self.fields.get(name, 1.0)

    def kinds(self, codes: Codes) -> Float:
        """Return the weights of units by their kind."""
        pairs = np.where(codes >= CHINESE, self.pair_zh, self.pair_word)
        return np.where(is_pair_code(codes), pairs, 1.0)

    def unit_worth(self, codes: Codes, count: NDArray[np.int64], prior: Float, size: int) -> Float:
        """Return what a unit is worth that stands once in a text of mean length.

        `count` is the number of documents that hold it, out of `size`, and `prior` that of imagined ones.
        """
        total = size + self.prior
        df = count.astype(np.float64)
        idf = np.log(1 + (total - df - prior + 0.5) / (df + prior + 0.5))
        return np.asarray(idf**self.idf_power * self.kinds(codes))

    def norms(self, lengths: NDArray[np.int64], mean: Float, fields: Sequence[str]) -> Float:
        """Return what one unit counts in each document's fields, shape (documents, fields)."""
        weights = np.array([self.field(name) for name in fields])
        return np.asarray(weights / (1 - self.b + self.b * lengths / np.maximum(mean, 1.0)))
