"""The engine with models: one score for a pair whatever is asked, and the default engine where they fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from model_server import ModelServer

from qixi.core import Asset, LegalStatus, Need
from qixi.match.engine import Engine
from qixi.match.explain import Explainer
from qixi.match.models import ModelSettings, ModelSuite
from qixi.match.models.settings import EmbeddingSettings, ExtractSettings, RerankSettings
from qixi.match.settings import Settings

ASSETS = [
    Asset("A", "微藻高密度培养", "异养发酵，生物量达到160 g/L。"),
    Asset("B", "微藻采收装置", "微藻高密度培养后采收。", legal_status=LegalStatus.LAPSED),
    Asset("C", "微藻培养", "开放池培养微藻。", applicant="甲公司"),
    Asset("D", "混凝土风电塔筒", "分片预制。"),
]
NEEDS = [
    Need("N", "微藻高密度培养", "希望生物量达到150 g/L。", organisation="甲公司"),
    Need("M", "塔筒", "风电塔筒预制"),
]
EVERY = {need.id: [asset.id for asset in ASSETS] for need in NEEDS}
Scores = dict[tuple[str, str], float]


@contextmanager
def fitted(models: ModelSettings) -> Iterator[Engine]:
    with ModelSuite(models) as suite:
        yield Engine(Settings(models=models), suite).fit(ASSETS)


def of_pairs(engine: Engine, wanted: dict[str, list[str]]) -> Scores:
    return {(m.need_id, m.asset_id): m.score for r in engine.pairs(NEEDS, wanted) for m in r.matches}


def of_match(engine: Engine) -> Scores:
    found: Scores = {}
    for ranking in engine.match(NEEDS):
        found |= {(m.need_id, m.asset_id): m.score for m in ranking.matches}
        found |= {(ranking.need_id, w.asset_id): w.score for w in ranking.withheld}
    return found


def rerank(server: ModelServer, **changes: object) -> ModelSettings:
    endpoint = server.settings(attempts=1, **changes)
    return ModelSettings(rerank=RerankSettings(endpoint=endpoint, from_score=0.05))


def one_by_one(engine: Engine) -> Scores:
    found: Scores = {}
    for need, assets in EVERY.items():
        for asset in assets:
            found |= of_pairs(engine, {need: [asset]})
    return found


def test_folder_model_moves_the_scores_and_leaves_each_pair_one(onnx_folder: Path) -> None:
    plain = of_match(Engine().fit(ASSETS))
    with fitted(ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder))) as engine:
        scores = of_match(engine)
        assert scores == of_pairs(engine, EVERY) == one_by_one(engine)
        assert scores.keys() == plain.keys()
        assert scores != plain


def test_graded_pair_has_one_score_whether_shown_withheld_or_asked_for(server: ModelServer) -> None:
    server.chat = lambda parts: {"grade": 3, "quotations": [parts["technology title"]]}
    with fitted(rerank(server)) as engine:
        scores = of_match(engine)
        assert scores == of_pairs(engine, EVERY) == one_by_one(engine)
        plain = of_match(Engine().fit(ASSETS))
        assert {pair for pair in plain if scores[pair] > plain[pair]} >= {("N", "A"), ("N", "B"), ("N", "C")}
        withheld = {w.asset_id for r in engine.match(NEEDS[:1]) for w in r.withheld}
        assert withheld == {"B", "C"}


@pytest.mark.parametrize("act", ["401", "html", "garbage"])
def test_run_ends_on_the_default_engine_where_the_models_fail(server: ModelServer, act: str) -> None:
    server.always = act
    endpoint = server.settings(attempts=1)
    models = ModelSettings(
        embedding=EmbeddingSettings(endpoint=endpoint),
        rerank=RerankSettings(endpoint=endpoint, from_score=0.05),
        extract=ExtractSettings(endpoint=endpoint),
    )
    plain = Engine().fit(ASSETS)
    with fitted(models) as engine:
        assert list(engine.match(NEEDS)) == list(plain.match(NEEDS))
        (match,) = next(engine.pairs(NEEDS, {"N": ["A"]})).matches
        assert Explainer(engine).explain(NEEDS[0], match) == Explainer(plain).explain(NEEDS[0], match)
        assert engine.suite is not None
        assert engine.suite.report.fell_back
        assert any("not available" in line.en for line in engine.suite.report.summary())


def test_models_requirements_are_explained_in_the_words_of_the_need(server: ModelServer) -> None:
    said = {"kind": "target", "quotation": "生物量达到150 g/L"}
    server.chat = lambda parts: {"requirements": [said]}
    with fitted(ModelSettings(extract=ExtractSettings(endpoint=server.settings()))) as engine:
        (match,) = next(engine.pairs(NEEDS, {"N": ["A"]})).matches
        (evidence,) = Explainer(engine).explain(NEEDS[0], match).evidence
        assert NEEDS[0].quote(evidence.requirement.spans[0]).text == said["quotation"]
        assert [check.verdict.status.value for check in evidence.numbers] == ["met"]
