"""Reading JSON lines, and files that are one JSON array of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator

from qixi.tables.decoding import Line, encoding_of, lines
from qixi.tables.faults import kind_word
from qixi.tables.json_values import Repeated, TooDeep, value_at, value_of
from qixi.tables.source import Row, Source

_STEP = 1_000


def json_lines(source: Source) -> Iterator[Row]:
    """Yield a row for each line that is a JSON object; the row number is the line number."""
    source.encoding = encoding_of(source.path)
    total = source.path.stat().st_size
    for line in lines(source.path, source.encoding):
        if line.number % _STEP == 0:
            source.advance(line.end, total)
        if line.text.strip():
            row = _row(line, source)
            if row is not None:
                yield row
    source.advance(total, total)


def _row(line: Line, source: Source) -> Row | None:
    if line.broken:
        source.reject("encoding-broken", line.number, encoding=source.encoding.upper())
        return None
    if len(line.text) > source.limits.row_length:
        source.reject("row-too-long", line.number, size=len(line.text), limit=source.limits.row_length)
        return None
    try:
        value = value_of(line.text, source.limits.json_depth)
    except TooDeep:
        source.reject("json-too-deep", line.number, limit=source.limits.json_depth)
        return None
    except ValueError as error:
        source.reject("json-malformed", line.number, why=_why(error))
        return None
    return object_row(value, line.number, source)


def object_row(value: object, number: int, source: Source) -> Row | None:
    """Return the row of a parsed object; put anything else on record and return None."""
    if not isinstance(value, dict):
        word = kind_word(value)
        source.reject("json-not-object", number, found_zh=word.zh, found_en=word.en)
        return None
    if isinstance(value, Repeated):
        for name in value.keys_repeated:
            source.warn("key-repeated", number, name)
    return Row(number, value)


def _why(error: ValueError) -> str:
    return f"{error.msg} ({error.colno})" if isinstance(error, json.JSONDecodeError) else str(error)


def json_array(source: Source) -> Iterator[Row]:
    """Yield a row for each object of a JSON array; the row number is the line it begins on.

    A file that is one object is one row, or, where the object does no more than hold a list of
    objects, a row for each of them, counted from 1.

    After an element that is no JSON the reading goes on at the next line that begins with "{".
    """
    source.encoding = encoding_of(source.path)
    kept = list(lines(source.path, source.encoding))
    text = "\n".join(line.text for line in kept)
    broken = frozenset(line.number for line in kept if line.broken)
    del kept
    if text.lstrip().startswith("{"):
        yield from _document(text, source)
        return
    place, number, counted = text.index("[") + 1, 1, 0
    while True:
        place = _skip(text, place)
        number, counted = number + text.count("\n", counted, place), place
        if place >= len(text):
            source.reject("json-broken", None)
            return
        if text[place] == "]":
            return
        row, place = _element(text, place, number, broken, source)
        if row is not None:
            yield row
        source.advance(place, len(text))


def _document(text: str, source: Source) -> Iterator[Row]:
    try:
        value = value_of(text, source.limits.json_depth)
    except TooDeep:
        source.reject("json-too-deep", 1, limit=source.limits.json_depth)
        return
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        source.reject("json-malformed", line, why=_why(error))
        return
    held = [v for v in value.values() if isinstance(v, list)] if isinstance(value, dict) else []
    names = value if isinstance(value, dict) else {}
    wrapped = len(held) == 1 and source.vocabulary.recognised(names) == 0
    for number, item in enumerate(held[0] if wrapped else [value], 1):
        row = object_row(item, number, source)
        if row is not None:
            yield row


def _skip(text: str, place: int) -> int:
    while place < len(text) and (text[place].isspace() or text[place] == ","):
        place += 1
    return place


def _element(
    text: str, place: int, number: int, broken: frozenset[int], source: Source
) -> tuple[Row | None, int]:
    """Read one element; return its row, or None where it was rejected, and where to go on."""
    try:
        value, end = value_at(text, place, source.limits.json_depth)
    except TooDeep:
        source.reject("json-too-deep", number, limit=source.limits.json_depth)
        return None, _next_line(text, place)
    except ValueError as error:
        source.reject("json-malformed", number, why=_why(error))
        return None, _next_line(text, place)
    if broken and not broken.isdisjoint(range(number, number + text.count("\n", place, end) + 1)):
        source.reject("encoding-broken", number, encoding=source.encoding.upper())
        return None, end
    return object_row(value, number, source), end


def _next_line(text: str, place: int) -> int:
    while True:
        place = text.find("\n", place)
        if place < 0:
            return len(text)
        place += 1
        rest = text[place : place + 200].lstrip(" \t")
        if rest.startswith(("{", "]")):
            return place
