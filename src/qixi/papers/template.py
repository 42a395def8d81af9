"""Filling a template of one's own, DOCX or XLSX: {{ name }} stands for an entry of that name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
import openpyxl
from docx.opc.exceptions import PackageNotFoundError
from openpyxl.utils.exceptions import InvalidFileException

from qixi.core import Problem, Refused, Text
from qixi.papers.xmlsafe import printable

_MARK = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


def fill(template: Path, values: Mapping[str, str]) -> bytes:
    """Return the template with each mark replaced; its ending says what it is.

    Raises Refused for a file that is no DOCX or XLSX, and for marks that nothing is known for, all named.
    """
    fillers = {".docx": _fill_docx, ".xlsx": _fill_xlsx}
    filler = fillers.get(template.suffix.lower())
    try:
        if filler is None:
            raise BadZipFile
        return filler(template, values)
    except (BadZipFile, PackageNotFoundError, InvalidFileException, KeyError):
        raise Refused(
            Problem(
                "template",
                Text("模板不是可用的 DOCX 或 XLSX 文件", "the template is no DOCX or XLSX that can be read"),
                Text("请换一个文件", "give another file"),
                file=template.name,
            )
        ) from None


def _fill_docx(template: Path, values: Mapping[str, str]) -> bytes:
    made = docx.Document(str(template))
    paragraphs = list(_paragraphs(made))
    _all_known(template, (paragraph.text for paragraph in paragraphs), values)
    for paragraph in paragraphs:
        if not _MARK.search(paragraph.text):
            continue
        # A mark may be cut into runs by whoever typed it: the paragraph keeps the form of its first run.
        text = _replaced(paragraph.text, values)
        for run in paragraph.runs[1:]:
            run._element.getparent().remove(run._element)
        paragraph.runs[0].text = printable(text)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _paragraphs(part: Any) -> Iterator[Any]:
    yield from part.paragraphs
    for table in part.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from _paragraphs(cell)


def _fill_xlsx(template: Path, values: Mapping[str, str]) -> bytes:
    book = openpyxl.load_workbook(template)
    cells = [
        (cell, cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]
    _all_known(template, (text for _, text in cells), values)
    for cell, text in cells:
        if _MARK.search(text):
            # What people filled in is text: a spreadsheet must not take it for a formula.
            cell.value = printable(_replaced(text, values))
            cell.data_type = "s"
            cell.quotePrefix = True
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _replaced(text: str, values: Mapping[str, str]) -> str:
    return _MARK.sub(lambda mark: values[mark[1]], text)


def _all_known(template: Path, texts: Iterable[str], values: Mapping[str, str]) -> None:
    unknown = sorted({mark for text in texts for mark in _MARK.findall(text)} - values.keys())
    if unknown:
        names = ", ".join(unknown)
        raise Refused(
            Problem(
                "template",
                Text(f"模板中有未知字段：{names}", f"the template names unknown fields: {names}"),
                Text(f"可用字段：{'、'.join(sorted(values))}", f"known are {', '.join(sorted(values))}"),
                file=template.name,
            )
        )
