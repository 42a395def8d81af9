"""Reading XLSX workbooks as officers keep them: title rows, merged cells, formulas, error cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import openpyxl

from qixi.core import Refused
from qixi.tables.archives import checked, guarded, guarded_items
from qixi.tables.grid import HEAD_ROWS, Head, head_place
from qixi.tables.source import Row, Source

SHEET_ROWS = 1_048_576
"""What a sheet can hold; a file that claims more is not from a spreadsheet program."""

_ESCAPED = re.compile(r"_x(000[0-9A-Fa-f]|001[0-9A-Fa-f]|005[Ff]|[Ff]{3}[EFef])_")
_STEP = 1_000

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Error:
    """An error value such as #REF!."""

    text: str


@dataclass(slots=True)
class _Sheet:
    """A sheet opened far enough to see its heads."""

    title: str
    top: list[Values]
    rest: Iterator[Values]
    place: int | None
    problems: Refused | None


def sheet_rows(source: Source) -> Iterator[Row]:
    """Yield the rows of the first sheet whose heads can be used; the row number is the sheet's.

    Other sheets with usable heads are named in a warning. Formulas give the value last shown.
    """
    content = checked(source)
    book = guarded(lambda: openpyxl.load_workbook(content, read_only=True, data_only=True), source)
    sheets = [_opened(sheet, source) for sheet in guarded(lambda: list(book.worksheets), source)]
    usable = [sheet for sheet in sheets if sheet.place is not None and sheet.problems is None]
    if not usable:
        raise _best_refusal(sheets, source)
    for other in usable[1:]:
        source.warn("sheet-skipped", None, value=other.title)
    yield from _rows(usable[0], source)
    guarded(book.close, source)


def _opened(sheet: Any, source: Source) -> _Sheet:
    guarded(sheet.reset_dimensions, source)
    cells = guarded_items(iter(guarded(sheet.iter_rows, source)), source)
    rows = (tuple(map(_value, row)) for row in cells)
    top = list(islice(rows, HEAD_ROWS))
    place = head_place(top, source)
    problems = None
    if place is not None:
        try:
            Head.of(top[place], source, quiet=True).check(source)
        except Refused as refused:
            problems = refused
    return _Sheet(str(sheet.title), top, rows, place, problems)


def _value(cell: Any) -> Any:
    """Return a cell's value; an error is told from text that only reads like one."""
    return _Error(str(cell.value)) if cell.data_type == "e" and cell.value is not None else cell.value


def _best_refusal(sheets: Sequence[_Sheet], source: Source) -> Refused:
    found = next((sheet.problems for sheet in sheets if sheet.problems is not None), None)
    if found is not None:
        return found
    filled = any(value is not None for sheet in sheets for row in sheet.top for value in row)
    return source.refuse("head-missing" if filled else "file-empty")


def _rows(sheet: _Sheet, source: Source) -> Iterator[Row]:
    place = sheet.place or 0
    head = Head.of(sheet.top[place], source)
    seen = 0
    for number, values in enumerate(chain(sheet.top, sheet.rest), 1):
        seen += len(values)
        if seen > source.limits.cells:
            raise source.refuse("cells-too-many", limit=source.limits.cells)
        if number > min(SHEET_ROWS, source.limits.rows + place + 1):
            raise source.refuse("rows-too-many", limit=min(SHEET_ROWS, source.limits.rows))
        if number % _STEP == 0:
            source.advance(number, None)
        if number > place + 1 and any(value is not None for value in values):
            yield Row(number, dict(_cells(head, values, number, source)))


def _cells(head: Head, values: Values, number: int, source: Source) -> Iterator[tuple[str, object]]:
    for name, value in head.cells(values, number, source):
        if isinstance(value, _Error):
            source.warn("cell-error", number, name, value=value.text)
        elif isinstance(value, str) and "_x" in value:
            yield name, _ESCAPED.sub(lambda m: chr(int(m[1], 16)), value)
        else:
            yield name, value
