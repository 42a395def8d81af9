"""Reading CSV and TSV, whatever separates the cells, going on after rows that are broken."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from qixi.tables.decoding import Line, encoding_of, lines
from qixi.tables.grid import HEAD_ROWS, Head, head_place
from qixi.tables.outgoing import unguarded
from qixi.tables.source import Row, Source

DELIMITERS = (",", "\t", ";", "|")
_STEP = 1_000
_AHEAD = 20

csv.field_size_limit(max(csv.field_size_limit(), 2**31 - 1))  # Limits bounds fields and says so in words


def delimited(source: Source) -> Iterator[Row]:
    """Yield the rows of a CSV file.

    The row number counts as a spreadsheet program shows it: records, blank lines, and each line of
    a broken stretch. A row whose quotes do not close or whose cells are too many or too few is
    rejected, and reading goes on at the next line that gives the right number of cells.
    """
    source.encoding = encoding_of(source.path)
    physical = list(lines(source.path, source.encoding))
    total = source.path.stat().st_size
    if not any(line.text.strip() for line in physical):
        raise source.refuse("file-empty")
    start = 1 if re.fullmatch(r"\s*sep=.\s*", physical[0].text) else 0
    delimiter, place, cells = _head(physical, start, source)
    head = Head.of(cells, source)
    head.check(source)
    records = _Records(physical, delimiter, len(cells), source)
    for number, place_after, values in records.between(start, place):
        if number % _STEP == 0:
            source.advance(physical[place_after - 1].end, total)
        yield Row(number, dict(head.cells([unguarded(value) for value in values], number, source)))
    source.advance(total, total)


def _head(physical: Sequence[Line], start: int, source: Source) -> tuple[str, int, list[str]]:
    """Return the delimiter, the place of the line after the heads, and the heads."""
    best: tuple[tuple[int, int], str, int, list[str]] | None = None
    for delimiter in DELIMITERS:
        rows: list[list[str]] = []
        ends: list[int] = []
        place = start
        while place < len(physical) and len(rows) < HEAD_ROWS:
            cells, after, _ = _record(physical, place, delimiter, source.limits.record_lines)
            rows.append(cells or [])
            place = after
            ends.append(after)
        found = head_place(rows, source)
        if found is not None:
            score = (source.vocabulary.recognised(rows[found]), len(rows[found]))
            if best is None or score > best[0]:
                best = (score, delimiter, ends[found], rows[found])
    if best is None:
        raise source.refuse("head-missing")
    return best[1], best[2], best[3]


def _record(
    physical: Sequence[Line], place: int, delimiter: str, most: int
) -> tuple[list[str] | None, int, int]:
    """Return the cells of the record that begins at `place`, the place after, and how many lines it took.

    Of a malformed record the cells are None, and the place after is the next line.
    """
    taken = 0

    def feed() -> Iterator[str]:
        nonlocal taken
        for at in range(place, min(place + most, len(physical))):
            taken += 1
            yield physical[at].text + physical[at].mark

    try:
        cells = next(csv.reader(feed(), delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None, place + 1, taken
    if taken > 1 and sum(line.text.count('"') for line in physical[place : place + taken]) % 2:
        return None, place + 1, taken  # a quote left open ran into one that opens a cell of a later row
    return cells, place + taken, taken


class _Records:
    """The sound records of a file below its heads; the others are put on record."""

    def __init__(self, physical: Sequence[Line], delimiter: str, width: int, source: Source) -> None:
        self._lines = physical
        self._delimiter = delimiter
        self._width = width
        self._source = source
        # How many lines may be looked at in vain for the end of records whose quotes do not close, which
        # are tried from line after line; when it is used up, a record is what stands in one line.
        self._spare = _AHEAD * (len(physical) + source.limits.record_lines)

    def between(self, start: int, place: int) -> Iterator[tuple[int, int, list[str]]]:
        """Yield (row number, place after, cells) from `place` on; `start` is where row 1 stands."""
        number = self._shown(start, place)
        while place < len(self._lines):
            number += 1
            if not self._lines[place].text.strip():
                place += 1
                continue
            cells, after, code = self._judged(place)
            if code is None:
                yield number, after, cells
            else:
                self._reject(code, number, cells)
                after = self._next_sound(place, after, unclosed=code == "quote-unclosed")
                number += after - place - 1
            place = after

    def _shown(self, start: int, place: int) -> int:
        """Return how many rows a spreadsheet program shows for the lines from `start` to `place`."""
        count = 0
        while start < place:
            _, start, _ = _record(self._lines, start, self._delimiter, self._source.limits.record_lines)
            count += 1
        return count

    def _judged(self, place: int) -> tuple[list[str], int, str | None]:
        """Return cells, place after, and the code of what is wrong with the record, if anything is."""
        most = self._source.limits.record_lines if self._spare > 0 else 1
        cells, after, taken = _record(self._lines, place, self._delimiter, most)
        if cells is None:
            self._spare -= taken
        if any(line.broken for line in self._lines[place:after]):
            return [], after, "encoding-broken"
        if cells is None:
            return [], after, "quote-unclosed"
        surplus = cells[self._width :]
        if len(cells) < self._width or any(surplus):
            return cells, after, "cell-count"
        return cells[: self._width], after, None

    def _next_sound(self, place: int, after: int, *, unclosed: bool) -> int:
        """Return where to go on after a broken record at `place`.

        A quote that is not closed may have swallowed sound rows: the first line behind it that
        gives a whole record ends the broken stretch.
        """
        end = len(self._lines) if unclosed else after
        for candidate in range(place + 1, end):
            if self._lines[candidate].text.strip() and self._judged(candidate)[2] is None:
                return candidate
        return end

    def _reject(self, code: str, number: int, cells: Sequence[str]) -> None:
        self._source.reject(
            code, number, size=len(cells), limit=self._width, encoding=self._source.encoding.upper()
        )
