from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, Need, Refused
from qixi.match.models.dense import CosineScale, DenseScorer, asset_text, need_text
from qixi.match.models.onnx_embedding import OnnxEmbedder

_WORDS = ["微藻养殖", "风电塔筒", "混凝土", "外骨骼步态", "提高生物量", "concrete tower", "algae"]
_ASSETS = [
    Asset(id=f"t{i:03}", title=_WORDS[i % 7], abstract=f"{_WORDS[i % 5]}{_WORDS[i % 3]} {i}")
    for i in range(60)
]
_NEEDS = [Need(id=str(i), title=word, content=f"提高{word}") for i, word in enumerate(_WORDS)]


@pytest.fixture(scope="module")
def embedder(onnx_folder: Path) -> OnnxEmbedder:
    return OnnxEmbedder(onnx_folder)


@pytest.fixture(scope="module")
def fitted(embedder: OnnxEmbedder) -> DenseScorer:
    return DenseScorer(embedder).fit(_ASSETS)


def test_dense_scores_lie_between_zero_and_one_in_the_order_of_the_corpus(fitted: DenseScorer) -> None:
    scores = fitted.score(_NEEDS[0])
    assert scores.dtype == np.float64
    assert scores.shape == (60,)
    assert ((scores > 0) & (scores < 1)).all()
    assert fitted.ids == tuple(asset.id for asset in _ASSETS)


def test_dense_score_rises_with_the_cosine(fitted: DenseScorer, embedder: OnnxEmbedder) -> None:
    need = _NEEDS[3]
    cosines = embedder.embed([asset_text(asset) for asset in _ASSETS]) @ embedder.embed([need_text(need)])[0]
    scores = fitted.score(need)
    for one, other in zip(np.argsort(cosines), np.argsort(cosines)[1:], strict=False):
        if cosines[other] - cosines[one] > 1e-5:
            assert scores[other] > scores[one]


def test_dense_finds_the_technology_of_the_same_words(fitted: DenseScorer) -> None:
    asset = _ASSETS[8]
    scores = fitted.score(Need(id="n", title=asset.title, content=asset.abstract))
    assert scores.argmax() == 8
    assert scores[8] > fitted.scale.score(np.array([fitted.scale.neighbours]))[0]


@settings(max_examples=25)
@given(st.permutations(range(60)), st.integers(0, 6))
def test_dense_pair_score_does_not_depend_on_the_order_of_the_corpus(
    fitted: DenseScorer, embedder: OnnxEmbedder, order: list[int], need: int
) -> None:
    shuffled = DenseScorer(embedder).fit([_ASSETS[i] for i in order])
    assert shuffled.scale == fitted.scale
    assert np.array_equal(shuffled.score(_NEEDS[need]), fitted.score(_NEEDS[need])[order])


