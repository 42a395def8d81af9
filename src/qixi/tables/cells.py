"""One row's cells under the names of fields, each turned into the type its field asks for."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from qixi.core import Text
from qixi.tables.dates import day, last_day
from qixi.tables.faults import kind_word
from qixi.tables.heads import plain, unit
from qixi.tables.json_values import Unusable
from qixi.tables.source import Row, Source
from qixi.tables.symbols import ipc_symbols
from qixi.tables.words import OPEN_END, UNKNOWN_STAGE, Glossary, is_nothing, level

_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_BROKEN = re.compile("[\x00\ud800-\udfff]")
_LIST_MARKS = re.compile(r"[;；,，、|\n\r\t]+")
# Each run of marks or blanks is looked at once, however long: a cell of line breaks must cost little.
_NAME_MARKS = re.compile(r"(?<![;；,，、|\n\r\t])[;；,，、|\n\r\t]++(?!\s{0,20}+(?:Jr|Sr|Ltd|Inc|Co)\b)")
_CLAIM_START = re.compile(r"(?<!\s)\s++(?=\d{1,3}\s{0,20}+[.、．:：])")
_BARE_NUMBER = re.compile(r"\s*[\d,]+(?:\.\d+)?\s*")

Split = Callable[[str], list[str]]


class Unfit(Exception):  # noqa: N818  carries the fault that costs the row
    """Raised inside this room where a value costs the row; the builder puts it on record."""

    def __init__(self, code: str, column: str | None, **values: object) -> None:
        self.code, self.column, self.values = code, column, values
        super().__init__(code)


def scalar(value: object) -> str | None:
    """Return the written form of a single value, None where it is a list, an object or binary."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, int | Decimal) else None


