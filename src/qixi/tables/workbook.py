"""Writing XLSX workbooks that come out the same, byte for byte, each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from qixi.core import Refused
from qixi.tables.faults import fault
from qixi.tables.outgoing import is_formula, written

CELL_LENGTH = 32_767
SHEET_ROWS = 1_048_576
SHEET_COLUMNS = 16_384
"""What a sheet can hold: ECMA-376 programs refuse or cut off more."""

_EXACT = 2**53
_MEMBER_TIME = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write_workbook(
    part: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]], header: Mapping[str, str]
) -> None:
    """Write one sheet of rows and one, "qixi", of the header; raises Refused on what no sheet holds."""
    if len(columns) > SHEET_COLUMNS:
        raise Refused(fault("sheet-too-small", {"size": len(columns), "limit": SHEET_COLUMNS}))
    book = openpyxl.Workbook(write_only=True)
    content = io.BytesIO()
    try:
        _fill(book, columns, rows, header)
    finally:
        book.save(content)  # also after a failure: it closes the sheets and their files under way
    part.write_bytes(_dateless(content))


def _fill(
    book: openpyxl.Workbook,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, object]],
    header: Mapping[str, str],
) -> None:
    sheet, notes = book.create_sheet("data"), book.create_sheet("qixi")
    sheet.append([_cell(sheet, name, 1, name) for name in columns])
    for number, row in enumerate(rows, 2):
        if number > SHEET_ROWS:
            raise Refused(fault("sheet-too-small", {"size": number, "limit": SHEET_ROWS}))
        sheet.append([_cell(sheet, row.get(name), number, name) for name in columns])
    for number, (name, value) in enumerate(header.items(), 1):
        notes.append([_cell(notes, name, number, "qixi"), _cell(notes, value, number, "qixi")])


def _cell(sheet: Any, value: object, row: int, column: str) -> Any:
    plain = written(value, row, column)
    if isinstance(plain, int) and abs(plain) > _EXACT:
        plain = str(plain)
    if not isinstance(plain, str):
        return plain
    if len(plain) > CELL_LENGTH:
        raise Refused(
            fault("cell-too-long", {"size": len(plain), "limit": CELL_LENGTH}, row=row, column=column)
        )
    cell = WriteOnlyCell(sheet, _TO_ESCAPE.sub(lambda m: f"_x{ord(m[0]):04X}_", plain))
    cell.data_type = "s"
    if is_formula(plain):
        cell.quotePrefix = True  # keeps it text when somebody edits the cell
    return cell


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
