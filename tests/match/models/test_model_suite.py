from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from model_server import ModelServer

from qixi.core import Asset, Need, Refused
from qixi.match.models import ModelSettings, ModelSuite, ModelUnavailable
from qixi.match.models.settings import EmbeddingSettings, ExtractSettings, RerankSettings
from qixi.match.query import Query

_ASSETS = [Asset(id=str(i), title=f"微藻养殖方法{i}", abstract="生物量提高" * i) for i in range(1, 6)]
_NEEDS = [Need(id=str(i), title=f"需要微藻养殖{i}") for i in range(3)]
_QUERIES = [Query({}, {}, text=need.title) for need in _NEEDS]


def test_suite_without_models_opens_nothing() -> None:
    with ModelSuite(ModelSettings()) as suite:
        assert (suite.embedder, suite.reranker, suite.extractor, suite.dense_kind()) == (None,) * 4
        assert suite.report.summary() == ()
        assert not suite.report.fell_back


def test_suite_runs_a_folder_model_and_says_so(onnx_folder: Path, tmp_path: Path) -> None:
    settings = ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder), cache=tmp_path / "cache")
    with ModelSuite(settings) as suite:
        kind = suite.dense_kind()
        assert kind is not None
        fitted = suite.attempt("embedding", lambda: kind().fit(_ASSETS))
        assert fitted is not None
        (tmp_path / "index").mkdir()
        fitted.save(tmp_path / "index")
        scores = fitted.score(_QUERIES)
    with ModelSuite(settings) as suite:
        kind = suite.dense_kind()
        assert kind is not None
        assert np.array_equal(kind.load(tmp_path / "index").score(_QUERIES), scores)
        assert suite.report.parts["embedding"].cache_hits == 3
        assert [line.en for line in suite.report.summary()] == [
            "embedding model tiny: 0 requests (0 retries), 3 from the cache, 0 failures"
        ]
        assert not suite.report.fell_back


def test_suite_plays_all_parts_through_endpoints(server: ModelServer, tmp_path: Path) -> None:
    server.chat = lambda parts: (
        {"grade": 2, "quotations": ["微藻养殖方法"]}
        if "technology title" in parts
        else {"requirements": [{"kind": "target", "quotation": parts["need title"]}]}
    )
    settings = ModelSettings(
        embedding=EmbeddingSettings(endpoint=server.settings()),
        rerank=RerankSettings(endpoint=server.settings()),
        extract=ExtractSettings(endpoint=server.settings()),
        cache=tmp_path,
    )
    for expected_requests in (1 + 1 + 15 + 3, 0):
        server.requests.clear()
        with ModelSuite(settings) as suite:
            kind, reranker, extractor = suite.dense_kind(), suite.reranker, suite.extractor
            assert kind is not None
            assert reranker is not None
            assert extractor is not None
            assert kind().fit(_ASSETS).score(_QUERIES).shape == (3, 5)
            judged = reranker.judge_all((need, _ASSETS) for need in _NEEDS)
            assert [len(each) for each in judged.values()] == [5, 5, 5]
            assert [len(extractor.requirements(need)) for need in _NEEDS] == [1, 1, 1]
            assert not suite.report.fell_back
            assert len(suite.report.summary()) == 3
        assert len(server.requests) == expected_requests


@pytest.mark.parametrize("act", ["401", "html", "giant", "nan", "dims", "redirect"])
def test_suite_turns_a_failing_endpoint_into_the_default_engine(
    server: ModelServer, other_server: ModelServer, act: str
) -> None:
    server.always = act
    server.elsewhere = other_server.url
    endpoint = server.settings(max_response_bytes=200_000, attempts=1)
    with ModelSuite(ModelSettings(embedding=EmbeddingSettings(endpoint=endpoint))) as suite:
        kind = suite.dense_kind()
        assert kind is not None
        assert suite.attempt("embedding", lambda: kind().fit(_ASSETS)) is None
        sent = len(server.requests)
        assert suite.attempt("embedding", lambda: kind().fit(_ASSETS)) is None
        assert len(server.requests) == sent
        assert suite.report.fell_back
        lines = suite.report.summary()
        assert (
            lines[1].en == "the embedding model was not available; the whole result is the default engine's"
        )
        assert lines[1].zh == "向量模型不可用，本次结果全部由默认引擎得出"
        assert len(lines) == 3


def test_suite_goes_on_after_one_need_fell_back(server: ModelServer) -> None:
    with ModelSuite(ModelSettings(extract=ExtractSettings(endpoint=server.settings()))) as suite:
        extractor = suite.extractor
        assert extractor is not None
        server.chat = lambda parts: "?" if parts["need title"].endswith("1") else _whole(parts)
        found = [suite.attempt("extract", lambda need=need: extractor.requirements(need)) for need in _NEEDS]
        assert [each is None for each in found] == [False, True, False]
        assert suite.report.parts["extract"].needs_fallen_back == 1
        assert suite.report.parts["extract"].lost is None


def _whole(parts: dict[str, str]) -> object:
    return {"requirements": [{"kind": "target", "quotation": parts["need title"]}]}


def test_suite_does_not_hide_other_faults(onnx_folder: Path) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with (
        ModelSuite(ModelSettings(embedding=EmbeddingSettings(folder=onnx_folder))) as suite,
        pytest.raises(ZeroDivisionError),
    ):
        suite.attempt("embedding", broken)


def test_suite_that_is_refused_leaves_nothing_open(server: ModelServer, tmp_path: Path) -> None:
    settings = ModelSettings(
        rerank=RerankSettings(endpoint=server.settings()),
        extract=ExtractSettings(endpoint=server.settings(key_env="QIXI_TEST_NO_SUCH_KEY")),
        cache=tmp_path,
    )
    with pytest.raises(Refused):
        ModelSuite(settings)


def test_model_unavailable_speaks_both_languages() -> None:
    failure = ModelUnavailable(__import__("qixi.core").core.Text("不可用", "not available"))
    assert str(failure) == "不可用 / not available"
    assert failure.whole_run


def test_importing_the_models_loads_none_of_their_libraries() -> None:
    import subprocess  # noqa: PLC0415

    heavy = ["httpx", "onnxruntime", "tokenizers", "sentence_transformers", "torch"]
    program = f"import sys, qixi.match.models; print([name for name in {heavy} if name in sys.modules])"
    output = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    assert output == "[]\n"
