"""Reading needs from DOCX forms."""

import re
import zipfile
from datetime import date

import docx
import pytest

from qixi.core import Refused
from qixi.tables import read_assets, read_needs


def form(path, tables=(), paragraphs=()):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    for rows in tables:
        width = max(len(row) for row in rows)
        table = document.add_table(len(rows), width)
        for place, row in enumerate(rows):
            cells = table.rows[place].cells
            if len(row) < width:
                cells[len(row) - 1].merge(cells[width - 1])
            for cell, text in zip(table.rows[place].cells, row, strict=False):
                cell.text = text
    document.save(path)
    return path


FORM = [
    ["企业基本情况"],
    ["企业名称", "甲公司", "所属行业", "C1491 营养食品制造"],
    ["联系人", "某某", "所属区县", "某区"],
    ["需求名称", "提高微藻产量"],
    ["需求内容（限 500 字）", "产量达到 150 g/L。\n成本下降。"],
    ["研发投入预算（万元）", "80", "截止日期", "2026年12月31日"],
]


def test_table_of_labels_and_values_is_one_need(tmp_path):
    path = form(tmp_path / "甲公司.docx", [FORM], ["企业技术需求征集表", "编号："])
    (need,) = read_needs([path]).records
    assert (need.id, need.organisation, need.title) == ("甲公司-1", "甲公司", "提高微藻产量")
    assert need.content == "产量达到 150 g/L。\n成本下降。"
    assert (need.industry, need.region, need.budget, need.deadline) == (
        "C1491",
        "某区",
        "80万元",
        date(2026, 12, 31),
    )
    assert need.extra == {"联系人": "某某"}


def test_paragraphs_with_labels_are_one_need(tmp_path):
    text = [
        "技术需求征集表",
        "编号：XQ-7",
        "企业名称：乙公司",
        "一、需求名称：降低能耗",
        "二、需求内容：",
        "现有能耗过高。",
        "主要指标：下降 20%",
    ]
    (need,) = read_needs([form(tmp_path / "a.docx", paragraphs=text)]).records
    assert (need.id, need.organisation, need.title) == ("XQ-7", "乙公司", "降低能耗")
    assert need.content == "现有能耗过高。\n主要指标：下降 20%"


def test_several_tables_are_several_needs_that_share_the_firm(tmp_path):
    firm = [["企业名称", "丙公司", "主营业务", "塔筒"]]
    needs = [[["需求名称", name], ["需求内容", text]] for name, text in (("甲", "一"), ("乙", "二"))]
    reading = read_needs([form(tmp_path / "a.docx", [firm, *needs])])
    assert [(n.id, n.title, n.content, n.organisation, n.business) for n in reading.records] == [
        ("a-1", "甲", "一", "丙公司", "塔筒"),
        ("a-2", "乙", "二", "丙公司", "塔筒"),
    ]


def test_second_title_in_one_table_begins_another_need(tmp_path):
    rows = [["需求名称", "甲"], ["需求内容", "一"], ["需求名称", "乙"], ["需求内容", "二"]]
    reading = read_needs([form(tmp_path / "a.docx", [rows])])
    assert [(n.title, n.content) for n in reading.records] == [("甲", "一"), ("乙", "二")]


def test_table_with_a_row_of_heads_gives_a_need_for_each_row(tmp_path):
    rows = [["需求编号", "需求名称", "需求内容"], ["7", "甲", "一"], ["8", "乙", "二"], ["", "", ""]]
    reading = read_needs([form(tmp_path / "a.docx", [rows])])
    assert [(n.id, n.title, n.content) for n in reading.records] == [("7", "甲", "一"), ("8", "乙", "二")]


def test_label_above_its_value_is_understood(tmp_path):
    rows = [["需求名称"], ["甲"], ["需求内容"], ["一"]]
    (need,) = read_needs([form(tmp_path / "a.docx", [rows])]).records
    assert (need.title, need.content) == ("甲", "一")


def test_empty_form_and_form_as_supply_are_refused(tmp_path):
    path = form(tmp_path / "a.docx", [[["需求名称", ""], ["需求内容", ""]]])
    for read, code in ((read_needs, "form-missing"), (read_assets, "kind-not-for-supply")):
        with pytest.raises(Refused) as caught:
            read([path])
        assert [p.code for p in caught.value.problems] == [code]


def raw_form(path, rows):
    """Write a form whose table is given as the XML of its rows."""
    form(path, [[["x"]]])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    body = members["word/document.xml"].decode()
    cells = re.sub(r"<w:tr>.*</w:tr>", lambda _: rows, body, flags=re.DOTALL)
    members["word/document.xml"] = cells.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def raw_cell(text, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


def test_cell_that_claims_to_span_countless_columns_counts_once(tmp_path):
    cells = raw_cell("需求名称", '<w:gridSpan w:val="2000000000"/>') + raw_cell("提高产量")
    (need,) = read_needs([raw_form(tmp_path / "a.docx", f"<w:tr>{cells}</w:tr>")]).records
    assert need.title == "提高产量"


def test_cell_merged_over_thousands_of_rows_is_no_burden(tmp_path):
    rows = [
        raw_cell("备注", '<w:vMerge w:val="restart"/>') + raw_cell("首"),
        *[raw_cell("", "<w:vMerge/>") + raw_cell("")] * 3000,
        raw_cell("需求名称") + raw_cell("提高产量"),
    ]
    path = raw_form(tmp_path / "a.docx", "".join(f"<w:tr>{row}</w:tr>" for row in rows))
    (need,) = read_needs([path]).records
    assert need.title == "提高产量"
    assert need.extra["备注"] == "首"
