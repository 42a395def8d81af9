"""Term postings of a corpus with BM25F contributions, and the exact scoring of many queries over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from qixi.match.tokens import is_chinese, is_pair, units

Float = NDArray[np.float64]
Document = Sequence[tuple[str, str]]
"""A document as (field, folded text) pairs."""


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

    def unit(self, unit: str) -> float:
        """Return the weight of a unit by its kind."""
        if not is_pair(unit):
            return 1.0
        return self.pair_zh if is_chinese(unit[0]) else self.pair_word


@dataclass(frozen=True, slots=True)
class Postings:
    """Contributions by term: those of term t are `worth[start[t]:start[t + 1]]` in documents `docs[...]`.

    `mean` and `variance` are each term's contribution over all documents, the measure by which a
    query's score is judged to be high or low.
    """

    terms: Mapping[str, int]
    start: NDArray[np.int64]
    docs: NDArray[np.int32]
    worth: Float
    mean: Float
    variance: Float
    size: int

    @property
    def count(self) -> NDArray[np.int64]:
        """Document frequency of each term."""
        return np.diff(self.start)

    @classmethod
    def of(
        cls, documents: Sequence[Document], weighing: Weighing, reference: Mapping[str, float] | None = None
    ) -> Postings:
        """Count and weigh `documents`; `reference` gives the prior document frequency of a unit in 0..1."""
        counts, lengths = _count(documents)
        return _weigh(counts, lengths, len(documents), weighing, reference or {})

    def score(self, queries: Sequence[Mapping[str, float]]) -> Float:
        """Return standardised scores, shape (len(queries), size).

        A score is how many standard deviations the document stands above the mean document for
        that query; it depends on query, document and corpus alone.
        """
        start = np.zeros(len(queries) + 1, dtype=np.int64)
        terms: list[int] = []
        weights: list[float] = []
        shift, scale = np.zeros(len(queries)), np.ones(len(queries))
        for i, query in enumerate(queries):
            known = sorted(
                (self.terms[unit], weight)
                for unit, weight in query.items()
                if unit in self.terms and weight > 0
            )
            terms += [term for term, _ in known]
            weights += [weight for _, weight in known]
            start[i + 1] = len(terms)
            t, w = np.array([k[0] for k in known], dtype=np.int64), np.array([k[1] for k in known])
            if known:
                shift[i] = float(np.sum(self.mean[t] * w))
                # Where nothing varies, nothing stands above anything.
                scale[i] = float(np.sqrt(np.sum(self.variance[t] * w * w))) or 1.0
        out = np.zeros((len(queries), self.size))
        if terms:
            _accumulate(
                start,
                np.array(terms, dtype=np.int64),
                np.array(weights),
                self.start,
                self.docs,
                self.worth,
                out,
            )
        out -= shift[:, None]
        out /= scale[:, None]
        return out


def _count(documents: Sequence[Document]) -> tuple[dict[str, dict[int, dict[str, int]]], dict[str, Float]]:
    """Return unit → document → field → count, and field → length of each document."""
    counts: dict[str, dict[int, dict[str, int]]] = {}
    lengths: dict[str, Float] = {}
    for number, document in enumerate(documents):
        for field, text in document:
            found = Counter(unit.text for unit in units(text))
            if field not in lengths:
                lengths[field] = np.zeros(len(documents))
            lengths[field][number] += found.total()
            for unit, count in found.items():
                by_field = counts.setdefault(unit, {}).setdefault(number, {})
                by_field[field] = by_field.get(field, 0) + count
    return counts, lengths


def _weigh(
    counts: dict[str, dict[int, dict[str, int]]],
    lengths: dict[str, Float],
    size: int,
    weighing: Weighing,
    reference: Mapping[str, float],
) -> Postings:
    norms = {}
    for field, length in lengths.items():
        mean = float(np.sum(length)) / max(int(np.count_nonzero(length)), 1)
        norms[field] = weighing.field(field) / (1 - weighing.b + weighing.b * length / max(mean, 1.0))
    terms = {unit: i for i, unit in enumerate(sorted(counts))}
    start = np.zeros(len(terms) + 1, dtype=np.int64)
    docs: list[int] = []
    frequencies: list[float] = []
    for unit, i in terms.items():
        for number in sorted(counts[unit]):
            docs.append(number)
            frequencies.append(sum(norms[f][number] * n for f, n in sorted(counts[unit][number].items())))
        start[i + 1] = len(docs)
    tf = np.array(frequencies)
    df = np.diff(start).astype(np.float64)
    total = size + weighing.prior
    prior = np.array([reference.get(unit, 0.0) for unit in terms]) * weighing.prior
    idf = np.log(1 + (total - df - prior + 0.5) / (df + prior + 0.5))
    unit_worth = idf**weighing.idf_power * np.array([weighing.unit(unit) for unit in terms])
    worth = tf * (weighing.k1 + 1) / (tf + weighing.k1) * np.repeat(unit_worth, np.diff(start))
    of_term = np.repeat(np.arange(len(terms)), np.diff(start))
    # The imagined documents hold the term once in a text of mean length: tf = 1, contribution = unit_worth.
    mean = (np.bincount(of_term, worth, len(terms)) + prior * unit_worth) / total
    square = (np.bincount(of_term, worth * worth, len(terms)) + prior * unit_worth**2) / total
    return Postings(
        terms, start, np.array(docs, dtype=np.int32), worth, mean, np.maximum(square - mean * mean, 0.0), size
    )


def _add_up(
    query_start: NDArray[np.int64],
    query_terms: NDArray[np.int64],
    query_weights: Float,
    start: NDArray[np.int64],
    docs: NDArray[np.int32],
    worth: Float,
    out: Float,
) -> None:
    # One row of `out` per query, so no two threads share a cell, and each cell is summed in term
    # order: the result is the same on any number of cores.
    for i in numba.prange(query_start.size - 1):
        row = out[i]
        for k in range(query_start[i], query_start[i + 1]):
            term, weight = query_terms[k], query_weights[k]
            for j in range(start[term], start[term + 1]):
                row[docs[j]] += weight * worth[j]


def _compiled() -> Callable[..., None]:
    """Compile at first use; kept on disk, except where no folder for it can be written."""
    try:
        kept: Callable[..., None] = numba.njit(parallel=True, cache=True)(_add_up)
    except RuntimeError:  # no home and a package that others own, as in many containers
        kept = numba.njit(parallel=True)(_add_up)
    return kept


_accumulate = _compiled()
