"""The calendar of working days, read from a table of the days on which a week is not as usual."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from qixi.core import Problem, Refused, Text
from qixi.core.calendar import Calendar
from qixi.policy.home import policy_folder

_HEAD = ["day", "worked", "confirmed"]
_LARGEST = 2**20


@dataclass(frozen=True, slots=True)
class Year:
    """The days of one year on which a week is not as usual, and whether a notice has set them.

    `file` is where they stand, empty for what comes with Qixi.
    """

    days: Mapping[date, bool]
    confirmed: bool
    file: str = ""


def read_calendar(path: Path) -> Calendar:
    """Read a table as `policy/data/calendar.csv`; raises Refused with the row that is wrong.

    Columns: `day` as 2026-02-14, `worked` 1 for a weekend that is worked and 0 for a day off, `confirmed`
    1 where a notice has set the days of that year. A year counts as confirmed where all its rows are.
    """
    return _calendar(_own(path))


@cache
def default_calendar() -> Calendar:
    """Return the calendar in use; years without a notice are forecasts."""
    return _calendar(years_in_use())


def years_in_use() -> Mapping[int, Year]:
    """Return the years shipped with Qixi, those in `policy/calendar.csv` of the home folder as set there."""
    table = files("qixi.policy") / "data" / "calendar.csv"
    shipped = _years(table.read_text("utf-8").splitlines(), Path("calendar.csv"))
    own = policy_folder() / "calendar.csv"
    return {**shipped, **(_own(own) if own.exists() else {})}


def _calendar(years: Mapping[int, Year]) -> Calendar:
    days = (day for year in years.values() for day in year.days.items())
    return Calendar.of(days, (number for number, year in years.items() if year.confirmed))


def _own(path: Path) -> dict[int, Year]:
    try:
        content = path.read_bytes()
        if len(content) > _LARGEST:
            raise _fault(path, None, f"> {_LARGEST} bytes")
        lines = content.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise _fault(path, None, error.strerror or type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise _fault(path, None, "UTF-8") from error
    return {number: replace(year, file=str(path)) for number, year in _years(lines, path).items()}


def _years(lines: Iterable[str], path: Path) -> dict[int, Year]:
    rows = csv.reader(lines)
    if next(rows, None) != _HEAD:
        raise _fault(path, 1, ",".join(_HEAD))
    days: dict[int, dict[date, bool]] = {}
    unconfirmed: set[int] = set()
    for number, row in enumerate(rows, 2):
        try:
            if len(row) != len(_HEAD):
                raise ValueError(",".join(_HEAD))
            day, worked, confirmed = date.fromisoformat(row[0]), _flag(row[1]), _flag(row[2])
        except ValueError as error:
            raise _fault(path, number, str(error)) from error
        if day in days.setdefault(day.year, {}):
            raise _fault(path, number, row[0])
        days[day.year][day] = worked
        if not confirmed:
            unconfirmed.add(day.year)
    return {year: Year(found, year not in unconfirmed) for year, found in days.items()}


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
