from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_server import KEY, ModelServer
from tiny_model import make_onnx_folder

from qixi.core import Refused
from qixi.match.models.cache import Cache
from qixi.match.models.embedding import CachedEmbedder, Vectors, unit
from qixi.match.models.endpoint import Endpoint
from qixi.match.models.endpoint_embedding import EndpointEmbedder
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.onnx_embedding import OnnxEmbedder
from qixi.match.models.report import PartReport
from qixi.match.models.suite import load_folder

_TEXTS = ["微藻养殖生物量提高", "concrete wind tower", "", "外骨骼步态", "x" * 300, "\ud800"]


@pytest.fixture(scope="module")
def onnx(onnx_folder: Path) -> OnnxEmbedder:
    return OnnxEmbedder(onnx_folder)


def test_onnx_vectors_have_length_one_and_the_stated_form(onnx: OnnxEmbedder) -> None:
    vectors = onnx.embed(_TEXTS)
    assert vectors.shape == (len(_TEXTS), onnx.dim) == (6, 16)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert onnx.embed([]).shape == (0, 16)


def test_onnx_vectors_are_those_of_the_model_computed_by_hand(onnx_folder: Path, onnx: OnnxEmbedder) -> None:
    from onnx import load, numpy_helper  # noqa: PLC0415
    from tokenizers import Tokenizer

    graph = load(onnx_folder / "model.onnx").graph
    table = next(numpy_helper.to_array(each) for each in graph.initializer if each.name == "table")
    ids = Tokenizer.from_file(str(onnx_folder / "tokenizer.json")).encode("微藻养殖").ids
    x = table[ids].astype(np.float64)
    attention = np.exp(x @ x.T - (x @ x.T).max(axis=1, keepdims=True))
    states = x + attention / attention.sum(axis=1, keepdims=True) @ x
    mean = states.mean(axis=0)
    assert np.allclose(onnx.embed(["微藻养殖"])[0], mean / np.linalg.norm(mean), atol=2e-6)


@settings(max_examples=60)
@given(st.lists(st.text(alphabet="微藻养殖abc 019中", max_size=90), min_size=1, max_size=12), st.data())
def test_onnx_vector_does_not_depend_on_companions(
    onnx: OnnxEmbedder, texts: list[str], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(texts) - 1))
    assert onnx.embed(texts)[place].tobytes() == onnx.embed([texts[place]])[0].tobytes()


def test_onnx_vectors_do_not_depend_on_threads(onnx_folder: Path) -> None:
    texts = [f"微藻{i} 提高 {i * 'abc '}" for i in range(40)]
    one, many = (OnnxEmbedder(onnx_folder, threads=threads).embed(texts) for threads in (1, 7))
    assert one.tobytes() == many.tobytes()


def test_onnx_cuts_texts_at_the_length_of_the_model(onnx: OnnxEmbedder) -> None:
    # 64 tokens, two of which are the marks at the ends.
    longest, longer, shorter = onnx.embed(["abcd" * 16, "abcd" * 15 + "ab" + "wxyz" * 9, "abcd" * 15 + "a"])
    assert longest.tobytes() == longer.tobytes()
    assert longest.tobytes() != shorter.tobytes()


@pytest.mark.parametrize("pooling", ["cls", "mean", "max", "lasttoken"])
def test_onnx_pools_as_the_folder_says(tmp_path: Path, pooling: str) -> None:
    embedder = OnnxEmbedder(make_onnx_folder(tmp_path / "model", pooling=pooling, subfolder=True))
    states = embedder._session.run(None, embedder._feeds(np.array([[2, 5, 6, 3]])))[0][0]
    expected = {"cls": states[0], "mean": states.mean(0), "max": states.max(0), "lasttoken": states[-1]}[
        pooling
    ]
    assert np.array_equal(embedder._vector([2, 5, 6, 3]), expected)


def test_onnx_takes_vectors_that_the_model_pooled_itself(tmp_path: Path) -> None:
    embedder = OnnxEmbedder(make_onnx_folder(tmp_path / "model", pooled_output=True))
    mean = OnnxEmbedder(make_onnx_folder(tmp_path / "other"))
    assert embedder.embed(["微藻"]).shape == (1, 16)
    assert not np.array_equal(embedder.embed(["微藻"]), mean.embed(["微藻"]))


