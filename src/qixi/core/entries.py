"""Wrong entries of settings and tables: what the checking library found, in words of both languages."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from qixi.core.text import Text

_NUMBER = Text("应为数字", "it should be a number")
_WHOLE = Text("应为整数", "it should be a whole number")
_TABLE = Text("应为一组设置（表）", "it should be a table")
_DATE = Text("应为日期，如 2026-03-02", "it should be a date, as 2026-03-02")
_LIST = Text("应为列表", "it should be a list")
_TRUTH = Text("应为 true 或 false", "it should be true or false")

WORDS: Mapping[str, Text] = {
    "extra_forbidden": Text("没有这个设置项", "there is no such entry"),
    "missing": Text("缺少此项", "the entry is missing"),
    "greater_than": Text("须大于 {gt}", "it should be greater than {gt}"),
    "greater_than_equal": Text("须不小于 {ge}", "it should be at least {ge}"),
    "less_than": Text("须小于 {lt}", "it should be less than {lt}"),
    "less_than_equal": Text("须不大于 {le}", "it should be at most {le}"),
    "finite_number": Text("应为有限的数", "it should be a finite number"),
    "literal_error": Text("只能是 {expected}", "it should be {expected}"),
    "enum": Text("只能是 {expected}", "it should be {expected}"),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_digits": Text("数字过长", "the number is too long"),
    "decimal_whole_digits": Text("数字过长", "the number is too long"),
    "decimal_max_places": Text(
        "小数不得超过 {decimal_places} 位", "it has more than {decimal_places} decimal places"
    ),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "string_type": Text("应为文字", "it should be text"),
    "string_too_short": Text("至少 {min_length} 个字符", "it should have at least {min_length} characters"),
    "string_too_long": Text("至多 {max_length} 个字符", "it should have at most {max_length} characters"),
    "string_pattern_mismatch": Text(
        "写法不符合 {pattern}", "it should be written after the pattern {pattern}"
    ),
    "invisible": Text("含有不可见的字符，请删去", "it holds characters that nobody sees: delete them"),
    "path_type": Text("应为路径", "it should be a path"),
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "dataclass_type": _TABLE,
    "dict_type": _TABLE,
    "unexpected_keyword_argument": Text("没有这个设置项", "there is no such entry"),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "too_short": Text("至少 {min_length} 项", "it should have at least {min_length} items"),
    "too_long": Text("至多 {max_length} 项", "it should have at most {max_length} items"),
}
"""Words by the library's name of the kind of error; a kind that is not here is said in English."""


def wrong(error: Mapping[str, Any]) -> Text:
    """Return what is wrong, from one of the errors that a ValidationError lists."""
    context = error.get("ctx", {})
    words = WORDS.get(error["type"])
    if words is None or not _places(words.zh) <= set(context):
        # What a check of our own says, it says in both languages, as Text prints itself.
        message = str(error["msg"]).removeprefix("Value error, ")
        zh_said, _, en_said = message.partition(" / ")
        return Text(zh_said, en_said or zh_said)
    zh = {name: str(value).replace(" or ", " 或 ") for name, value in context.items()}
    return Text(words.zh.format(**zh), words.en.format(**context))


def _places(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}
