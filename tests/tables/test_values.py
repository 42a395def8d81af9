"""Tables of cells and what they mean: dates, IPC symbols, industry codes, words, heads."""

from datetime import date, datetime, timedelta, timezone

import pytest

from qixi.core import LegalStatus, Licence
from qixi.tables import known_heads, read_assets, read_needs, read_pairs
from qixi.tables.dates import day, last_day
from qixi.tables.heads import Vocabulary, key
from qixi.tables.symbols import industry_code, ipc_symbols
from qixi.tables.words import LEGAL_STATUS, LICENCE, level

DAY = date(2023, 1, 2)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023-01-02", DAY),
        ("2023/1/2", DAY),
        ("20230102", DAY),
        (20230102, DAY),
        ("2023.01.02", DAY),
        ("2023年1月2日", DAY),
        ("２０２３年１月２日", DAY),
        (" 2023-01-02 08:30:00 ", DAY),
        ("2023-01-02T08:30:00.000Z", DAY),
        ("44928", DAY),
        (44928, DAY),
        (44928.5, DAY),
        (1672588800000, DAY),
        ("1672588800000", DAY),
        (1672588800000 + 86_399_999, DAY),
        (1672588800000 - 1, date(2023, 1, 1)),
        (DAY, DAY),
        (datetime(2023, 1, 2, 3, tzinfo=timezone(timedelta(hours=8))), DAY),
        ("2023-02-30", None),
        ("2023-13-01", None),
        ("2023", None),
        ("2023-01", None),
        ("1023-01-02", None),
        ("明年", None),
        (True, None),
        (1e300, None),
        (float("inf"), None),
        ("9" * 50, None),
        ([], None),
    ],
)
def test_day_is_read_as_written(value, expected):
    assert day(value) == expected


@pytest.mark.parametrize(
    ("cell", "symbols", "strange"),
    [
        ("H01M 10/0525(2010.01)I", ("H01M10/0525",), ()),
        ("H01M10/0525; H01M4/36，C12N", ("H01M10/0525", "H01M4/36", "C12N"), ()),
        ("H01M10/0525 H01M4/36", ("H01M10/0525", "H01M4/36"), ()),
        ("H01M 10/0525 H01M 4/36", ("H01M10/0525", "H01M4/36"), ()),
        ("h01m１０/0525", ("H01M10/0525",), ()),
        ("H01M0010052500", ("H01M10/0525",), ()),
        ("A01B0001000000", ("A01B1/00",), ()),
        ("Int. Cl. C12N 1/12 (2006.01) I", ("C12N1/12",), ()),
        ("IPC: C12", ("C12",), ()),
        ("C12N1/12|C12N1/12", ("C12N1/12",), ()),
        ("Y02E 60/10", (), ("Y02E 60/10",)),
        ("C12N1/12; 农业", ("C12N1/12",), ("农业",)),
        ("H00M", (), ("H00M",)),
        ("", (), ()),
    ],
)
def test_ipc_cell_gives_symbols_in_one_spelling(cell, symbols, strange):
    assert ipc_symbols(cell) == (symbols, strange)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("C2710 化学药品原料药制造", "C2710"),
        ("C2710化学药品原料药制造", "C2710"),
        ("2710", "2710"),
        ("27", "27"),
        ("医药制造业(C27)", "C27"),
        ("医药制造业（2710）", "2710"),
        ("C 制造业", "C"),
        ("Ｃ２７１０", "C2710"),
        ("化学药品原料药制造", ""),
        ("2025年重点产业", ""),
        ("27.5%", ""),
        ("Chemicals", ""),
        ("99", ""),
        ("", ""),
    ],
)
def test_industry_code_is_picked_out(cell, code):
    assert industry_code(cell) == code


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("有效", LegalStatus.IN_FORCE),
        ("授权", LegalStatus.IN_FORCE),
        ("有權", LegalStatus.IN_FORCE),
        ("部分无效", LegalStatus.IN_FORCE),
        ("Active", LegalStatus.IN_FORCE),
        ("审中", LegalStatus.PENDING),
        ("实质审查的生效", LegalStatus.PENDING),
        ("未授权", LegalStatus.PENDING),
        ("失效", LegalStatus.LAPSED),
        ("授权；未缴年费", LegalStatus.LAPSED),
        ("Inactive", LegalStatus.LAPSED),
        ("not granted", LegalStatus.LAPSED),
        ("expired", LegalStatus.LAPSED),
        ("全部无效", LegalStatus.INVALID),
        ("invalid", LegalStatus.INVALID),
        ("飞走了", None),
    ],
)
def test_legal_status_is_understood(word, status):
    assert LEGAL_STATUS.meaning(word) == status


