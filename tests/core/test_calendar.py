"""Periods end on the day that a person with a calendar in hand comes to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.core import Calendar, Unit
from qixi.policy import default_calendar

CALENDAR = default_calendar()
DAYS = st.dates(date(2020, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("start", "days", "unit", "end"),
    [
        (date(2026, 3, 2), 10, Unit.WORKING, date(2026, 3, 16)),
        # 14 February 2026 is a Saturday that is worked; the holiday is from 15 to 23.
        (date(2026, 2, 13), 1, Unit.WORKING, date(2026, 2, 14)),
        (date(2026, 2, 13), 2, Unit.WORKING, date(2026, 2, 24)),
        (date(2026, 3, 2), 15, Unit.CALENDAR, date(2026, 3, 17)),
        # A period that would end in the holiday ends on the first day after it.
        (date(2026, 2, 5), 15, Unit.CALENDAR, date(2026, 2, 24)),
        (date(2026, 3, 2), 0, Unit.WORKING, date(2026, 3, 2)),
    ],
)
def test_periods_end_when_the_calendar_says(start, days, unit, end):
    assert CALENDAR.after(start, days, unit) == end


@given(DAYS, st.integers(1, 60))
def test_a_period_of_working_days_has_so_many_of_them(start, days):
    end = CALENDAR.after(start, days, Unit.WORKING)
    assert CALENDAR.is_working(end)
    assert CALENDAR.between(start, end, Unit.WORKING) == days


@given(DAYS, st.integers(0, 400))
def test_a_period_of_days_never_ends_early_or_on_a_day_off(start, days):
    end = CALENDAR.after(start, days, Unit.CALENDAR)
    assert CALENDAR.is_working(end)
    assert start + timedelta(days) <= end <= start + timedelta(days + 12)


def test_years_without_a_notice_are_told_apart():
    assert CALENDAR.is_confirmed(date(2026, 12, 31))
    assert not CALENDAR.is_confirmed(date(2028, 1, 4))
    assert not Calendar().is_confirmed(date(2026, 1, 1))


def test_a_negative_period_is_refused():
    with pytest.raises(ValueError, match="at least 0"):
        CALENDAR.after(date(2026, 1, 1), -1, Unit.WORKING)
