"""Topical scorers: a need and a technology compared by what they are about, whatever words they use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.lexicon import Lexicon, default_lexicon
from qixi.match.postings import Postings, Weighing
from qixi.match.query import Query, text_query
from qixi.match.reference import subclass_documents, topic_documents
from qixi.match.scorers.standing import Usual, standing
from qixi.match.scorers.store import check_seal, damaged, load_array, save_arrays, seal

_NEAREST = 20
"""How many topics describe a text."""
_STATED = 0.5
"""The share of a description that the stated IPC symbols make up, where there are any."""
_USUAL = Usual(0.05, 0.12)
"""What the cosine of two technologies is like in general."""

_NO_LEXICON = Lexicon(())
"""Descriptions are made of a text's own words."""


class Space:
    """Topics as documents; a text is described by those that score highest for it.

    Explicit semantic analysis (Gabrilovich & Markovitch 2007) over Qixi's own topics.
    """

    def __init__(self, documents: Mapping[str, str]) -> None:
        self.topics = {topic: i for i, topic in enumerate(documents)}
        weighing = Weighing(idf_power=1.6, prior=0.0)
        self._postings = Postings.of([[("text", text)] for text in documents.values()], weighing)

    def describe(self, queries: Sequence[Query]) -> sp.csr_array:
        """Return unit rows of weights over topics, shape (len(queries), number of topics)."""
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        scores = self._postings.score([query.units for query in queries])
        for i, (query, score) in enumerate(zip(queries, scores, strict=True)):
            for column, value in sorted(self._description(query, score).items()):
                rows.append(i)
                columns.append(column)
                values.append(value)
        shape = (len(queries), len(self.topics))
        return sp.csr_array(
            (np.array(values), (np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64))),
            shape=shape,
        )

    def _description(self, query: Query, score: NDArray[np.float64]) -> dict[int, float]:
        nearest = np.lexsort((np.arange(score.size), -score))[:_NEAREST]
        found = _unit({int(k): round(float(score[k]), 9) for k in nearest if score[k] > 0})
        symbols = dict.fromkeys(symbol[:4] for symbol in query.ipc)
        stated = _unit({self.topics[symbol]: 1.0 for symbol in symbols if symbol in self.topics})
        if not stated:
            return found
        mixed = {
            k: (1 - _STATED) * found.get(k, 0.0) + _STATED * stated.get(k, 0.0) for k in {**found, **stated}
        }
        return _unit(mixed)


def _unit(weights: dict[int, float]) -> dict[int, float]:
    norm = float(np.sqrt(sum(value * value for _, value in sorted(weights.items()))))
    return {k: value / norm for k, value in weights.items()} if norm > 0 else {}


class _TopicalScorer:
    """Cosine of descriptions, in standard deviations of the corpus."""

    name: ClassVar[str]
    _space: ClassVar[Callable[[], Space]]

    def __init__(self) -> None:
        self._corpus: sp.csr_array | None = None

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Describe every technology by topics."""
        space = type(self)._space()
        blocks = []
        for at in range(0, len(assets), 1024):
            texts = [
                (" \n".join(v for _, _, v in asset.texts()), asset.ipc) for asset in assets[at : at + 1024]
            ]
            blocks.append(space.describe([text_query(text, _NO_LEXICON, ipc) for text, ipc in texts]))
        empty = sp.csr_array((0, len(space.topics)), dtype=np.float64)
        self._corpus = sp.csr_array(sp.vstack([empty, *blocks], format="csr"))
        return self

    def score(self, queries: Sequence[Query]) -> NDArray[np.float64]:
        """Score every technology for each query."""
        if self._corpus is None:
            msg = "fit or load the scorer first"
            raise RuntimeError(msg)
        described = type(self)._space().describe(queries)
        cosines = np.asarray((described @ self._corpus.T).toarray(), dtype=np.float64)
        return standing(cosines, _USUAL)

    def save(self, folder: Path) -> None:
        """Write the descriptions."""
        if self._corpus is None:
            msg = "fit or load the scorer first"
            raise RuntimeError(msg)
        shape = np.array(self._corpus.shape, dtype=np.int64)
        parts = {
            "data": self._corpus.data,
            "indices": self._corpus.indices.astype(np.int64),
            "indptr": self._corpus.indptr.astype(np.int64),
        }
        save_arrays(folder, {**parts, "shape": shape})
        seal(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the descriptions; raises Refused where they are damaged or of other topics."""
        check_seal(folder, "data.npy", "indices.npy", "indptr.npy", "shape.npy")
        shape = tuple(int(n) for n in load_array(folder, "shape", np.int64))
        parts = (
            load_array(folder, "data", np.float64),
            load_array(folder, "indices", np.int64),
            load_array(folder, "indptr", np.int64),
        )
        if len(shape) != 2 or shape[1] != len(cls._space().topics):
            raise damaged(folder / "shape.npy")
        scorer = cls()
        try:
            scorer._corpus = sp.csr_array(parts, shape=shape)
            scorer._corpus.check_format(full_check=True)
        except ValueError as fault:
            raise damaged(folder / "indptr.npy") from fault
        return scorer


@cache
def topic_space() -> Space:
    """Return the space of the lexicon's topics."""
    return Space(topic_documents(default_lexicon()))


@cache
def subclass_space() -> Space:
    """Return the space of IPC subclasses, a bridge between an everyday word and a patent's."""
    return Space(subclass_documents(default_lexicon()))


class TopicScorer(_TopicalScorer):
    """Compares by the lexicon's topics."""

    name: ClassVar[str] = "topics"
    _space = staticmethod(topic_space)


class SubclassScorer(_TopicalScorer):
    """Compares by IPC subclasses, those stated and those the words point to."""

    name: ClassVar[str] = "subclasses"
    _space = staticmethod(subclass_space)