def test_digest_follows_content_and_not_the_folder_s_place(tmp_path: Path, onnx: OnnxEmbedder) -> None:
    same = OnnxEmbedder(make_onnx_folder(tmp_path / "tiny"))
    shorter = OnnxEmbedder(make_onnx_folder(tmp_path / "shorter", length=32))
    assert same.digest == onnx.digest
    assert shorter.digest != onnx.digest


def test_model_that_computes_no_numbers_is_unavailable(tmp_path: Path) -> None:
    from onnx import load, numpy_helper, save  # noqa: PLC0415

    folder = make_onnx_folder(tmp_path / "model")
    model = load(folder / "model.onnx")
    for each in model.graph.initializer:
        if each.name == "table":
            each.CopyFrom(numpy_helper.from_array(np.full_like(numpy_helper.to_array(each), np.nan), "table"))
    save(model, folder / "model.onnx")
    with pytest.raises(ModelUnavailable):
        OnnxEmbedder(folder).embed(["微藻"])


def _remove(folder: Path, name: str) -> None:
    (folder / name).unlink()


def _write(folder: Path, name: str, value: object) -> None:
    text = value if isinstance(value, str) else json.dumps(value)
    (folder / name).write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda folder: _remove(folder, "tokenizer.json"), "no model that can be used"),
        (lambda folder: _remove(folder, "model.onnx"), "no model that can be used"),
        (lambda folder: _write(folder, "model.onnx", "no model"), "cannot be used"),
        (lambda folder: _write(folder, "tokenizer.json", "{}"), "cannot be used"),
        (lambda folder: _write(folder, "modules.json", "[1]"), "damaged"),
        (lambda folder: _write(folder, "sentence_bert_config.json", "{"), "damaged"),
        (lambda folder: _write(folder, "sentence_bert_config.json", "[]"), "damaged"),
        (lambda folder: _write(folder, "modules.json", [{"type": "x.models.Dense"}]), "Dense"),
        (
            lambda folder: _write(folder, "1_Pooling/config.json", {"pooling_mode": "weightedmean"}),
            "weightedmean",
        ),
        (
            lambda folder: _write(
                folder,
                "1_Pooling/config.json",
                {"pooling_mode_cls_token": True, "pooling_mode_max_tokens": True},
            ),
            "cls+max",
        ),
    ],
)
def test_folder_that_cannot_be_used_is_refused(
    tmp_path: Path, harm: Callable[[Path], None], words: str
) -> None:
    folder = make_onnx_folder(tmp_path / "model")
    harm(folder)
    with pytest.raises(Refused) as caught:
        load_folder(folder)
    (problem,) = caught.value.problems
    assert problem.code == "models.folder"
    assert words in problem.reason.en
    assert str(folder) in (problem.file or "")


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        load_folder(tmp_path / "none")


@pytest.mark.parametrize(("missing", "extra"), [("onnxruntime", "qixi[onnx]"), ("tokenizers", "qixi[onnx]")])
def test_missing_part_is_refused_with_the_extra_to_install(
    onnx_folder: Path, monkeypatch: pytest.MonkeyPatch, missing: str, extra: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, missing, None)
    with pytest.raises(Refused) as caught:
        load_folder(onnx_folder)
    assert extra in caught.value.problems[0].remedy.en
    assert extra in caught.value.problems[0].remedy.zh


