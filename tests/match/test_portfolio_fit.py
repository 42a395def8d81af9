"""The portfolio fit on a written table of own patents and technologies, and its promises."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, Need, OwnPatent
from qixi.match.fits import PortfolioFit
from qixi.match.fits.portfolio import TEXT_SHARE

CASES = Path(__file__).parent / "cases" / "portfolio_fit.tsv"
VALUES = {"group": 1.0, "subclass": 0.7, "class": 0.4, "section": 0.1, "none": 0.0}


def cases() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


class Letters:
    """Likeness of two texts: the share of letters they have in common."""

    def __init__(self, assets: list[Asset]) -> None:
        self.assets = assets

    def over_corpus(self, text: str) -> np.ndarray:
        return np.array([self.between(text, asset) for asset in self.assets])

    def between(self, text: str, asset: Asset) -> float:
        own, other = set(text), set(asset.title)
        return len(own & other) / max(len(own | other), 1)


ASSETS = [
    Asset(id="battery", title="一种正极材料", ipc=("H01M4/525",)),
    Asset(id="drug", title="一种化合物", ipc=("A61K31/44", "C07D401/12")),
    Asset(id="plain", title="正极极片"),
    Asset(id="bare", title="", keywords=()),
]


def need_of(*patents: OwnPatent) -> Need:
    return Need(id="n", portfolio=patents)


@pytest.mark.parametrize("row", cases(), ids=lambda row: f"{row['own_ipc']}-{row['ipc']}")
def test_portfolio_fit_agrees_with_the_written_table(row: dict[str, str]) -> None:
    asset = Asset(id="a", ipc=(row["ipc"],))
    fit = PortfolioFit().fit([asset])
    need = need_of(OwnPatent(title=row["own_title"], ipc=tuple(row["own_ipc"].split(";")), number="CN1"))
    pair = fit.pair(need, asset)
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
    pair = fit.pair(need_of(far, near), ASSETS[0])
    assert pair.value == 1.0
    assert pair.reasons[0].zh == "与企业自有专利“近”最接近（1.00）"


def test_text_and_symbols_share_the_value_where_both_are_there() -> None:
    similarity = Letters(ASSETS)
    fit = PortfolioFit(similarity).fit(ASSETS)
    own = OwnPatent(title="正极材料", ipc=("H01M10/00",))
    scores = fit.score(need_of(own))
    by_text = [similarity.between("正极材料", asset) for asset in ASSETS]
    assert scores.values[0] == pytest.approx(TEXT_SHARE * by_text[0] + (1 - TEXT_SHARE) * 0.7)
    assert scores.values[2] == pytest.approx(by_text[2])
    assert scores.known.tolist() == [True, True, True, False]
    assert scores.values[3] == pytest.approx(scores.values[:3].mean())
    reasons = fit.pair(need_of(own), ASSETS[0]).reasons
    assert [reason.zh[:5] for reason in reasons] == ["与企业自有", "自有专利的", "文本相似度"]


def test_need_without_patents_enters_at_a_mean_of_the_corpus() -> None:
    fit = PortfolioFit(Letters(ASSETS)).fit(ASSETS)
    scores = fit.score(Need(id="n"))
    assert len(set(scores.values.tolist())) == 1
    assert 0.0 < scores.values[0] < 1.0
    assert not scores.known.any()
    pair = fit.pair(Need(id="n"), ASSETS[0])
    assert (pair.value, pair.known) == (scores.values[0], False)
    assert pair.reasons[0].zh.startswith("未给企业自有专利")
    assert pair.reasons[0].en.startswith("none of the firm's own patents")


def test_patent_without_symbols_or_text_counts_as_none() -> None:
    fit = PortfolioFit().fit(ASSETS)
    empty = need_of(OwnPatent(number="CN1"), OwnPatent(title="只有题名"))
    assert fit.score(empty).values.tolist() == fit.score(Need(id="n")).values.tolist()
    assert not fit.score(empty).known.any()


def test_portfolio_fit_is_the_same_in_score_and_pair() -> None:
    for similarity in (None, Letters(ASSETS)):
        fit = PortfolioFit(similarity).fit(ASSETS)
        for need in (
            need_of(
                OwnPatent(title="正极", ipc=("H01M10/00",)), OwnPatent(title="化合物", ipc=("C07C1/00",))
            ),
            need_of(OwnPatent(title="正极")),
            need_of(OwnPatent(ipc=("H01M", "bad"))),
            need_of(),
        ):
            scores = fit.score(need)
            pairs = [fit.pair(need, asset) for asset in ASSETS]
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
    assets = [Asset(id=str(i), title="甲" * (i % 3), ipc=tuple(each)) for i, each in enumerate(ipc)]
    fit, other = PortfolioFit(Letters(assets)).fit(assets), PortfolioFit(Letters(assets)).fit(assets)
    other.score(need_of(OwnPatent(title="乙", ipc=("H01M",))))
    need = need_of(*(OwnPatent(title="甲", ipc=tuple(each)) for each in own))
    values = fit.score(need).values
    assert values.tolist() == [other.pair(need, asset).value for asset in reversed(assets)][::-1]
    assert ((values >= 0) & (values <= 1)).all()
