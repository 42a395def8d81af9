"""The portfolio fit on a written table of own patents and technologies, and its promises."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, Need, OwnPatent
from qixi.match.fits import PortfolioFit
from qixi.match.fits.aggregate import HEAVIEST
from qixi.match.fits.need import NeedFit
from qixi.match.fits.portfolio import TEXT_SHARE
from qixi.match.lexicon import Lexicon
from qixi.match.query import text_query
from qixi.match.scorers.standing import standing
from qixi.match.scorers.topical import USUAL, TopicalScorer
from qixi.match.sparse import Rows, Weights

CASES = Path(__file__).parent / "cases" / "portfolio_fit.tsv"
VALUES = {"group": 1.0, "subclass": 0.7, "class": 0.4, "section": 0.1, "none": 0.0}


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def dense(rows: Weights, topics: int) -> np.ndarray:
    """Return weighted rows in full."""
    return sp.csr_array((rows.weights, rows.terms, rows.start), shape=(rows.size, topics)).toarray()


def by_hand(need_fit: NeedFit, texts: Sequence[str]) -> np.ndarray:
    """Return the likeness of texts to the corpus from whole rows of cosines."""
    total = np.zeros(1)
    for scorer in (s for s in need_fit.linear if isinstance(s, TopicalScorer)):
        space = scorer.space()
        topics = len(space.topics)
        whole = dense(space.describe([text_query(text, Lexicon(())) for text in texts]), topics).sum(axis=0)
        whole[np.lexsort((np.arange(topics), -whole))[HEAVIEST:]] = 0
        corpus = np.vstack(
            [dense(Weights(r.start, r.columns, r.worth, r.start[1:] * 0.0), topics) for r in rows(scorer)]
        )
        cosines = corpus @ (whole / np.linalg.norm(whole))
        total = total + need_fit.weight(scorer.name) * standing(cosines[None], USUAL)[0]
    lifted = np.log1p(np.exp(total))
    return np.asarray(lifted / (lifted + need_fit.half))


def rows(scorer: TopicalScorer) -> list[Rows]:
    return [shard.by_document for shard in scorer.shards]


ASSETS = [
    Asset(id="battery", title="一种锂离子电池正极材料", ipc=("H01M4/525",)),
    Asset(id="drug", title="一种化合物及其药物组合物", ipc=("A61K31/44", "C07D401/12")),
    Asset(id="plain", title="锂电池正极极片"),
    Asset(id="bare", title="", keywords=()),
]


@pytest.fixture(scope="module")
def need_fit() -> NeedFit:
    return NeedFit().fit(ASSETS)


def need_of(*patents: OwnPatent) -> Need:
    return Need(id="n", portfolio=patents)


@pytest.mark.parametrize("row", cases(), ids=lambda row: f"{row['own_ipc']}-{row['ipc']}")
def test_portfolio_fit_agrees_with_the_written_table(row: dict[str, str]) -> None:
    asset = Asset(id="a", ipc=(row["ipc"],))
    fit = PortfolioFit().fit([asset])
    need = need_of(OwnPatent(title=row["own_title"], ipc=tuple(row["own_ipc"].split(";")), number="CN1"))
    pair = fit.pair(need, asset, 0)
    assert (pair.value, pair.known) == (VALUES[row["expected"]], True)
    assert fit.score(need).values.tolist() == [pair.value]
    assert f"自有专利“{row['own_title']}”（CN1）" in pair.reasons[0].zh
    assert f'own patent "{row["own_title"]}" CN1' in pair.reasons[0].en
    assert row["reason_zh"] in pair.reasons[1].zh
    assert row["reason_en"] in pair.reasons[1].en


def test_portfolio_table_has_its_cases() -> None:
    assert len(cases()) >= 25


def test_closest_own_patent_counts_and_is_named() -> None:
    fit = PortfolioFit().fit(ASSETS)
    far, near = OwnPatent(title="远", ipc=("E01D19/00",)), OwnPatent(title="近", ipc=("H01M4/00",))
    pair = fit.pair(need_of(far, near), ASSETS[0], 0)
    assert pair.value == 1.0
    assert pair.reasons[0].zh == "与企业自有专利“近”最接近（1.00）"


def test_text_and_symbols_share_the_value_where_both_are_there(need_fit: NeedFit) -> None:
    fit = PortfolioFit(need_fit).fit(ASSETS)
    own = OwnPatent(title="锂离子电池正极材料", ipc=("H01M10/00",))
    scores = fit.score(need_of(own))
    by_text = by_hand(need_fit, ["锂离子电池正极材料"])
    assert by_text[0] > by_text[1]
    assert scores.values[0] == pytest.approx(TEXT_SHARE * by_text[0] + (1 - TEXT_SHARE) * 0.7)
    assert scores.values[2] == pytest.approx(by_text[2])
    assert scores.known.tolist() == [True, True, True, False]
    assert scores.values[3] == fit.mean
    reasons = fit.pair(need_of(own), ASSETS[0], 0).reasons
    assert [reason.zh[:5] for reason in reasons] == ["与企业自有", "自有专利的", "文本相似度"]
    assert reasons[2].zh == f"文本相似度 {by_text[0]:.2f}"


def test_patents_are_one_query_and_one_set_of_symbols(need_fit: NeedFit) -> None:
    fit = PortfolioFit(need_fit).fit(ASSETS)
    texts = [
        "锂离子电池正极材料",
        "锂离子电池的制备",
        "药物组合物\n治疗肺癌的化合物",
        "风电塔筒",
        "茶叶杀青机",
    ]
    ipc = ("H01M10/00", "", "A61K31/00", "", "?")
    owned = [OwnPatent(*text.split("\n"), ipc=(each,)) for text, each in zip(texts, ipc, strict=True)]
    need = need_of(*owned)
    values, by_text = fit.score(need).values, by_hand(need_fit, texts)
    closeness = np.array([0.7, 1.0])
    np.testing.assert_allclose(values[:2], TEXT_SHARE * by_text[:2] + (1 - TEXT_SHARE) * closeness, 1e-9)
    np.testing.assert_allclose(values[2], by_text[2], 1e-9)
    (likeness,) = fit.likenesses([need])
    assert likeness is not None
    assert [each.start.tolist() for each in likeness.texts] == [
        [0, min(each.terms.size, HEAVIEST)] for each in likeness.texts
    ]
    assert max(each.terms.size for each in likeness.texts) == HEAVIEST
    named = fit.pair(need, ASSETS[1], 1).reasons[0]
    alone = fit.score(need_of(owned[2])).values[1]
    assert named.zh == f"与企业自有专利“药物组合物”最接近（{alone:.2f}）"


def test_fits_of_single_pairs_and_fast_ones_are_those_of_the_whole_row(need_fit: NeedFit) -> None:
    fit = PortfolioFit(need_fit).fit(ASSETS)
    needs = [
        need_of(OwnPatent("锂电池", ipc=("H01M",)), OwnPatent("药物")),
        need_of(OwnPatent("锂电池")),
        need_of(OwnPatent(ipc=("A61K31/44",))),
        need_of(),
    ]
    for need, likeness in zip(needs, fit.likenesses(needs), strict=True):
        scores = fit.score(need)
        for places in ([0], [3, 1], [2, 2, 0, 1, 3, 0]):
            values, known = fit.at(likeness, np.array(places))
            assert values.tolist() == scores.values[places].tolist()
            assert known.tolist() == scores.known[places].tolist()
        if likeness is not None:
            whole = slice(None)
            estimated = fit.over_part(likeness, fit.estimated(likeness), 0.3, whole, whole)
            np.testing.assert_allclose(estimated, 0.3 * scores.values, atol=1e-5)


def test_later_technologies_leave_the_others_as_they_are(need_fit: NeedFit) -> None:
    later = [
        Asset("x", "微藻培养", ipc=("C12N1/12", "H01M4/525")),
        Asset("y"),
        Asset("z", ipc=("A61K31/44",)),
    ]
    fit = PortfolioFit().fit(ASSETS)
    first = fit.sets
    need = need_of(OwnPatent(ipc=("C12N1/00",)), OwnPatent(ipc=("A61K31/00",)))
    before = fit.score(need).values
    fit.extend(later)
    assert fit.score(need).values.tolist() == [*before, 1.0, fit.mean, 1.0]
    layers = [PortfolioFit().fit(ASSETS).arrays(), fit.arrays(first)]
    again = PortfolioFit().take(layers)
    assert again.score(need).values.tolist() == fit.score(need).values.tolist()
    assert again.sets.keys == fit.sets.keys


def test_need_without_patents_enters_at_a_mean_of_the_corpus(need_fit: NeedFit) -> None:
    fit = PortfolioFit(need_fit).fit(ASSETS)
    scores = fit.score(Need(id="n"))
    assert len(set(scores.values.tolist())) == 1
    assert 0.0 < scores.values[0] < 1.0
    assert not scores.known.any()
    pair = fit.pair(Need(id="n"), ASSETS[0], 0)
    assert (pair.value, pair.known) == (scores.values[0], False)
    assert pair.reasons[0].zh.startswith("未给企业自有专利")
    assert pair.reasons[0].en.startswith("none of the firm's own patents")


def test_patent_without_symbols_or_text_counts_as_none() -> None:
    fit = PortfolioFit().fit(ASSETS)
    empty = need_of(OwnPatent(number="CN1"), OwnPatent(title="只有题名"))
    assert fit.score(empty).values.tolist() == fit.score(Need(id="n")).values.tolist()
    assert not fit.score(empty).known.any()


def test_portfolio_fit_is_the_same_in_score_and_pair(need_fit: NeedFit) -> None:
    for texts in (None, need_fit):
        fit = PortfolioFit(texts).fit(ASSETS)
        for need in (
            need_of(
                OwnPatent(title="正极", ipc=("H01M10/00",)), OwnPatent(title="化合物", ipc=("C07C1/00",))
            ),
            need_of(OwnPatent(title="正极")),
            need_of(OwnPatent(ipc=("H01M", "bad"))),
            need_of(),
        ):
            scores = fit.score(need)
            pairs = [fit.pair(need, asset, place) for place, asset in enumerate(ASSETS)]
            assert scores.values.tolist() == [each.value for each in pairs]
            assert scores.known.tolist() == [each.known for each in pairs]


def test_empty_corpus_has_no_scores() -> None:
    scores = PortfolioFit().fit([]).score(need_of(OwnPatent(ipc=("H01M",))))
    assert (scores.values.shape, scores.known.shape) == ((0,), (0,))


@pytest.mark.parametrize("count", [2, 33, 63, 64, 190])
def test_mean_without_patents_is_taken_all_over_the_corpus_and_not_against_itself(count: int) -> None:
    halves = [Asset(id=f"{i:03}", ipc=("H01M4/00" if i < count // 2 else "A61K31/00",)) for i in range(count)]
    mean = PortfolioFit().fit(halves).score(need_of()).values[0]
    # A technology is like those of its half and unlike those of the other.
    first, second = count // 2, count - count // 2
    likeness = (first * (first - 1) + second * (second - 1)) / (count * (count - 1))
    assert mean == pytest.approx(likeness, abs=0.03)


symbols = st.lists(st.sampled_from(["H01M10/05", "H01M", "H01G9/00", "A61K31/00", "?"]), max_size=3)


@settings(max_examples=60, deadline=None)
@given(st.lists(symbols, min_size=1, max_size=5), st.lists(symbols, max_size=3))
def test_portfolio_value_depends_on_need_asset_and_corpus_only(
    ipc: list[list[str]], own: list[list[str]]
) -> None:
    assets = [Asset(id=str(i), title="甲醇" * (i % 3), ipc=tuple(each)) for i, each in enumerate(ipc)]
    texts = NeedFit().fit(assets)
    fit, other = PortfolioFit(texts).fit(assets), PortfolioFit(texts).fit(assets)
    other.score(need_of(OwnPatent(title="乙", ipc=("H01M",))))
    need = need_of(*(OwnPatent(title="甲醇", ipc=tuple(each)) for each in own))
    values = fit.score(need).values
    pairs = [other.pair(need, asset, place).value for place, asset in reversed(list(enumerate(assets)))]
    assert values.tolist() == pairs[::-1]
    assert ((values >= 0) & (values <= 1)).all()