def test_missing_torch_is_refused_with_the_extra_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    (tmp_path / "config.json").write_text("{}", "utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(Refused) as caught:
        load_folder(tmp_path)
    assert "qixi[torch]" in caught.value.problems[0].remedy.en


def test_missing_httpx_is_refused_with_the_extra_to_install(
    server: ModelServer, open_endpoint: Callable[..., Endpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "httpx", None)
    with pytest.raises(Refused) as caught:
        open_endpoint()
    assert "qixi[endpoint]" in caught.value.problems[0].remedy.en


def test_unit_keeps_zero_rows_and_has_one_zero() -> None:
    rows = unit(np.array([[0.0, 0.0], [3.0, -4.0], [-1e-9, 1.0]]))
    assert rows.tolist() == [[0.0, 0.0], [np.float32(0.6), np.float32(-0.8)], [0.0, 1.0]]
    assert not np.signbit(rows[2, 0])


# --- behind an endpoint ---


def test_endpoint_vectors_are_those_the_server_gave(
    server: ModelServer, open_endpoint: Callable[..., Endpoint]
) -> None:
    texts = [f"需求{i}" * (20 - i) for i in range(20)]
    embedder = EndpointEmbedder(open_endpoint(batch=3))
    vectors = embedder.embed(texts)
    assert np.array_equal(vectors, unit(np.array([server.vector(text) for text in texts])))
    assert sorted(len(request.texts) for request in server.requests) == [2] + [3] * 6
    assert embedder.dim == 8


def test_endpoint_embedder_masks_cuts_and_leaves_out_empty_texts(
    server: ModelServer, open_endpoint: Callable[..., Endpoint]
) -> None:
    embedder = EndpointEmbedder(open_endpoint(max_text_characters=100))
    vectors = embedder.embed(["联系人：张三，13812345678", "", "长" * 500, " \n"])
    assert server.requests[0].texts == ["联系人：[NAME]，[PHONE]", "长" * 100]
    assert vectors.any(axis=1).tolist() == [True, False, True, False]


def test_endpoint_embedder_asks_for_its_dimension_once(
    server: ModelServer, open_endpoint: Callable[..., Endpoint]
) -> None:
    embedder = EndpointEmbedder(open_endpoint())
    assert embedder.embed([""]).shape == (1, 8)
    assert embedder.dim == 8
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "act", ["dims", "nan", "infinite", "zeros", "words", "fewer", "twice", "error_in_200"]
)
def test_endpoint_nonsense_makes_the_model_unavailable(
    server: ModelServer, open_endpoint: Callable[..., Endpoint], act: str
) -> None:
    server.always = act
    endpoint = open_endpoint()
    with pytest.raises(ModelUnavailable) as caught:
        EndpointEmbedder(endpoint).embed(["风电塔筒", "混凝土"])
    assert caught.value.whole_run
    assert endpoint.report.failures == 1


def test_endpoint_that_changes_its_dimension_is_unavailable(
    server: ModelServer, open_endpoint: Callable[..., Endpoint]
) -> None:
    embedder = EndpointEmbedder(open_endpoint())
    embedder.embed(["一"])
    server.dim = 9
    with pytest.raises(ModelUnavailable):
        embedder.embed(["二"])


# --- cached ---


class _Counting:
    name = "counting"
    digest = "d"
    dim = 2

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked.append(list(texts))
        return unit(np.array([[len(text), 1.0] for text in texts]))


def test_cached_embedder_computes_each_text_once(tmp_path: Path) -> None:
    inner, report = _Counting(), PartReport("embedding", "counting")
    with Cache(tmp_path) as cache:
        embedder = CachedEmbedder(inner, cache, report)
        first = embedder.embed(["a", "bb", "a"])
        second = embedder.embed(["bb", "ccc"])
    with Cache(tmp_path) as cache:
        third = CachedEmbedder(inner, cache, report).embed(["ccc", "a"])
    assert inner.asked == [["a", "bb"], ["ccc"]]
    assert report.cache_hits == 3
    assert np.array_equal(first[1], second[0])
    assert np.array_equal(third, np.stack([second[1], first[0]]))
    assert CachedEmbedder(inner, Cache.in_memory(), report).embed([]).shape == (0, 2)


def test_cached_endpoint_sends_nothing_twice_and_keeps_no_secret(
    server: ModelServer, open_endpoint: Callable[..., Endpoint], tmp_path: Path
) -> None:
    texts = ["联系人：张三，13812345678", "混凝土塔筒"]

    def run() -> Any:
        endpoint = open_endpoint()
        with Cache(tmp_path) as cache:
            embedder = CachedEmbedder(EndpointEmbedder(endpoint), cache, endpoint.report)
            return embedder.embed(texts), embedder.dim

    first, dim = run()
    count = len(server.requests)
    second, again = run()
    assert np.array_equal(first, second)
    assert (dim, again) == (8, 8)
    assert len(server.requests) == count
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (KEY, "13812345678", "张三", "塔筒"):
        assert secret.encode() not in kept
