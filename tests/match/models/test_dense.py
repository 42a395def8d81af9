"""The dense scorer: cosines of a model in standard deviations, saved with the model's digest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, Refused
from qixi.match.models.dense import DenseKind, DenseScorer, asset_text
from qixi.match.models.embedding import Vectors
from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.onnx_embedding import OnnxEmbedder
from qixi.match.query import Query
from qixi.match.scorers.store import seal

_WORDS = ["微藻养殖", "风电塔筒", "混凝土", "外骨骼步态", "提高生物量", "concrete tower", "algae"]
_ASSETS = [
    Asset(id=f"t{i:03}", title=_WORDS[i % 7], abstract=f"{_WORDS[i % 5]}{_WORDS[i % 3]} {i}")
    for i in range(60)
]


@pytest.fixture(scope="module")
def embedder(onnx_folder: Path) -> OnnxEmbedder:
    return OnnxEmbedder(onnx_folder)


@pytest.fixture(scope="module")
def kind(embedder: OnnxEmbedder) -> DenseKind:
    return DenseKind(embedder)


@pytest.fixture(scope="module")
def fitted(kind: DenseKind) -> DenseScorer:
    return kind().fit(_ASSETS)


def ask(*texts: str) -> list[Query]:
    return [Query({}, {}, text=text) for text in texts]


_QUERIES = ask(*(f"{word}\n提高{word}" for word in _WORDS))


def test_dense_score_is_a_cosine_in_standard_deviations_of_the_corpus(
    fitted: DenseScorer, embedder: OnnxEmbedder
) -> None:
    vectors = embedder.embed([asset_text(asset) for asset in _ASSETS]).astype(np.float64)
    between = (vectors @ vectors.T)[~np.eye(60, dtype=bool)]
    scores = fitted.score(_QUERIES)
    assert scores.dtype == np.float64
    for query, row in zip(_QUERIES, scores, strict=True):
        cosines = vectors @ embedder.embed([query.text])[0]
        mean = (cosines.sum() + 100 * between.mean()) / 160
        square = (np.square(cosines).sum() + 100 * np.square(between).mean()) / 160
        np.testing.assert_allclose(row, (cosines - mean) / np.sqrt(square - mean**2), atol=1e-4)


def test_dense_finds_the_technology_of_the_same_words(fitted: DenseScorer) -> None:
    scores = fitted.score(ask(asset_text(_ASSETS[8])))[0]
    assert scores.argmax() == 8
    assert scores[8] > 1


@settings(max_examples=25)
@given(st.permutations(range(60)), st.integers(0, 6))
def test_dense_pair_score_does_not_depend_on_the_order_of_the_corpus(
    fitted: DenseScorer, kind: DenseKind, order: list[int], need: int
) -> None:
    shuffled = kind().fit([_ASSETS[i] for i in order]).score(_QUERIES[need : need + 1])
    np.testing.assert_allclose(shuffled[0], fitted.score(_QUERIES[need : need + 1])[0][order], atol=1e-9)


def test_dense_sample_of_the_corpus_does_not_depend_on_its_order(
    kind: DenseKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = kind().fit(_ASSETS).score(_QUERIES)
    monkeypatch.setattr("qixi.match.models.dense._SAMPLE", 7)
    sampled = kind().fit(_ASSETS).score(_QUERIES)
    shifted = kind().fit(_ASSETS[31:] + _ASSETS[:31]).score(_QUERIES)
    np.testing.assert_allclose(np.roll(shifted, 31, axis=1), sampled, atol=1e-9)
    assert np.abs(sampled - whole).max() > 1e-3


class Counting:
    """Passes texts on and keeps them."""

    def __init__(self, inner: OnnxEmbedder) -> None:
        self.inner, self.texts = inner, []
        self.name, self.digest, self.dim = inner.name, inner.digest, inner.dim

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts.append(list(texts))
        return self.inner.embed(texts)


def test_dense_asks_for_each_text_once_and_all_in_one_go(embedder: OnnxEmbedder) -> None:
    model = Counting(embedder)
    scorer = DenseKind(model, need_prefix="abc ", asset_prefix="xyz ")().fit(_ASSETS[:2])
    scorer.prepare(["甲", "乙", "", " ", "甲"])
    scorer.score(ask("乙", "", "甲"))
    scorer.prepare(["乙"])
    assert model.texts == [["xyz " + asset_text(asset) for asset in _ASSETS[:2]], ["abc 甲", "abc 乙"]]


def test_dense_score_of_an_unknown_side_is_the_mean(kind: DenseKind) -> None:
    scores = kind().fit([*_ASSETS, Asset(id="empty", title=" ")]).score([*_QUERIES, *ask("", " ")])
    assert (scores[:, 60] == 0).all()
    assert (scores[-2:] == 0).all()
    np.testing.assert_array_equal(scores[:-2, :60], kind().fit(_ASSETS).score(_QUERIES))


def test_dense_takes_corpora_without_two_different_technologies(kind: DenseKind) -> None:
    assert kind().fit([]).score(_QUERIES).shape == (7, 0)
    assert np.isfinite(kind().fit(_ASSETS[:1]).score(_QUERIES)).all()
    twins = kind().fit([Asset(id="a", title="微藻"), Asset(id="b", title="微藻")])
    assert np.isfinite(twins.score(_QUERIES)).all()


def test_dense_saved_and_loaded_scores_the_same(fitted: DenseScorer, kind: DenseKind, tmp_path: Path) -> None:
    fitted.save(tmp_path)
    assert np.array_equal(kind.load(tmp_path).score(_QUERIES), fitted.score(_QUERIES))
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "model.json",
        "seal.json",
        "usual.npy",
        "vectors.npy",
    ]


def test_dense_refuses_vectors_of_another_model_or_asset_prefix(
    fitted: DenseScorer, embedder: OnnxEmbedder, onnx_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "saved").mkdir()
    fitted.save(tmp_path / "saved")
    other = OnnxEmbedder(onnx_folder_maker(tmp_path / "other", length=32))
    for kind in (DenseKind(other), DenseKind(embedder, asset_prefix="passage: ")):
        with pytest.raises(Refused) as caught:
            kind.load(tmp_path / "saved")
        assert "another model" in caught.value.problems[0].reason.en
    DenseKind(embedder, need_prefix="query: ").load(tmp_path / "saved")


def test_dense_refuses_what_does_not_fit_together(
    fitted: DenseScorer, kind: DenseKind, tmp_path: Path
) -> None:
    for name, array in (("vectors", np.zeros(3, dtype=np.float32)), ("usual", np.zeros(3))):
        folder = tmp_path / name
        folder.mkdir()
        fitted.save(folder)
        np.save(folder / f"{name}.npy", array)
        seal(folder)
        with pytest.raises(Refused) as caught:
            kind.load(folder)
        assert "damaged" in caught.value.problems[0].reason.en


def test_dense_does_without_a_model_whose_vectors_changed_their_size(
    fitted: DenseScorer, embedder: OnnxEmbedder
) -> None:
    class Longer(Counting):
        def embed(self, texts: Sequence[str]) -> Vectors:
            return np.ones((len(texts), 17), dtype=np.float32)

    with pytest.raises(ModelUnavailable) as caught:
        DenseScorer(DenseKind(Longer(embedder)), fitted.vectors).prepare(["微藻"])
    assert "another size" in caught.value.text.en


def test_dense_prefixes_reach_the_model(embedder: OnnxEmbedder, fitted: DenseScorer) -> None:
    prefixed = DenseKind(embedder, need_prefix="abc ", asset_prefix="xyz ")().fit(_ASSETS)
    assert not np.array_equal(fitted.score(_QUERIES), prefixed.score(_QUERIES))


_PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from qixi.core import Asset
from qixi.match.models.dense import DenseKind
from qixi.match.models.onnx_embedding import OnnxEmbedder
from qixi.match.query import Query
assets = [Asset(id=str(i), title="微藻养殖"[: i % 5], abstract="abc " * (i % 17)) for i in range(300)]
scorer = DenseKind(OnnxEmbedder(Path(sys.argv[1])))().fit(assets)
print(scorer.score([Query({}, {}, text="微藻 abc")]).tobytes().hex())
"""


def test_dense_scores_are_the_same_on_any_number_of_threads(onnx_folder: Path) -> None:
    outputs = set()
    for threads in ("1", "4"):
        environment = {
            **__import__("os").environ,
            "OPENBLAS_NUM_THREADS": threads,
            "OMP_NUM_THREADS": threads,
        }
        command = [sys.executable, "-c", _PROGRAM, str(onnx_folder)]
        outputs.add(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    assert len(outputs) == 1
    assert len(outputs.pop()) > 300 * 16


def test_asset_text_takes_the_first_claim_where_there_is_no_abstract() -> None:
    claims = ("一种方法", "又一种")
    assert (
        asset_text(Asset(id="a", title="题", abstract="摘要", claims=claims, keywords=("甲", "乙")))
        == "题\n摘要\n甲 乙"
    )
    assert asset_text(Asset(id="a", title="题", claims=claims)) == "题\n一种方法"
    assert asset_text(Asset(id="a", title=" ")) == ""