def test_scale_of_a_sample_does_not_depend_on_the_order_of_the_corpus(
    embedder: OnnxEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qixi.match.models.dense._SAMPLE", 7)
    scale = DenseScorer(embedder).fit(_ASSETS).scale
    assert DenseScorer(embedder).fit(_ASSETS[31:] + _ASSETS[:31]).scale == scale


def test_dense_pair_score_does_not_depend_on_other_needs_or_candidates(
    fitted: DenseScorer, embedder: OnnxEmbedder
) -> None:
    alone = DenseScorer(embedder).fit(_ASSETS)
    together = DenseScorer(embedder).fit(_ASSETS)
    together.prepare(_NEEDS)
    fewer = DenseScorer(embedder)
    fewer._scale = fitted.scale
    fewer._take(embedder.embed([asset_text(asset) for asset in _ASSETS[40:43]]), ("a", "b", "c"))
    for need in _NEEDS:
        assert np.array_equal(alone.score(need), together.score(need))
        assert np.array_equal(fewer.score(need), alone.score(need)[40:43])


def test_dense_score_of_an_unknown_side_is_that_of_unrelated_ones(embedder: OnnxEmbedder) -> None:
    scorer = DenseScorer(embedder).fit([*_ASSETS, Asset(id="empty")])
    mean = scorer.scale.score(np.array([scorer.scale.unrelated]))[0]
    assert scorer.score(_NEEDS[0])[60] == mean
    assert (scorer.score(Need(id="n")) == mean).all()
    assert mean == pytest.approx(0.119203)


def test_dense_takes_empty_and_single_corpora(embedder: OnnxEmbedder) -> None:
    assert DenseScorer(embedder).fit([]).score(_NEEDS[0]).shape == (0,)
    assert DenseScorer(embedder).fit(_ASSETS[:1]).score(_NEEDS[0]).shape == (1,)
    twins = DenseScorer(embedder).fit([Asset(id="a", title="微藻"), Asset(id="b", title="微藻")])
    assert np.isfinite(twins.score(_NEEDS[0])).all()


def test_scale_maps_its_two_marks() -> None:
    scale = CosineScale(0.4, 0.8)
    assert scale.score(np.array([0.4, 0.6, 0.8])).tolist() == [0.119203, 0.5, 0.880797]


def test_dense_saved_and_loaded_scores_the_same(
    fitted: DenseScorer, embedder: OnnxEmbedder, tmp_path: Path
) -> None:
    fitted.save(tmp_path / "index")
    loaded = DenseScorer.load(tmp_path / "index", embedder)
    assert loaded.ids == fitted.ids
    assert loaded.scale == fitted.scale
    for need in _NEEDS:
        assert np.array_equal(loaded.score(need), fitted.score(need))
    assert sorted(file.name for file in (tmp_path / "index").iterdir()) == ["dense.json", "dense.npy"]


def test_dense_saves_the_same_bytes_again(
    fitted: DenseScorer, embedder: OnnxEmbedder, tmp_path: Path
) -> None:
    fitted.save(tmp_path / "one")
    DenseScorer(embedder).fit(_ASSETS).save(tmp_path / "two")
    for name in ("dense.json", "dense.npy"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def _drop_scale(folder: Path) -> None:
    about = json.loads((folder / "dense.json").read_text("utf-8"))
    del about["scale"]
    (folder / "dense.json").write_text(json.dumps(about), "utf-8")


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "dense.json").unlink(),
        lambda folder: (folder / "dense.npy").unlink(),
        lambda folder: (folder / "dense.json").write_text("{", "utf-8"),
        lambda folder: (folder / "dense.json").write_text("[]", "utf-8"),
        lambda folder: (folder / "dense.npy").write_bytes((folder / "dense.npy").read_bytes()[:-9]),
        _drop_scale,
    ],
)
def test_dense_refuses_a_damaged_index(
    fitted: DenseScorer, embedder: OnnxEmbedder, tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    fitted.save(tmp_path)
    harm(tmp_path)
    with pytest.raises(Refused) as caught:
        DenseScorer.load(tmp_path, embedder)
    assert "damaged" in caught.value.problems[0].reason.en


def test_dense_refuses_an_index_of_another_model_or_prefix(
    fitted: DenseScorer, embedder: OnnxEmbedder, onnx_folder_maker: Callable[..., Path], tmp_path: Path
) -> None:
    fitted.save(tmp_path / "index")
    other = OnnxEmbedder(onnx_folder_maker(tmp_path / "other", length=32))
    with pytest.raises(Refused) as caught:
        DenseScorer.load(tmp_path / "index", other)
    assert "another model" in caught.value.problems[0].reason.en
    with pytest.raises(Refused):
        DenseScorer.load(tmp_path / "index", embedder, need_prefix="query: ")


def test_dense_prefixes_reach_the_model(embedder: OnnxEmbedder) -> None:
    plain = DenseScorer(embedder).fit(_ASSETS)
    prefixed = DenseScorer(embedder, need_prefix="abc ", asset_prefix="xyz ").fit(_ASSETS)
    assert not np.array_equal(plain.score(_NEEDS[0]), prefixed.score(_NEEDS[0]))


_PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from qixi.core import Asset, Need
from qixi.match.models.dense import DenseScorer
from qixi.match.models.onnx_embedding import OnnxEmbedder
assets = [Asset(id=str(i), title="微藻养殖"[: i % 5], abstract="abc " * (i % 17)) for i in range(300)]
scorer = DenseScorer(OnnxEmbedder(Path(sys.argv[1]))).fit(assets)
print(scorer.scale, scorer.score(Need(id="n", title="微藻 abc")).tobytes().hex())
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
