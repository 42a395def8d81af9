"""Papers: what people filled in comes out whole, in any format, and is never run."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from pypdf import PdfReader

from qixi.core import Refused, Text
from qixi.papers import Document, Entry, Section, as_docx, as_pdf, bundle, fill

HOSTILE = '#panic("x") $ =cmd() *粗* @ref <tag> \\ {{ name }} \x07'
PAPER = Document(
    Text("科技成果协议定价公示", "Notice of a price by agreement"),
    "2026-price-000001",
    (
        Section(
            Text("成果", "Result"),
            (
                Entry(Text("名称", "Name"), Text("微藻采收 𠮷", "Harvesting of microalgae")),
                Entry(Text("说明", "Remark"), Text(HOSTILE, HOSTILE)),
            ),
        ),
        Section(
            Text("经过", "History"),
            head=(Text("日期", "Day"), Text("事项", "Act")),
            rows=tuple(
                (Text("2026-03-02", "2026-03-02"), Text(f"第 {n} 步", f"step {n}")) for n in range(80)
            ),
        ),
    ),
    Text("演示", "demonstration"),
)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_a_pdf_says_all_in_either_language_and_is_the_same_each_time():
    zh, en = as_pdf(PAPER, "zh"), as_pdf(PAPER, "en")
    assert zh == as_pdf(PAPER, "zh")
    assert "微藻采收" in text_of(zh)
    assert "第 79 步" in text_of(zh)
    assert "Harvesting of microalgae" in text_of(en)
    assert len(PdfReader(BytesIO(zh)).pages) > 1
    assert '#panic("x")' in text_of(zh)


def test_every_glyph_is_in_the_file():
    fonts = {
        str(font.get_object()["/BaseFont"]): font.get_object()
        for page in PdfReader(BytesIO(as_pdf(PAPER, "zh"))).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert any("DroidSansFallback" in name for name in fonts)
    for font in fonts.values():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


def test_a_docx_says_the_same():
    made = docx.Document(BytesIO(as_docx(PAPER, "zh")))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    assert "微藻采收 𠮷" in cells
    assert HOSTILE.replace("\x07", "\ufffd") in cells
    assert "第 79 步" in cells


def test_a_template_of_ones_own_is_filled(tmp_path: Path):
    made = docx.Document()
    paragraph = made.add_paragraph("成果：{{ na")
    paragraph.add_run("me }}，价格 {{price}} 元")
    made.add_table(1, 1).cell(0, 0).text = "{{ name }}"
    made.save(str(tmp_path / "own.docx"))
    filled = docx.Document(BytesIO(fill(tmp_path / "own.docx", {"name": "{{ price }}", "price": "10"})))
    assert filled.paragraphs[0].text == "成果：{{ price }}，价格 10 元"
    assert filled.tables[0].cell(0, 0).text == "{{ price }}"
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "{{ name }}", "=1+1"
    book.save(tmp_path / "own.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(fill(tmp_path / "own.xlsx", {"name": "=cmd()"}))).active
    assert (sheet["A1"].value, sheet["A1"].data_type, sheet["B1"].value) == ("=cmd()", "s", "=1+1")


def test_a_template_that_cannot_be_filled_says_why(tmp_path: Path):
    made = docx.Document()
    made.add_paragraph("{{ unknown }} {{ name }}")
    made.save(str(tmp_path / "own.docx"))
    with pytest.raises(Refused, match="unknown fields: unknown"):
        fill(tmp_path / "own.docx", {"name": "x"})
    for name in ("bad.docx", "bad.xlsx", "bad.odt"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 nothing")
        with pytest.raises(Refused, match="no DOCX or XLSX"):
            fill(tmp_path / name, {})
    (tmp_path / "bad.typ").write_text("#let x = (", "utf-8")
    with pytest.raises(Refused, match="cannot be set"):
        as_pdf(PAPER, "zh", tmp_path / "bad.typ")


def test_a_bundle_is_the_same_each_time_and_knows_its_files():
    made = bundle({"number": "1", "title": "甲"}, {"files/b.pdf": b"b", "files/a.pdf": b"a"})
    assert made == bundle({"title": "甲", "number": "1"}, {"files/a.pdf": b"a", "files/b.pdf": b"b"})
    with ZipFile(BytesIO(made)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        for name, said in manifest["files"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == said["sha256"]
        assert archive.namelist() == ["case.json", "files/a.pdf", "files/b.pdf", "manifest.json"]