class Cells:
    """Typed access to a row; what cannot be typed is put on record and left out.

    `used` collects the heads whose values went into a field; the others travel in `extra()`. Raises
    Unfit where the heads themselves are broken or too many.
    """

    def __init__(self, row: Row, source: Source) -> None:
        self.row = row
        self.source = source
        if len(row.cells) > source.limits.columns:
            raise Unfit("columns-too-many", None, size=len(row.cells), limit=source.limits.columns)
        for head in row.cells:
            if not head.isprintable() and _BROKEN.search(head):
                raise Unfit("text-broken", head)
        self._columns = source.vocabulary.columns(tuple(row.cells))
        self.used: set[str] = set()

    @property
    def unknown(self) -> tuple[str, ...]:
        """The heads that stand for no field."""
        return self._columns.unknown

    def filled(self) -> bool:
        """Say whether any cell holds something."""
        return any(not _is_empty(value) for value in self.row.cells.values())

    def has(self, field: str) -> bool:
        """Say whether the row has a column for `field`, filled in or not."""
        return field in self._columns.fields

    def head_of(self, field: str) -> str | None:
        """Return the head of the column that wins for `field`, None where there is none."""
        return next(iter(self._columns.fields.get(field, ())), None)

    def first(self, field: str) -> tuple[str, object] | None:
        """Return head and value of the first filled-in column of `field`, and mark it used."""
        for head in self._columns.fields.get(field, ()):
            value = self.row.cells[head]
            if not _is_empty(value):
                self.used.add(head)
                return head, value
        return None

    def head_in_use(self, field: str) -> str:
        """Return the head of the column whose value `first` gives, "" where none is filled in."""
        return (self.first(field) or ("", None))[0]

    def text(self, field: str, length: int | None = None) -> str:
        """Return a text value as read, without control characters; "" where there is none."""
        found = self.first(field)
        if found is None:
            return ""
        head, value = found
        if isinstance(value, Unusable):
            return self._drop(head, "number-unusable")
        text = scalar(value)
        if text is None:
            return self.wrong_type(head, value, Text("文字", "text"))
        return self.clean(text, head, length)

    def money(self, field: str) -> str:
        """Return a sum as text; a bare number takes the unit that its head states."""
        head = self.head_in_use(field)
        text = self.text(field).strip()
        return text + unit(head) if _BARE_NUMBER.fullmatch(text) else text

    def date(self, field: str, *, until: bool = False) -> dt.date | None:
        """Return a day, None where there is none or none can be read; `until` as `dates.last_day`."""
        found = self.first(field)
        if found is None or (isinstance(found[1], str) and (is_nothing(found[1]) or _is_open_end(found[1]))):
            return None
        value = last_day(found[1]) if until else day(found[1])
        if value is None:
            self._drop(found[0], "date-unreadable", value=found[1])
        return value

    def word(self, field: str, glossary: Glossary, unknown: str) -> str:
        """Return the meaning of a word; one that is not understood stays in `extra()`."""
        text = self.text(field)
        if not text or (is_nothing(text) and glossary.meaning(text) is None):
            return unknown
        meaning = glossary.meaning(text)
        if meaning is None:
            head = self.head_in_use(field)
            self.used.discard(head)
            self._drop(head, "word-unknown", value=text, known="、".join(glossary.order))
        return meaning or unknown

    def level(self) -> int | None:
        """Return the readiness level that the columns of maturity state, None where none is understood."""
        for field in ("trl", "maturity"):
            text = self.text(field)
            found = level(text)
            if found is not None:
                return found
            if text and not is_nothing(text) and UNKNOWN_STAGE.fullmatch(text.strip()) is None:
                self._drop(self.head_in_use(field), "word-unknown", value=text, known="TRL 1-9")
        return None

    def items(self, field: str, split: Split) -> tuple[str, ...]:
        """Return the values of a list: a JSON list of texts, or a cell taken apart by `split`."""
        found = self.first(field)
        return () if found is None else self._items(*found, split)

    def all_items(self, field: str, split: Split) -> tuple[str, ...]:
        """Return the values of every column of a field, without repeats."""
        values: dict[str, None] = {}
        for head in self._columns.fields.get(field, ()):
            if not _is_empty(self.row.cells[head]):
                self.used.add(head)
                values.update(dict.fromkeys(self._items(head, self.row.cells[head], split)))
        return tuple(values)

    def symbols(self) -> tuple[str, ...]:
        """Return the IPC symbols of all columns that hold some; parts that are none are put on record."""
        symbols: dict[str, None] = {}
        for head in self._columns.fields.get("ipc", ()):
            value = self.row.cells[head]
            if _is_empty(value) or (isinstance(value, str) and is_nothing(value)):
                continue
            self.used.add(head)
            for part in self._items(head, value, lambda cell: [cell]):
                good, strange = ipc_symbols(part)
                symbols.update(dict.fromkeys(good))
                for word in strange:
                    self._drop(head, "ipc-unreadable", value=word)
        return tuple(symbols)

    def extra(self) -> Mapping[str, str]:
        """Return what no field took, as text by head; lists and objects as JSON."""
        values = {}
        for head, value in self.row.cells.items():
            if head in self.used or _is_empty(value):
                continue
            if isinstance(value, Unusable | bytes):
                self._drop(
                    head,
                    "number-unusable" if isinstance(value, Unusable) else "wrong-type",
                    wanted_zh="文字",
                    wanted_en="text",
                    found_zh="二进制数据",
                    found_en="binary data",
                )
                continue
            text = scalar(value)
            if text is None:
                text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
            values[self.clean(head, head)] = self.clean(text, head)
        return values

    def clean(self, text: str, head: str, length: int | None = None) -> str:
        """Return `text` without control characters; raises Unfit where it is broken or too long."""
        limit = length or self.source.limits.field_length
        if len(text) > limit:
            raise Unfit("field-too-long", head, size=len(text), limit=limit)
        if text.isprintable():
            return text
        if _BROKEN.search(text):
            raise Unfit("text-broken", head)
        cleaned, count = _CONTROL.subn("", text)
        if count:
            self.source.warn("control-characters", self.row.number, head, size=count)
        return cleaned

    def _items(self, head: str, value: object, split: Split) -> tuple[str, ...]:
        value = _unpacked(value)
        if not isinstance(value, list | tuple):
            text = scalar(value)
            if text is None:
                self.wrong_type(head, value, Text("文字或列表", "text or a list"))
                return ()
            return tuple(part for part in (p.strip() for p in split(self.clean(text, head))) if part)
        texts = [item for item in value if isinstance(item, str)]
        if len(texts) < len(value):
            strange = next(item for item in value if not isinstance(item, str))
            self.wrong_type(head, strange, Text("文字的列表", "a list of texts"))
        self.measure(texts, head)
        return tuple(cleaned for cleaned in (self.clean(text, head) for text in texts) if cleaned.strip())

    def measure(self, texts: list[str], head: str) -> None:
        """Raise Unfit where the values of one list are too long taken together."""
        size = sum(map(len, texts))
        if size > self.source.limits.field_length:
            raise Unfit("field-too-long", head, size=size, limit=self.source.limits.field_length)

    def wrong_type(self, head: str, value: object, wanted: Text) -> str:
        """Put on record that a value has not the type wanted; returns "" to stand in for it."""
        found = kind_word(value)
        return self._drop(
            head, "wrong-type", wanted_zh=wanted.zh, wanted_en=wanted.en, found_zh=found.zh, found_en=found.en
        )

    def _drop(self, head: str, code: str, **values: object) -> str:
        self.source.warn(code, self.row.number, head, **values)
        return ""


def _unpacked(value: object) -> object:
    """Return the list a text cell holds as JSON, as our own CSV and XLSX files do; else the value."""
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        try:
            unpacked = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return unpacked if isinstance(unpacked, list) else value
    return value


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | dict) and not value)


def _is_open_end(text: str) -> bool:
    return len(text) <= 20 and plain(text) in OPEN_END


def split_words(cell: str) -> list[str]:
    """Take key words apart at ; , 、 | and line breaks."""
    return _LIST_MARKS.split(cell)


def split_names(cell: str) -> list[str]:
    """Take names apart as `split_words` does, keeping "Co., Ltd" together."""
    return _NAME_MARKS.split(cell)


def split_claims(cell: str) -> list[str]:
    """Take claims apart at line breaks before a claim's number."""
    parts, start = [], 0
    for gap in _CLAIM_START.finditer(cell):
        if not {"\n", "\r"}.isdisjoint(gap[0]):
            parts.append(cell[start : gap.start()])
            start = gap.end()
    return [*parts, cell[start:]]
