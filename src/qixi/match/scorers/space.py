"""Spaces of topics, in which a text is described by those that score highest for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.describing import describe
from qixi.match.kernels.tallying import known_rows
from qixi.match.lexicon import default_lexicon
from qixi.match.postings import Postings, Weighing
from qixi.match.postings.counts import Counts
from qixi.match.postings.postings import standardised
from qixi.match.query import Query
from qixi.match.reference import subclass_documents, topic_documents
from qixi.match.sparse import Weights

_NEAREST = 20
"""How many topics describe a text."""
_STATED = 0.5
"""The share of a description that the stated IPC symbols make up, where there are any."""


class Space:
    """Topics as documents; a text is described by those that score highest for it.

    Explicit semantic analysis (Gabrilovich & Markovitch 2007) over Qixi's own topics.
    """

    def __init__(self, documents: Mapping[str, str]) -> None:
        self.topics = {topic: i for i, topic in enumerate(documents)}
        texts = [[("text", text)] for text in documents.values()]
        self.postings = Postings.of(texts, Weighing(idf_power=1.6, prior=0.0), shard=len(texts))

    def describe(self, queries: Sequence[Query]) -> Weights:
        """Return unit rows of weights over topics, one for each query, with offsets of 0."""
        asked = self.postings.weigh([query.units for query in queries])
        return self.described(asked, [query.ipc for query in queries])

    def describe_counted(self, counts: Counts, symbols: Sequence[Sequence[str]]) -> Weights:
        """Return what `describe` gives for plain-text queries of documents and the symbols each states."""
        statistics, said = self.postings.statistics, counts.said
        terms = statistics.vocabulary.terms_of(counts.codes, counts.stems)
        start, known, weights = known_rows(said.start, said.units, said.weights, terms)
        return self.described(standardised(statistics, start, known, weights), symbols)

    def described(self, asked: Weights, symbols: Sequence[Sequence[str]]) -> Weights:
        """Return the descriptions of standardised queries over the postings, and the symbols each states."""
        start, stated = self._stated(symbols)
        rows = self.postings.shards[0].by_term
        lists = rows.lists()
        questions = asked.questions()
        rows_start, topics, weights = describe(
            questions, lists, len(self.topics), start, stated, _NEAREST, _STATED
        )
        return Weights(rows_start, topics, weights, np.zeros(asked.size))

    def _stated(self, symbols: Sequence[Sequence[str]]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the topics that stated symbols are of, row by row."""
        start, found = np.zeros(len(symbols) + 1, dtype=np.int64), []
        for i, each in enumerate(symbols):
            places = (self.topics.get(subclass) for subclass in dict.fromkeys(s[:4] for s in each))
            found += [place for place in places if place is not None]
            start[i + 1] = len(found)
        return start, np.array(found, dtype=np.int32)


@cache
def topic_space() -> Space:
    """Return the space of the lexicon's topics."""
    return Space(topic_documents(default_lexicon()))


@cache
def subclass_space() -> Space:
    """Return the space of IPC subclasses, a bridge between an everyday word and a patent's."""
    return Space(subclass_documents(default_lexicon()))
