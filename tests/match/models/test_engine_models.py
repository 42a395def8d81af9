"""The engine with models: one score for a pair whatever is asked, and the default engine where they fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from model_server import ModelServer

from qixi.core import Asset, LegalStatus, Need, OwnPatent, Refused
from qixi.match.engine import Engine
from qixi.match.explain import Explainer
from qixi.match.index import append, compact, index_info, load_index, remove, write_index
from qixi.match.index.disk import files_in
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


@contextmanager
def opened(models: ModelSettings, folder: Path) -> Iterator[Engine]:
    with ModelSuite(models) as suite:
        yield load_index(folder, Settings(models=models), suite)[0]


def embedding(server: ModelServer, **changes: object) -> ModelSettings:
    return ModelSettings(embedding=EmbeddingSettings(endpoint=server.settings(attempts=1), **changes))


def texts_sent(server: ModelServer) -> set[str]:
    return {text for request in server.requests for text in request.texts}


def test_dense_scorer_is_fused_by_its_weight(onnx_folder: Path) -> None:
    plain = of_match(Engine().fit(ASSETS))
    for weight in (0.0, 0.3, 1.0):
        models = ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder, weight=weight))
        with fitted(models) as engine:
            names = [scorer.name for scorer in engine.need_fit.scorers]
            assert names == ["lexical", "topics", "subclasses", "dense"][: 4 if weight else 3]
            assert (of_match(engine) == plain) is (weight == 0)


def test_engine_names_the_model_its_scores_rest_on(
    onnx_folder: Path, onnx_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    folders = (onnx_folder, onnx_folder, onnx_folder_maker(tmp_path / "tiny", length=32))
    named = []
    for folder in folders:
        with fitted(ModelSettings(embedding=EmbeddingSettings(folder=folder))) as engine:
            named.append(dict(engine.models))
    assert named[0] == named[1] != named[2]
    assert all(re.fullmatch("tiny [0-9a-f]{16}", each.pop("embedding")) and not each for each in named[1:])
    with fitted(ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder, weight=0))) as engine:
        assert engine.models == {}
    assert Engine().fit(ASSETS).models == {}


def test_engine_names_no_model_that_was_lost_or_only_grades(server: ModelServer) -> None:
    with fitted(rerank(server)) as engine:
        assert engine.models == {}
    with fitted(embedding(server)) as engine:
        assert list(engine.models) == ["embedding"]
        assert server.url not in engine.models["embedding"]
        server.always = "401"
        list(engine.match(NEEDS))
        assert engine.models == {}


def test_index_keeps_the_vectors_so_that_only_needs_are_sent_again(
    server: ModelServer, tmp_path: Path
) -> None:
    with fitted(embedding(server)) as engine:
        scores = of_match(engine)
        assert write_index(engine, tmp_path).scorers[-1] == "dense"
    server.requests.clear()
    with opened(embedding(server), tmp_path) as engine:
        server.requests.clear()
        assert of_match(engine) == scores
    assert texts_sent(server) == {f"{need.title}\n{need.content}" for need in NEEDS}


def test_index_without_vectors_gets_them_when_a_model_is_set(onnx_folder: Path, tmp_path: Path) -> None:
    models = ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder))
    write_index(Engine().fit(ASSETS), tmp_path)
    with fitted(models) as fresh, opened(models, tmp_path) as engine:
        assert of_match(engine) == of_match(fresh)


def test_vectors_of_an_index_do_nothing_where_no_model_is_set(onnx_folder: Path, tmp_path: Path) -> None:
    with fitted(ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder))) as engine:
        write_index(engine, tmp_path)
    assert of_match(load_index(tmp_path)[0]) == of_match(Engine().fit(ASSETS))


def test_index_of_another_model_is_refused(onnx_folder: Path, server: ModelServer, tmp_path: Path) -> None:
    with fitted(ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder))) as engine:
        write_index(engine, tmp_path)
    with pytest.raises(Refused, match="another model"), opened(embedding(server), tmp_path):
        pass
    assert server.requests == []


def test_index_that_lost_its_vectors_is_refused(onnx_folder: Path, tmp_path: Path) -> None:
    models = ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder))
    with fitted(models) as engine:
        part = write_index(engine, tmp_path).base.name
    (tmp_path / part / "dense.vault").unlink()
    with pytest.raises(Refused, match="dense"), opened(models, tmp_path):
        pass


def test_vectors_of_later_technologies_are_kept_and_compacted_like_a_fresh_build(
    onnx_folder: Path, tmp_path: Path
) -> None:
    models = ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder))
    settings, later = Settings(models=models), Asset("E", "塔筒分片运输", "风电塔筒分片运输。")
    with fitted(models) as engine:
        write_index(engine, tmp_path / "it")
        vectors = engine.need_fit.scorers[-1].vectors
    with pytest.raises(Refused, match="dense"):
        append(tmp_path / "it", [later])
    with ModelSuite(models) as suite:
        append(tmp_path / "it", [later], settings, suite)
        remove(tmp_path / "it", ["A"])
        loaded, _ = load_index(tmp_path / "it", settings, suite)
        dense = loaded.need_fit.scorers[-1]
        assert (dense.vectors[:4] == vectors).all()
        assert dense.vectors.shape[0] == 5
        assert {m.asset_id for m in next(loaded.match(NEEDS[1:])).matches} == {"C", "D", "E"}
        with pytest.raises(Refused, match="dense"):
            compact(tmp_path / "it")
        compact(tmp_path / "it", settings, suite)
        write_index(Engine(settings, suite).fit([*ASSETS[1:], later]), tmp_path / "fresh")
    assert all(
        (tmp_path / "it" / name).read_bytes() == (tmp_path / "fresh" / name).read_bytes()
        for name in files_in(tmp_path / "fresh")
    )


def test_model_that_does_not_answer_leaves_the_index_as_it_was(server: ModelServer, tmp_path: Path) -> None:
    models = embedding(server)
    with fitted(models) as engine:
        before = write_index(engine, tmp_path)
    server.always = "500"
    with ModelSuite(models) as suite, pytest.raises(Refused, match="embedding model cannot be used"):
        append(tmp_path, [Asset("E", "塔筒分片运输")], Settings(models=models), suite)
    assert index_info(tmp_path) == before


OWNING = [*NEEDS, Need("P", "微藻", portfolio=(OwnPatent("微藻采收", "高密度培养后采收"),))]


@pytest.mark.parametrize("good", range(7))
def test_model_that_fails_midway_leaves_no_trace_in_the_scores(server: ModelServer, good: int) -> None:
    # Four technologies and three needs are seven requests; own patents are compared without the model.
    server.script.extend(["good"] * good)
    server.always = "401"
    endpoint = server.settings(attempts=1, batch=1, concurrency=1)
    plain = Engine().fit(ASSETS)
    with fitted(ModelSettings(embedding=EmbeddingSettings(endpoint=endpoint))) as engine:
        assert list(engine.match(OWNING)) == list(plain.match(OWNING))
        assert [scorer.name for scorer in engine.need_fit.scorers] == ["lexical", "topics", "subclasses"]
        assert engine.suite is not None
        assert engine.suite.report.fell_back
    assert not server.script


def test_model_is_asked_for_everything_before_the_first_score(server: ModelServer) -> None:
    with fitted(embedding(server)) as engine:
        found = engine.scores(OWNING)
        next(found)
        sent = len(server.requests)
        server.always = "401"
        whole = [need.id for need, _ in found]
        (match,) = next(engine.pairs(OWNING[2:], {"P": ["A"]})).matches
        Explainer(engine).explain(OWNING[2], match)
    assert whole == ["M", "P"]
    assert len(server.requests) == sent


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
