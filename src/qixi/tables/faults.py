"""Problems put into words out of the catalogue."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from qixi.core import Problem, Text
from qixi.tables.catalogue import CATALOGUE

KIND_WORDS: Mapping[type, Text] = {
    str: Text("文字", "text"),
    bool: Text("真假值", "true or false"),
    int: Text("数字", "a number"),
    float: Text("数字", "a number"),
    list: Text("列表", "a list"),
    dict: Text("对象", "an object"),
    bytes: Text("二进制数据", "binary data"),
    type(None): Text("空值", "nothing"),
}


def kind_word(value: object) -> Text:
    """Return what sort of value this is, in words."""
    return KIND_WORDS.get(type(value), Text("其他类型的值", "a value of another type"))


def shown(value: object, length: int = 40) -> str:
    """Return `value` short and printable, for a message."""
    text = value if isinstance(value, str) else str(value)
    text = "".join("·" if unicodedata.category(c)[0] == "C" else c for c in text[: length + 1])
    return text if len(text) <= length else text[:length] + "…"


def fault(
    code: str,
    values: Mapping[str, object],
    *,
    file: str | None = None,
    row: int | None = None,
    column: str | None = None,
) -> Problem:
    """Return the catalogue's problem `code`, its wording filled in with `values`; KeyError if unknown."""
    reason, remedy = CATALOGUE[code]
    words = {name: shown(value, 200) for name, value in values.items()}
    where = None if column is None else shown(column, 80)
    return Problem(code, _filled(reason, words), _filled(remedy, words), file, row, where)


def _filled(text: Text, words: Mapping[str, str]) -> Text:
    return Text(text.zh.format(**words), text.en.format(**words))
