"""Workbooks as people open them: heads, widths, filter, wrapping, and that they are read back."""

import openpyxl
import pytest

from qixi.core import Refused
from qixi.tables import Look, read_pairs, write_rows

COLUMNS = ("demand_id", "supply_id", "score", "rank", "reasons", "evidence", "demand: 备注")
LOOK = Look(
    "匹配结果",
    {"demand_id": "需求编号", "supply_id": "技术编号", "score": "匹配分", "reasons": "理由"},
    frozenset({"evidence"}),
    ("demand: ",),
)
ROW = {
    "demand_id": "D1",
    "supply_id": "S1",
    "score": 0.123456,
    "rank": 1,
    "reasons": "满足：" + "字" * 100 + "\n=1+1",
    "evidence": [{"kind": "target"}] * 40,
    "demand: 备注": "=HYPERLINK(1)",
}


@pytest.fixture
def book(tmp_path):
    write_rows(tmp_path / "a.xlsx", COLUMNS, [ROW, ROW], header={"engine": "0.1"}, look=LOOK)
    return openpyxl.load_workbook(tmp_path / "a.xlsx")


def test_rows_come_first_and_what_made_them_last(book):
    assert book.sheetnames == ["匹配结果", "qixi"]


def test_head_is_frozen_bold_and_filtered(book):
    sheet = book["匹配结果"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G3")
    assert [cell.value for cell in sheet[1]] == [
        "需求编号\n(demand_id)",
        "技术编号\n(supply_id)",
        "匹配分\n(score)",
        "rank",
        "理由\n(reasons)",
        "evidence",
        "demand: 备注",
    ]
    assert all(cell.font.bold for cell in sheet[1])
    assert not any(cell.font.bold for cell in sheet[2])


def test_cells_are_wrapped_at_the_top_and_scores_have_three_decimals(book):
    cells = dict(zip(COLUMNS, book["匹配结果"][2], strict=True))
    assert {cell.alignment.vertical for cell in cells.values()} == {"top"}
    assert {name for name, cell in cells.items() if cell.alignment.wrap_text} == {
        "demand_id",
        "supply_id",
        "reasons",
        "demand: 备注",
    }
    assert (cells["score"].value, cells["score"].number_format) == (0.123456, "0.000")
    assert (cells["rank"].value, cells["rank"].number_format) == (1, "General")


def test_widths_follow_the_content_between_bounds(book):
    sizes = book["匹配结果"].column_dimensions
    assert [sizes[letter].width for letter in "ABCDE"] == [13, 13, 9, 8, 60]
    assert (sizes["F"].width, sizes["F"].hidden) == (12, True)
    assert not any(sizes[letter].hidden for letter in "ABCDEG")


def test_text_of_peoples_own_columns_cannot_run(book):
    cell = book["匹配结果"]["G2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1)", "s", True)


def test_heads_for_people_are_read_back(tmp_path):
    write_rows(tmp_path / "a.xlsx", COLUMNS, [ROW], header={}, look=LOOK)
    (pair,) = read_pairs([tmp_path / "a.xlsx"]).records
    assert (pair.demand_id, pair.supply_id, pair.extra["score"]) == ("D1", "S1", "0.123456")


def test_long_text_is_cut_in_peoples_own_columns_and_refused_elsewhere(tmp_path):
    long = {**ROW, "demand: 备注": "长" * 40_000}
    write_rows(tmp_path / "a.xlsx", COLUMNS, [long], header={}, look=LOOK)
    text = openpyxl.load_workbook(tmp_path / "a.xlsx")["匹配结果"]["G2"].value
    assert text == "长" * 32_766 + "…"
    write_rows(tmp_path / "c.xlsx", COLUMNS, [{**ROW, "evidence": ["长"] * 9_000}], header={}, look=LOOK)
    said = openpyxl.load_workbook(tmp_path / "c.xlsx")["匹配结果"]["F2"].value
    assert said == "内容超过单元格容量，见 JSONL 输出 / too long for a cell, write JSONL"
    with pytest.raises(Refused) as caught:
        write_rows(tmp_path / "b.xlsx", COLUMNS, [{**ROW, "reasons": "长" * 40_000}], header={}, look=LOOK)
    assert [(p.code, p.row, p.column) for p in caught.value.problems] == [("cell-too-long", 2, "reasons")]


def test_workbook_without_rows_has_its_head(tmp_path):
    write_rows(tmp_path / "a.xlsx", ("id", "title"), [], header={})
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["data"]
    assert (sheet.auto_filter.ref, [cell.value for cell in sheet[1]]) == ("A1:B1", ["id", "title"])
