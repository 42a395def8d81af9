"""The lexical scorer: a need's rare units found in a technology's fields."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.postings import Postings, Weighing
from qixi.match.query import Query
from qixi.match.reference import unit_frequency
from qixi.match.scorers.store import load_postings, save_postings
from qixi.match.text import fold

FIELD_WEIGHTS = {"title": 1.5, "keywords": 1.5, "abstract": 1.0, "claims": 0.7}


class LexicalScorer:
    """BM25F over characters, stems and their pairs; rare units weigh more than in the textbook."""

    name: ClassVar[str] = "lexical"

    def __init__(self, weighing: Weighing | None = None) -> None:
        self.weighing = weighing or Weighing(fields=FIELD_WEIGHTS)
        self._postings: Postings | None = None

    @property
    def postings(self) -> Postings:
        """The fitted postings; raises RuntimeError before `fit`."""
        if self._postings is None:
            msg = "fit or load the scorer first"
            raise RuntimeError(msg)
        return self._postings

    def fit(self, assets: Sequence[Asset]) -> Self:
        """Index the technologies' texts."""
        documents = [[(field, fold(value)) for field, _, value in asset.texts()] for asset in assets]
        self._postings = Postings.of(documents, self.weighing, unit_frequency())
        return self

    def score(self, queries: Sequence[Query]) -> NDArray[np.float64]:
        """Score every technology for each query, with the lexicon's other words for its concepts."""
        return self.postings.score([query.expanded for query in queries])

    def save(self, folder: Path) -> None:
        """Write the postings."""
        save_postings(self.postings, folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the postings."""
        scorer = cls()
        scorer._postings = load_postings(folder)
        return scorer
