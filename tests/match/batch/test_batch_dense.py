"""A block with the vectors of a model: the lists of the engine that has them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from itertools import pairwise

import numpy as np
import pytest
from test_batch_worker import back_of, done, forward_of, market, wanted_back, wanted_forward

from qixi.core import Refused, Text
from qixi.match.batch.plan import Plan
from qixi.match.engine import Engine
from qixi.match.finding.dense import Dense
from qixi.match.models.dense import DenseKind
from qixi.match.models.failure import ModelUnavailable
from qixi.match.vectors.products import Here, There


class Hashed:
    """Embeds a text by its bytes: texts of the same words are near each other. Not a model of meaning."""

    name, digest = "hashed", "0" * 64

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), 24), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for a, b in pairwise(text):
                row[hashlib.sha256((a + b).encode()).digest()[0] % 24] += 1
        norms = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.maximum(norms, 1e-9)


class Answering:
    """Stands for the suite of an engine whose model always answers."""

    reranker = None

    def attempt(self, part: str, call: Callable[[], object]) -> object:
        return call()


def engine_of(assets, weight=1.5) -> Engine:
    engine = Engine(suite=None).fit(assets)
    engine.suite = Answering()
    engine.need_fit.add(DenseKind(Hashed())().fit(engine.assets), weight)
    return engine


@pytest.mark.parametrize("seed", range(3))
def test_lists_with_vectors_are_those_of_the_engine(seed):
    assets, needs = market(seed, 140, 45)
    engine = engine_of(assets)
    found = done(engine, needs, Plan(top=11, back=4, candidates=None))
    assert forward_of(engine, found, len(needs)) == wanted_forward(engine, needs, 11)
    assert back_of(found) == wanted_back(engine, needs, 4)
    plain = Engine().fit(assets)
    assert forward_of(engine, found, len(needs)) != wanted_forward(plain, needs, 11)


def test_cut_candidates_keep_nearly_all_with_vectors_too():
    assets, needs = market(8, 900, 25)
    engine = engine_of(assets)
    found = forward_of(engine, done(engine, needs, Plan(top=20, back=0, candidates=80)), len(needs))
    wanted = wanted_forward(engine, needs, 20)
    kept = sum(len({m[0] for m in a} & {m[0] for m in b}) for a, b in zip(found, wanted, strict=True))
    assert kept / sum(map(len, wanted)) >= 0.97


def test_a_batch_does_not_go_on_without_its_model():
    assets, needs = market(1, 20, 3)
    engine = engine_of(assets)

    def gone(texts: Sequence[str]) -> np.ndarray:
        raise ModelUnavailable(Text("模型不可用", "the model is gone"))

    dense = Dense.of(engine)
    assert dense is not None
    dense.scorer._kind.embedder.embed = gone
    with pytest.raises(Refused, match="The model is gone"):
        done(engine, needs, Plan(top=3, back=2))


@pytest.mark.torch
def test_products_are_the_same_here_and_on_a_device(require):
    require("torch", find_spec("torch") is not None, "PyTorch is not installed (extra torch)")
    random = np.random.default_rng(3)
    vectors, needs = (random.standard_normal((n, 16)).astype(np.float32) for n in (700, 5))
    assert np.allclose(There(vectors, "cpu").of(needs), Here(vectors).of(needs), atol=1e-4)
