"""Learning with an embedding model: its weight is one of those that are learnt from."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qixi.core import Asset, Need
from qixi.match.engine import Engine
from qixi.match.learning.gathering import gather
from qixi.match.learning.sufficiency import moving
from qixi.match.learning.weights import Weights
from qixi.match.models import ModelSettings, ModelSuite
from qixi.match.models.settings import EmbeddingSettings
from qixi.match.settings import Settings
from qixi.tables import Feedback

ASSETS = [Asset("A", "微藻高密度培养"), Asset("B", "微藻采收装置"), Asset("C", "风电塔筒")]
NEEDS = [Need("M", "塔筒"), Need("N", "微藻培养")]
FEEDBACK = [Feedback(need.id, asset.id, grade=i) for need in NEEDS for i, asset in enumerate(ASSETS)]


def test_score_with_a_model_is_the_engines(onnx_folder: Path) -> None:
    settings = Settings(models=ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder, weight=0.7)))
    with ModelSuite(settings.models) as suite:
        engine = Engine(settings, suite).fit(ASSETS)
        sample = gather(engine, NEEDS, FEEDBACK, settings.learning)
        expected = np.concatenate([scores.total for _, scores in engine.scores(NEEDS)])
    weights = Weights.of(settings)
    assert sample.scorers == ("lexical", "topics", "subclasses", "dense")
    np.testing.assert_allclose(weights.score(sample), expected, atol=1e-6)
    assert moving(sample, weights, settings.learning)["dense"].have == 2
    heavier = weights.moved(["dense"], np.array([1.0])).applied(settings)
    assert heavier.models.embedding is not None
    assert heavier.models.embedding.weight == float(f"{0.7 * np.e:.6g}")
