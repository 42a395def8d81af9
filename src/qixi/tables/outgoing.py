"""Values on their way out: brought to the few types that files hold, kept from running as formulas."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date

from qixi.core import Refused
from qixi.tables.faults import fault

_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet program may take the text for a formula (or an escaped one)."""
    return _FORMULA.match(text) is not None


def guarded_text(text: str) -> str:
    """Return text that a spreadsheet program shows instead of running; `unguarded` takes it back."""
    return "'" + text if is_formula(text) else text


def unguarded(text: str) -> str:
    """Return the text as it was before `guarded_text`."""
    return text[1:] if text.startswith("'") and is_formula(text) else text


def simple(value: object, row: int, column: str) -> object:
    """Return what JSON can hold of a value; raises Refused where it can hold nothing of it."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(_encodable(value, row, column))
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): simple(item, row, column) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [simple(item, row, column) for item in value]
    raise Refused(fault("value-unwritable", {"value": value}, row=row, column=column))


def written(value: object, row: int, column: str) -> str | float | bool | None:
    """Return the one cell that holds a value: lists and mappings become JSON text."""
    plain = simple(value, row, column)
    if isinstance(plain, list | dict):
        return json.dumps(plain, ensure_ascii=False, allow_nan=False)
    assert plain is None or isinstance(plain, str | int | float)
    return plain


def _encodable(text: str, row: int, column: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused(fault("value-unwritable", {"value": text}, row=row, column=column)) from None
    return text
