"""The business fit on a written table of industries and technologies, and its promises."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, Need
from qixi.match.crosswalk import Crosswalk
from qixi.match.fits import BusinessFit
from qixi.match.fits.side import need_side
from qixi.match.taxonomy import industries, industry, subclasses

CASES = Path(__file__).parent / "cases" / "business_fit.tsv"
BOUNDS = {"high": (0.7, 1.0), "middle": (0.3, 0.7), "low": (0.0, 0.2)}


def cases(kind: str) -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return [row for row in rows if (row["expected"] == "order") == (kind == "order")]


ASSETS = [
    Asset(id="battery", title="一种正极材料", ipc=("H01M 4/525", "H01M10/0525")),
    Asset(id="drug", title="一种化合物", ipc=("C07D401/12", "A61K31/44")),
    Asset(id="grid", title="电网调度方法", ipc=("H02J3/00", "G06Q50/06")),
    Asset(id="unknown", title="一种秘密"),
    Asset(id="bridge", title="一种桥梁", ipc=("E01D19/00",)),
]


class Fixed:
    """Guesses the same for every text that is not empty."""

    def __init__(self, found: Mapping[str, float]) -> None:
        self.found = found

    def guess(self, text: str) -> Mapping[str, float]:
        return self.found if text else {}


@pytest.fixture(scope="module")
def fit() -> BusinessFit:
    return BusinessFit().fit(ASSETS)


@pytest.fixture(scope="module")
def table() -> BusinessFit:
    """A fit on one technology for each symbol of the written table."""
    symbols = dict.fromkeys(
        ipc for kind in ("level", "order") for row in cases(kind) for ipc in row["ipc"].split(">")
    )
    return BusinessFit().fit([Asset(id=ipc, ipc=(ipc,)) for ipc in symbols])


def pair_of(fit: BusinessFit, code: str, ipc: str):
    return fit.pair(Need(id="n", industry=code), Asset(id=ipc, ipc=(ipc,)))


def test_business_fit_agrees_with_the_written_table(table: BusinessFit) -> None:
    wrong = []
    for row in cases("level"):
        value = pair_of(table, row["industry"], row["ipc"]).value
        low, high = BOUNDS[row["expected"]]
        if not low <= value <= high:
            wrong.append((row["industry"], row["ipc"], row["expected"], value))
    assert len(cases("level")) >= 60
    assert wrong == []


def test_business_fit_orders_as_the_written_table(table: BusinessFit) -> None:
    wrong = []
    for row in cases("order"):
        near, far = (pair_of(table, row["industry"], ipc).value for ipc in row["ipc"].split(">"))
        if not near > far:
            wrong.append((row["industry"], row["ipc"], near, far))
    assert wrong == []


@pytest.mark.parametrize("row", cases("level"), ids=lambda row: f"{row['industry']}-{row['ipc']}")
def test_business_reason_names_industry_symbol_and_row(table: BusinessFit, row: dict[str, str]) -> None:
    (reason,) = pair_of(table, row["industry"], row["ipc"]).reasons
    entry = industry(row["industry"])
    assert f"“{entry.code} {entry.name.zh}”" in reason.zh
    assert f'"{entry.code} {entry.name.en}"' in reason.en
    assert row["reason_zh"] in reason.zh
    assert row["reason_en"] in reason.en
    assert ("未经确认" in reason.zh) == ("对照表行" in reason.zh)


def test_business_fit_is_the_same_in_score_and_pair(fit: BusinessFit) -> None:
    needs = [
        Need(id="1", industry="C3841"),
        Need(id="2", industry_text="医药制造业"),
        Need(id="3", business="公司从事桥梁施工"),
        Need(id="4", ipc=("H01M8/04",)),
        Need(id="5"),
        Need(id="6", industry_text="制造业"),
    ]
    for need in needs:
        scores = fit.score(need)
        pairs = [fit.pair(need, asset) for asset in ASSETS]
        assert scores.values.dtype == np.float64
        assert scores.values.tolist() == [each.value for each in pairs]
        assert scores.known.tolist() == [each.known for each in pairs]


def test_fits_of_some_places_are_those_of_all(fit: BusinessFit) -> None:
    need, places = Need(id="n", industry="3841"), np.array([3, 0])
    whole = fit.score(need)
    values, known = fit.at(need_side(need, None), places)
    assert values.tolist() == whole.values[places].tolist()
    assert known.tolist() == whole.known[places].tolist() == [False, True]


def test_unknown_asset_enters_at_the_mean_of_the_known(fit: BusinessFit) -> None:
    scores = fit.score(Need(id="n", industry="3841"))
    assert scores.known.tolist() == [True, True, True, False, True]
    assert scores.values[3] == pytest.approx(scores.values[scores.known].mean())
    (reason,) = fit.pair(Need(id="n", industry="3841"), ASSETS[3]).reasons
    assert (reason.zh[:8], reason.en[:25]) == ("技术没有 IPC", "the technology has no IPC")


def test_unknown_need_enters_at_the_mean_of_all_industry_groups(fit: BusinessFit) -> None:
    groups = [entry.code for entry in industries().values() if entry.level == 3]
    known = [fit.score(Need(id=code, industry=code)) for code in groups]
    expected = np.mean([scores.values[scores.known].mean() for scores in known])
    scores = fit.score(Need(id="n"))
    assert scores.values == pytest.approx(np.full(5, expected))
    assert not scores.known.any()


def test_manufacturing_as_a_whole_counts_as_unknown(fit: BusinessFit) -> None:
    assert not fit.score(Need(id="n", industry="C", industry_text="制造业")).known.any()


def test_corpus_without_symbols_falls_back_on_the_classification() -> None:
    fit = BusinessFit().fit([Asset(id="a", title="无")])
    scores = fit.score(Need(id="n", industry="3841"))
    crosswalk = Crosswalk.load()
    expected = np.mean([crosswalk.affinity("3841", (each,)).value for each in subclasses()])
    assert scores.values.tolist() == pytest.approx([expected])
    assert fit.score(Need(id="m")).known.tolist() == [False]


def test_empty_corpus_scores_nothing() -> None:
    scores = BusinessFit().fit([]).score(Need(id="n", industry="3841"))
    assert (scores.values.shape, scores.known.shape) == ((0,), (0,))


def test_code_goes_before_name_before_business_before_ipc(fit: BusinessFit) -> None:
    full = Need(id="n", industry="2710", industry_text="纺织业", business="锂电池", ipc=("E01D19/00",))
    assert "2710 化学药品原料药制造" in fit.pair(full, ASSETS[1]).reasons[0].zh
    named = Need(id="n", industry_text="纺织业", business="锂电池", ipc=("E01D19/00",))
    assert "企业行业（据“纺织业”）“17 纺织业”" in fit.pair(named, ASSETS[1]).reasons[0].zh
    told = Need(id="n", business="锂电池", ipc=("E01D19/00",))
    assert "3841 锂离子电池制造" in fit.pair(told, ASSETS[1]).reasons[0].zh
    marked = Need(id="n", ipc=("E01D19/00",))
    assert fit.pair(marked, ASSETS[4]).reasons[0].zh.endswith("属于同一大组")
    assert fit.pair(marked, ASSETS[4]).value == 1.0


def test_guessed_symbols_count_and_are_said_to_be_inferred() -> None:
    fit = BusinessFit(guesser=Fixed({"H01M": 0.6, "A01B": 0.2})).fit(ASSETS)
    need = Need(id="n", industry="3841")
    crosswalk = Crosswalk.load()
    of_battery = crosswalk.affinity("3841", ("H01M",)).value
    of_plough = crosswalk.affinity("3841", ("A01B",)).value
    pair = fit.pair(need, ASSETS[3])
    assert pair.value == pytest.approx(0.75 * of_battery + 0.25 * of_plough)
    assert pair.value == fit.score(need).values[3]
    assert pair.known
    assert pair.reasons[0].zh.startswith("技术未给 IPC，由文本推断（H01M 75%、A01B 25%）")
    assert pair.reasons[0].en.startswith(
        "the technology gives no IPC, inferred from its text (H01M 75%, A01B 25%)"
    )


def test_business_text_without_an_industry_is_guessed_from() -> None:
    fit = BusinessFit(guesser=Fixed({"H01M": 1.0})).fit(ASSETS[:3])
    need = Need(id="n", business="甲乙丙丁")
    scores = fit.score(need)
    assert scores.values.tolist() == [0.7, 0.0, 0.1]
    assert scores.values.tolist() == [fit.pair(need, asset).value for asset in ASSETS[:3]]
    assert "推断" in fit.pair(need, ASSETS[0]).reasons[0].zh
    assert "inferred" in fit.pair(need, ASSETS[0]).reasons[0].en


def test_operators_confirmed_table_is_not_said_to_be_unconfirmed(tmp_path: Path) -> None:
    table = tmp_path / "own.tsv"
    table.write_text("# confirmed: true\nindustry\tipc\tweight\tbasis\n384\tE01D\t1\tproduct\n", "utf-8")
    fit = BusinessFit(Crosswalk.load(table)).fit(ASSETS)
    pair = fit.pair(Need(id="n", industry="3841"), ASSETS[4])
    assert pair.value == 1.0
    assert "未经确认" not in pair.reasons[0].zh
    assert "unconfirmed" not in pair.reasons[0].en


symbols = st.lists(
    st.sampled_from(["H01M10/05", "H01M", "A61K31/00", "G06Q50/06", "C02F3/28", "?"]), max_size=3
)


@settings(max_examples=60, deadline=None)
@given(st.lists(symbols, min_size=1, max_size=6), st.sampled_from(["3841", "27", "A", "442", "0610", ""]))
def test_business_value_depends_on_need_asset_and_corpus_only(ipc: list[list[str]], code: str) -> None:
    assets = [Asset(id=str(i), ipc=tuple(each)) for i, each in enumerate(ipc)]
    fit, other = BusinessFit().fit(assets), BusinessFit().fit(assets)
    other.score(Need(id="before", industry="3612"))
    need = Need(id="n", industry=code)
    values = fit.score(need).values
    assert values.tolist() == other.score(need).values.tolist()
    assert values.tolist() == [other.pair(need, asset).value for asset in reversed(assets)][::-1]
    assert ((values >= 0) & (values <= 1)).all()
