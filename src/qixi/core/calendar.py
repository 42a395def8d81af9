"""Working days: weekdays, less public holidays, with the weekends that are worked in their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from qixi.core.text import Text

_DAY = timedelta(days=1)
_SATURDAY = 5


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING = "working_days"
    CALENDAR = "days"

    def said(self, count: int) -> Text:
        """Return a number of days in words."""
        plural = "" if count == 1 else "s"
        if self is Unit.WORKING:
            return Text(f"{count} 个工作日", f"{count} working day{plural}")
        return Text(f"{count} 日", f"{count} day{plural}")


@dataclass(frozen=True)
class Calendar:
    """The days off and the worked weekends of the years in `known`, as the notices of those years set them.

    Of other years weekdays are taken to be worked: an expectation that `is_confirmed` tells apart.
    """

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    known: frozenset[int] = frozenset()

    @classmethod
    def of(cls, days: Iterable[tuple[date, bool]], known: Iterable[int]) -> Calendar:
        """Make a calendar of exceptions: a date, and whether it is worked."""
        listed = tuple(days)
        off = frozenset(day for day, is_worked in listed if not is_worked)
        return cls(off, frozenset(day for day, _ in listed) - off, frozenset(known))

    def is_working(self, day: date) -> bool:
        """Say whether `day` is a working day."""
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.off)

    def is_confirmed(self, day: date) -> bool:
        """Say whether a notice has set the holidays of the year of `day`."""
        return day.year in self.known

    def after(self, start: date, days: int, unit: Unit) -> date:
        """Return the last day of a period of `days` that begins on the day after `start`.

        The day from which a period is counted is not part of it (Civil Code art. 201). One in calendar
        days that would end on a day off ends on the next working day (art. 203).
        """
        if days < 0:
            msg = f"a period has at least 0 days, not {days}"
            raise ValueError(msg)
        if unit is Unit.CALENDAR:
            return self._on_or_after(start + days * _DAY)
        day = start
        for _ in range(days):
            day = self._on_or_after(day + _DAY)
        return day

    def between(self, start: date, end: date, unit: Unit) -> int:
        """Return how many days of a period counted from `start` are over when the day `end` is."""
        if unit is Unit.CALENDAR:
            return max((end - start).days, 0)
        return sum(self.is_working(start + n * _DAY) for n in range(1, (end - start).days + 1))

    def _on_or_after(self, day: date) -> date:
        while not self.is_working(day):
            day += _DAY
        return day
