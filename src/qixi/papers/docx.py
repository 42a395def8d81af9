"""Papers as DOCX, for people who go on writing in them."""

from __future__ import annotations

from io import BytesIO

import docx
from docx.oxml.ns import qn
from docx.shared import Pt

from qixi.core.text import Language
from qixi.papers.document import Document
from qixi.papers.xmlsafe import printable


def as_docx(document: Document, language: Language) -> bytes:
    """Return a paper as DOCX."""
    made = docx.Document()
    style = made.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(10.5)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "SimSun")
    made.add_heading(printable(document.title.in_language(language)), 0)
    made.add_paragraph(printable(document.number))
    for section in document.sections:
        made.add_heading(printable(section.title.in_language(language)), 1)
        rows = [(entry.title, entry.value) for entry in section.entries]
        if rows:
            _table(made, [[cell.in_language(language) for cell in row] for row in rows])
        if section.rows:
            told = (section.head, *section.rows)
            _table(made, [[cell.in_language(language) for cell in row] for row in told])
    made.sections[0].footer.paragraphs[0].text = printable(document.foot.in_language(language))
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _table(made: docx.document.Document, rows: list[list[str]]) -> None:
    table = made.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = printable(value)