@pytest.mark.parametrize(
    ("word", "licence"),
    [
        ("独占许可", Licence.EXCLUSIVE),
        ("專屬授權", Licence.EXCLUSIVE),
        ("exclusive", Licence.EXCLUSIVE),
        ("非独占", Licence.ORDINARY),
        ("非專屬授權", Licence.ORDINARY),
        ("non-exclusive", Licence.ORDINARY),
        ("普通许可", Licence.ORDINARY),
        ("普通许可、独占许可", Licence.EXCLUSIVE),
        ("排他", Licence.SOLE),
        ("sole licence", Licence.SOLE),
        ("开放许可", Licence.OPEN),
        ("无", Licence.NONE),
        ("none", Licence.NONE),
        ("再议", None),
    ],
)
def test_licence_is_understood(word, licence):
    assert LICENCE.meaning(word) == licence


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("6", 6),
        ("6级", 6),
        ("TRL 6", 6),
        ("TRL6", 6),
        ("trl-4~6", 4),
        ("4-6", 4),
        ("技术成熟度6级", 6),
        ("概念", 2),
        ("實驗室階段", 4),
        ("小试", 5),
        ("雛型", 6),
        ("样机", 6),
        ("中试", 7),
        ("試量產", 8),
        ("量產上市", 9),
        ("产业化", 9),
        ("12", None),
        ("0", None),
        ("其他", None),
        ("", None),
    ],
)
def test_maturity_is_understood(word, expected):
    assert level(word) == expected


@pytest.mark.parametrize("side", ["supply", "demand", "pairs"])
def test_known_heads_lead_to_their_field_and_no_other(side):
    vocabulary = Vocabulary(side)
    seen = {}
    for field, heads in known_heads(side).items():
        for head in (field, *heads):
            assert vocabulary.field_of(head) == field, head
            assert seen.setdefault(key(head), field) == field


@pytest.mark.parametrize(
    ("side", "head", "field"),
    [
        ("supply", "公开（公告）号", "publication_no"),
        ("supply", "[标]当前申请(专利权)人", "applicant"),
        ("supply", "當前法律狀態", "legal_status"),
        ("supply", "PUBLICATION NUMBER", "publication_no"),
        ("supply", "转让价格(万元)", "price"),
        ("supply", "摘 要", "abstract"),
        ("supply", "transfer_mode", None),
        ("supply", "", None),
        ("supply", "（）", None),
        ("demand", "*需求名称（必填）", "title"),
        ("demand", "需求内容（请写明指标）", "content"),
        ("demand", "截止日期(年/月/日)", "deadline"),
        ("demand", "联系人", None),
    ],
)
def test_head_is_recognised_in_its_spellings(side, head, field):
    assert Vocabulary(side).field_of(head) == field


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026年5月", date(2026, 5, 31)),
        ("2026-02", date(2026, 2, 28)),
        ("2028/2", date(2028, 2, 29)),
        ("２０２６年５月底前", date(2026, 5, 31)),
        ("2026年6月份", date(2026, 6, 30)),
        ("2026年底", date(2026, 12, 31)),
        ("2026年5月3日前", date(2026, 5, 3)),
        ("20260503", date(2026, 5, 3)),
        ("2026-13", None),
        ("2026年", None),
        ("五月底", None),
    ],
)
def test_deadline_ends_with_the_time_it_names(value, expected):
    assert last_day(value) == expected


def test_month_is_a_deadline_but_no_filing_date(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编号,名称,申请日,截止日期\n1,甲,2026年5月,2026年5月\n", "utf-8")
    assets, needs = read_assets([path]), read_needs([path])
    assert [(p.code, p.column) for p in assets.warnings] == [("date-unreadable", "申请日")]
    assert (needs.records[0].deadline, needs.warnings) == (date(2026, 5, 31), ())


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("已推广", 9),
        ("批量应用", 9),
        ("应用推广阶段", 9),
        ("小批量应用", 8),
        ("尚未产业化", None),
        ("中试，未产业化", 7),
        ("可产业化", None),
        ("可行性研究", 3),
    ],
)
def test_stage_not_reached_is_no_level(word, expected):
    assert level(word) == expected


def test_stage_that_is_not_understood_gets_a_remark_and_keeps_its_words(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编号,名称,成果阶段\n1,甲,飞走了\n2,乙,其他\n3,丙,中试\n", "utf-8")
    reading = read_assets([path])
    (warning,) = reading.warnings
    assert (warning.code, warning.row, warning.column) == ("word-unknown", 2, "成果阶段")
    assert [(a.maturity, a.maturity_text) for a in reading.records] == [
        (None, "飞走了"),
        (None, "其他"),
        (7, "中试"),
    ]


def test_level_wins_over_a_stage_that_is_not_understood(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编号,名称,成果阶段,TRL\n1,甲,飞走了,6\n", "utf-8")
    reading = read_assets([path])
    assert (reading.records[0].maturity, reading.warnings) == (6, ())


@pytest.mark.parametrize("head", ["grade", "等级", "评分", "相关度", "Relevance"])
def test_grade_is_found_under_the_heads_people_use(tmp_path, head):
    path = tmp_path / "a.csv"
    path.write_text(f"需求编号,技术编号,{head}\nD1,S1,2\n", "utf-8")
    assert read_pairs([path]).records[0].extra == {"grade": "2"}
