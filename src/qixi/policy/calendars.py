"""The calendar of working days, read from a table of the days on which a week is not as usual."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from qixi.core import Problem, Refused, Text
from qixi.core.calendar import Calendar

_HEAD = ["day", "worked", "confirmed"]
_LARGEST = 2**20


def read_calendar(path: Path) -> Calendar:
    """Read a table as `policy/data/calendar.csv`; raises Refused with the row that is wrong.

    Columns: `day` as 2026-02-14, `worked` 1 for a weekend that is worked and 0 for a day off, `confirmed`
    1 where a notice has set the days of that year. A year counts as confirmed where all its rows are.
    """
    try:
        content = path.read_bytes()
        if len(content) > _LARGEST:
            raise _fault(path, None, f"> {_LARGEST} bytes")
        lines = content.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise _fault(path, None, error.strerror or type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise _fault(path, None, "UTF-8") from error
    return _calendar(lines, path)


@cache
def default_calendar() -> Calendar:
    """Return the calendar shipped with Qixi; years without a notice are forecasts."""
    table = files("qixi.policy") / "data" / "calendar.csv"
    return _calendar(table.read_text("utf-8").splitlines(), Path("calendar.csv"))


def _calendar(lines: Iterable[str], path: Path) -> Calendar:
    rows = csv.reader(lines)
    if next(rows, None) != _HEAD:
        raise _fault(path, 1, ",".join(_HEAD))
    days: dict[date, bool] = {}
    years: dict[int, bool] = {}
    for number, row in enumerate(rows, 2):
        try:
            if len(row) != len(_HEAD):
                raise ValueError(",".join(_HEAD))
            day, worked, confirmed = date.fromisoformat(row[0]), _flag(row[1]), _flag(row[2])
        except ValueError as error:
            raise _fault(path, number, str(error)) from error
        if day in days:
            raise _fault(path, number, row[0])
        days[day] = worked
        years[day.year] = years.get(day.year, True) and confirmed
    return Calendar.of(days.items(), (year for year, confirmed in years.items() if confirmed))


def _flag(cell: str) -> bool:
    if cell not in {"0", "1"}:
        raise ValueError(f"0 | 1, not {cell!r}")
    return cell == "1"


def _fault(path: Path, row: int | None, why: str) -> Refused:
    reason = Text(f"日历表无法使用：{why}", f"the calendar table cannot be used: {why}")
    remedy = Text(
        "请按 day,worked,confirmed 三列填写，每日一行", "give the columns day,worked,confirmed, one row a day"
    )
    return Refused(Problem("calendar", reason, remedy, file=str(path), row=row))
