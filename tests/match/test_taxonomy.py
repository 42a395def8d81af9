"""Symbols, titles, industries and fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.match.taxonomy import (
    field,
    field_of,
    industries,
    industry,
    industry_by_name,
    ipc_ancestors,
    ipc_label,
    ipc_title,
    normal_symbol,
    subclasses,
)
from qixi.match.taxonomy.ipc import ipc_table
from qixi.match.taxonomy.table import rows


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("H01M10/0525", "H01M10/0525"),
        ("H01M 10/0525", "H01M10/0525"),
        ("h01m-010/0525 (2010.01)", "H01M10/0525"),
        ("Ｈ０１Ｍ１０／０５２５", "H01M10/0525"),
        ("A61K0031/00", "A61K31/00"),
        ("H01M 10", "H01M10/00"),
        ("H01M", "H01M"),
        ("H01", "H01"),
        ("H", "H"),
        ("", None),
        ("Z01M", None),
        ("Hello", None),
        ("2710", None),
        ("H01MX", None),
    ],
)
def test_symbol_is_brought_to_one_form(written: str, expected: str | None) -> None:
    assert normal_symbol(written) == expected


@given(st.text(max_size=12))
def test_symbol_of_any_text_is_nothing_or_stays_itself(text: str) -> None:
    symbol = normal_symbol(text)
    assert symbol is None or normal_symbol(symbol) == symbol


def test_ancestors_go_from_near_to_far() -> None:
    assert ipc_ancestors("H01M10/0525") == ("H01M10/0525", "H01M10/00", "H01M", "H01", "H")
    assert ipc_ancestors("H01M10/00") == ("H01M10/00", "H01M", "H01", "H")
    assert ipc_ancestors("nothing") == ()


def test_title_of_a_subgroup_is_that_of_its_main_group() -> None:
    assert ipc_title("C09D5/08") == ipc_title("C09D5/00") is not None
    assert ipc_title("A61K") == "医用、牙科用或化妆用的配制品"
    assert ipc_title("H01L") is not None
    assert ipc_title("A00A") is None
    assert ipc_title("H01M999/00") is None
    assert ipc_title("words") is None


def test_titles_carry_no_reference_notes() -> None:
    table = ipc_table()
    assert len(subclasses()) >= 655
    assert [symbol for symbol, title in table.items() if not title.zh] == []
    assert [symbol for symbol, title in table.items() if "优先）" in title.zh or "〔" in title.zh] == []
    assert [symbol for symbol, title in table.items() if title.zh.count("（") != title.zh.count("）")] == []
    assert [
        symbol for symbol, title in table.items() if len(symbol) <= 4 and not title.en and "99" not in symbol
    ] == []


def test_every_subclass_has_a_field_and_every_group_a_subclass() -> None:
    assert [symbol for symbol in subclasses() if field_of(symbol) is None] == []
    assert [symbol for symbol in ipc_table() if len(symbol) > 4 and symbol[:4] not in ipc_table()] == []


def test_field_follows_the_group_where_the_concordance_does() -> None:
    assert field_of("A61K8/02").number == 14
    assert field_of("A61K31/44").number == 16
    assert field_of("A61K").number == 16
    assert field_of("H01M 10/0525").name.zh == "电机、电气装置与电能"
    assert field_of("B64U10/00").number == 32
    assert field_of("H") is None
    assert field(35).name.en == "Civil engineering"


def test_label_quotes_symbol_and_title_in_both_languages() -> None:
    label = ipc_label("D06P1/00")
    assert label.zh.startswith("D06P1/00 “")
    assert label.en == 'D06P1/00 "dyeing; textile printing"'


def test_industries_form_a_tree_of_four_levels() -> None:
    found = industries()
    assert len(found) == 1971
    assert [len([e for e in found.values() if e.level == level]) for level in (1, 2, 3, 4)] == [
        20,
        97,
        473,
        1381,
    ]
    assert [
        e.code for e in found.values() if e.parent is not None and found[e.parent].level != e.level - 1
    ] == []
    assert [e.code for e in found.values() if not (e.name.zh and e.name.en)] == []
    assert [e.code for e in industry("2710").chain()] == ["2710", "271", "27", "C"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2710", "2710"),
        ("C2710", "2710"),
        ("c27", "27"),
        ("2700", "27"),
        ("C", "C"),
        ("0111", "0111"),
        ("A2710", None),
        ("9999", None),
        ("", None),
        ("纺织业", None),
    ],
)
def test_industry_of_a_code(written: str, expected: str | None) -> None:
    found = industry(written)
    assert (found.code if found else None) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2710 化学药品原料药制造", "2710"),
        ("C39计算机、通信和其他电子设备制造业", "39"),
        ("金属制品业（33）", "33"),
        ("纺织业", "17"),
        ("紡織業", "17"),
        ("化学原料药", "271"),
        ("软件和信息技术服务业", "65"),
        ("制造业", "C"),
        ("汽车零部件及配件制造", "367"),
        ("本公司专业从事锂离子电池正极材料的研发与销售", "3841"),
        ("Textiles", "17"),
        ("LED", "387"),
        ("茶", "153"),
        ("环保", "77"),
        ("成立于2011年，员工50人", None),
        ("led to nothing; sledge", "387"),
        ("sledge", None),
        ("新材料", None),
        ("", None),
    ],
)
def test_industry_named_in_free_text(written: str, expected: str | None) -> None:
    found = industry_by_name(written)
    assert (found.code if found else None) == expected


def test_every_industry_is_found_by_its_own_code_and_name() -> None:
    lost = [
        entry.code
        for entry in industries().values()
        if industry_by_name(f"{entry.code} {entry.name.zh}") != entry
    ]
    assert lost == []


def test_everyday_words_point_at_industries_that_exist() -> None:
    assert [(word, code) for word, code in rows("industry_words.tsv") if code not in industries()] == []
