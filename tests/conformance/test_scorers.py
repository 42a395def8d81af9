"""Every scorer keeps the protocol's promises; one that breaks them is caught."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Self
from zlib import crc32

import numpy as np
import pytest

from qixi.core import Asset
from qixi.match.conformance import ASSETS, CHECKS, Nonconforming, check_scorer, checks, queries
from qixi.match.models.dense import DenseKind
from qixi.match.models.embedding import unit
from qixi.match.query import Query
from qixi.match.scorers import SCORERS, LexicalScorer, ScorerKind
from qixi.match.text import fold


class PairEmbedder:
    """A model that counts pairs of characters, small enough for tests and the same on every machine."""

    name, digest, dim = "pairs", "pairs 1", 256

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dim))
        for row, text in zip(vectors, map(fold, texts), strict=True):
            for pair in pairwise(text):
                row[crc32("".join(pair).encode()) % self.dim] += 1
        return unit(vectors)


KINDS: tuple[ScorerKind, ...] = (*SCORERS, DenseKind(PairEmbedder()))
CASES = [(kind, name, check) for kind in KINDS for name, check in checks(kind)]


@pytest.mark.parametrize(
    "check", [case[2] for case in CASES], ids=[f"{kind.name}-{name}" for kind, name, _ in CASES]
)
def test_scorer_keeps_promise(check):
    check()


def test_every_promise_is_checked_on_every_scorer():
    assert len(CASES) == len(KINDS) * len(CHECKS) == len({(kind, name) for kind, name, _ in CASES})
    assert len({kind.name for kind in KINDS}) == len(KINDS)


class _Wrapped(LexicalScorer):
    """A scorer that keeps its promises, to be broken one at a time below."""


class _Single(_Wrapped):
    def score(self, queries: Sequence[Query]) -> np.ndarray:
        return super().score(queries).astype(np.float32)


class _MinMax(_Wrapped):
    def score(self, queries: Sequence[Query]) -> np.ndarray:
        scores = super().score(queries)
        return scores / max(float(np.abs(scores).max(initial=1.0)), 1.0)


class _Forgetful(_Wrapped):
    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls().fit(ASSETS)


class _Favouring(_Wrapped):
    def score(self, queries: Sequence[Query]) -> np.ndarray:
        scores = super().score(queries)
        return scores + np.linspace(0.0, 1.0, scores.shape[1])[None, :]


class _Undefined(_Wrapped):
    def score(self, queries: Sequence[Query]) -> np.ndarray:
        return np.full_like(super().score(queries), np.nan)


class _Seasonal(_Wrapped):
    calls: ClassVar[int] = 0

    def fit(self, assets: Sequence[Asset]) -> Self:
        type(self).calls += 1
        return super().fit(assets)

    def score(self, queries: Sequence[Query]) -> np.ndarray:
        return super().score(queries) + type(self).calls


BROKEN = {
    _Single: "scores_of_need_and_technology",
    _Undefined: "scores_of_need_and_technology",
    _MinMax: "companions_do_not_matter",
    _Forgetful: "damaged_files_are_refused",
    _Favouring: "order_of_corpus_does_not_matter",
    _Seasonal: "same_input_same_scores",
}


@pytest.mark.parametrize(
    ("kind", "name"), BROKEN.items(), ids=lambda value: getattr(value, "__name__", value)
)
def test_broken_promise_is_caught(kind: ScorerKind, name: str):
    with pytest.raises(Nonconforming):
        dict(checks(kind))[name]()


def test_a_scorer_of_ones_own_can_be_checked():
    check_scorer(_Wrapped)


def test_sample_of_the_suite_meets_its_needs():
    scores = sum(kind().fit(ASSETS).score(queries()) for kind in SCORERS)
    assert [ASSETS[int(row.argmax())].id for row in scores[:4]] == ["A01", "A05", "A03", "A09"]
