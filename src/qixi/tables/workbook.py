"""Writing XLSX workbooks that people can read and that come out the same, byte for byte, each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import chain, islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from qixi.core import Refused
from qixi.tables.faults import fault
from qixi.tables.look import Look
from qixi.tables.outgoing import is_formula, written

CELL_LENGTH = 32_767
SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
"""What a sheet can hold: ECMA-376 programs refuse or cut off more."""

_MEASURED = 200
"""Rows whose content decides how wide the columns are."""

_TOO_LONG = "内容超过单元格容量，见 JSONL 输出 / too long for a cell, write JSONL"
_EXACT = 2**53
_MEMBER_TIME = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write_workbook(
    part: Path,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, object]],
    header: Mapping[str, str],
    look: Look,
) -> None:
    """Write one sheet of rows and, last, one of the header: "qixi"; raises Refused on what no sheet holds."""
    if len(columns) > SHEET_COLUMNS:
        raise Refused(fault("sheet-too-small", {"size": len(columns), "limit": SHEET_COLUMNS}))
    book = openpyxl.Workbook(write_only=True)
    content = io.BytesIO()
    try:
        _fill(_Sheet(book, look.title, look), columns, rows)
        notes = _Sheet(book, "qixi", Look())
        notes.widen(["", " "], [{"": name, " ": value} for name, value in header.items()])
        for number, pair in enumerate(header.items(), 1):
            notes.sheet.append([notes.cell(value, number, "qixi") for value in pair])
    finally:
        book.save(content)  # also after a failure: it closes the sheets and their files under way
    part.write_bytes(_dateless(content))


def _fill(sheet: _Sheet, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    ahead = iter(rows)
    first = list(islice(ahead, _MEASURED))
    sheet.widen(columns, first)
    sheet.sheet.freeze_panes = "A2"
    sheet.sheet.append([sheet.head(name) for name in columns])
    number = 1
    for number, row in enumerate(chain(first, ahead), 2):
        if number > SHEET_ROWS:
            raise Refused(fault("sheet-too-small", {"size": number, "limit": SHEET_ROWS}))
        sheet.sheet.append([sheet.cell(row.get(name), number, name) for name in columns])
    sheet.sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(columns), 1))}{number}"


class _Sheet:
    """A sheet under way and the styles of its cells, which openpyxl is slow to look up for each."""

    def __init__(self, book: openpyxl.Workbook, title: str, look: Look) -> None:
        self.look = look
        self.sheet = book.create_sheet(title)
        self._head = self._style(Alignment(vertical="top", wrap_text=True), bold=True)
        self._wrapped = self._style(Alignment(vertical="top", wrap_text=True))
        self._plain = self._style(Alignment(vertical="top"))
        self._decimal = self._style(Alignment(vertical="top"), form="0.000")

    def _style(self, alignment: Alignment, *, bold: bool = False, form: str = "General") -> Any:
        cell: Any = WriteOnlyCell(self.sheet)
        cell.alignment, cell.number_format = alignment, form
        if bold:
            cell.font = Font(bold=True)
        return cell._style  # the one way to share a style between cells

    def widen(self, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
        """Set the widths; a sheet that is streamed takes them only before its first row."""
        for place, name in enumerate(columns, 1):
            dimension = self.sheet.column_dimensions[get_column_letter(place)]
            dimension.width = self.look.width(name, (row.get(name) for row in rows))
            dimension.hidden = name in self.look.hidden

    def head(self, column: str) -> Any:
        """Return the cell of a column's head."""
        cell = self._text(self.look.head(column), 1, column)
        cell._style = copy(self._head)
        return cell

    def cell(self, value: object, row: int, column: str) -> Any:
        """Return the cell of a value; raises Refused where no cell can hold it."""
        plain = written(value, row, column)
        if plain is None:
            return None
        if isinstance(plain, int) and abs(plain) > _EXACT:
            plain = str(plain)
        if isinstance(plain, str):
            return self._text(plain, row, column)
        cell: Any = WriteOnlyCell(self.sheet, plain)
        cell._style = self._decimal if isinstance(plain, float) else self._plain
        return cell

    def _text(self, text: str, row: int, column: str) -> Any:
        cell: Any = WriteOnlyCell(self.sheet, _TO_ESCAPE.sub(_escaped, self._fitting(text, row, column)))
        cell.data_type = "s"
        cell._style = self._plain if column in self.look.hidden else self._wrapped
        if is_formula(text):
            cell._style = copy(cell._style)
            cell.quotePrefix = True  # keeps it text when somebody edits the cell
        return cell

    def _fitting(self, text: str, row: int, column: str) -> str:
        if len(text) <= CELL_LENGTH:
            return text
        if self.look.shortened and column.startswith(self.look.shortened):
            return text[: CELL_LENGTH - 1] + "…"
        if column in self.look.hidden:
            return _TOO_LONG
        sizes = {"size": len(text), "limit": CELL_LENGTH}
        raise Refused(fault("cell-too-long", sizes, row=row, column=column))


def _escaped(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _dateless(content: io.BytesIO) -> bytes:
    """Return the workbook with fixed dates: those of the document and those of the zip members."""
    result = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in _members(old):
            member = zipfile.ZipInfo(name, _MEMBER_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            new.writestr(member, data)
    return result.getvalue()


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in archive.namelist():
        data = archive.read(name)
        yield name, _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z\2", data) if name == "docProps/core.xml" else data
