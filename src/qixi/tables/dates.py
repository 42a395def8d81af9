"""Dates as people and programs write them."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""Stamps in milliseconds are read in China's time: its programs write local midnight, and UTC
midnight is the same day there."""

_WRITTEN = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?"
    r"(?:[ t]\s*[\d:.]+\s*(?:z|[+-]\d\d:?\d\d)?)?"
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*[-/年]\s*(\d{1,2})\s*(?:月份?)?\s*[底末]?")
_YEAR = re.compile(r"(\d{4})\s*年?\s*[底末]")
_BEFORE = re.compile(r"\s*(?:之|以)?前$")
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST, _LAST = date(1800, 1, 1), date(2200, 12, 31)


def day(value: object) -> date | None:
    """Return the day that `value` names, None where it names none between 1800 and 2200.

    Understood: date and datetime; 2023-01-02, 2023/1/2, 2023.01.02, 20230102, 2023年1月2日, each
    also with a time of day; spreadsheet day numbers 20000-80000 (epoch 1899-12-30); milliseconds
    since 1970.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _of_number(float(value))
    if isinstance(value, str) and len(value) <= 60:
        return _of_text(unicodedata.normalize("NFKC", value).strip().lower())
    return None


def last_day(value: object) -> date | None:
    """Return the last day of the time that `value` names, as for a deadline.

    As `day`, and further: a month (2026-05, 2026年5月, 2026年5月底) ends with its last day, a year's
    end (2026年底) is 31 December, and 前 behind any of them changes nothing.
    """
    if isinstance(value, str) and len(value) <= 60:
        text = _BEFORE.sub("", unicodedata.normalize("NFKC", value).strip().lower())
        found, year = _MONTH.fullmatch(text), _YEAR.fullmatch(text)
        if found is not None or year is not None:
            numbers = (int(found[1]), int(found[2])) if found is not None else (int(year[1]), 12)  # type: ignore[index]
            return _last_of(*numbers)
        value = text
    return day(value)


def _last_of(year: int, month: int) -> date | None:
    try:
        return _within(date(year, month, monthrange(year, month)[1]))
    except ValueError:
        return None


def _of_text(text: str) -> date | None:
    found = _PACKED.fullmatch(text) or _WRITTEN.fullmatch(text)
    if found:
        year, month, of_month = (int(part) for part in found.groups()[:3])
        try:
            return _within(date(year, month, of_month))
        except ValueError:
            return None
    if re.fullmatch(r"-?[0-9]{1,14}(\.[0-9]{1,9})?", text):
        return _of_number(float(text))
    return None


def _of_number(number: float) -> date | None:
    if 20_000 <= number <= 80_000:
        return _EXCEL_EPOCH + timedelta(days=int(number))
    if number.is_integer() and 18_000_101 <= number <= 22_001_231:
        return _of_text(str(int(number)))
    if 1e11 <= abs(number) <= 7e12:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number)
        return _within(moment.astimezone(CHINA).date())
    return None


def _within(value: date) -> date | None:
    return value if _FIRST <= value <= _LAST else None
