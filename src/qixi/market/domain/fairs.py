"""Matchmaking events (对接会): what an organiser states, who comes, when slots begin, follow-ups. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from pydantic import model_validator

from qixi.policy import Rules
from qixi.procedures.forms import Choice, Form, titled

MOST_WISHED = 3
"""The most that a wish weighs."""
MOST_SLOTS = 40
FOLLOW_UPS = ("fair.follow_up_first", "fair.follow_up_second", "fair.follow_up_third")
"""The parameters that say after how many days one asks what came of a meeting."""
_A_DAY = 24 * 60
_HOUR = r"^([01]?[0-9]|2[0-3])[:：][0-5][0-9]$"


class Role(Choice):
    """On which side of the table a guest sits."""

    FIRM = "firm", "企业", "Firm"
    TEAM = "team", "技术团队", "Team"


class Answer(Choice):
    """What a guest says to the invitation."""

    WAITING = "waiting", "未答复", "No answer yet"
    COMING = "coming", "参加", "Coming"
    DECLINED = "declined", "不参加", "Not coming"


class FairForm(Form):
    """What is stated of an event."""

    title: str = titled("活动名称", "Title", min_length=2, max_length=200)
    place: str = titled("地点", "Place", min_length=2, max_length=200)
    day: date = titled("日期", "Day")
    starts: str = titled("首场开始时间（如 09:30）", "First meeting begins at (as 09:30)", pattern=_HOUR)
    minutes: int = titled("每场时长（分钟）", "Minutes of each meeting", ge=5, le=120)
    slots: int = titled("场次数", "Number of slots", ge=1, le=MOST_SLOTS)
    tables: int = titled("桌数", "Number of tables", ge=1, le=200)

    @property
    def begins(self) -> time:
        """When the first slot begins."""
        hour, minute = self.starts.replace("：", ":").split(":")
        return time(int(hour), int(minute))

    @model_validator(mode="after")
    def _ends_on_its_day(self) -> FairForm:
        if self.begins.hour * 60 + self.begins.minute + self.minutes * self.slots > _A_DAY:
            msg = "各场总时长超过当日 / the slots do not end on the day"
            raise ValueError(msg)
        return self


def slot_times(begins: time, minutes: int, slots: int) -> tuple[tuple[time, time], ...]:
    """Return when each slot begins and ends."""
    first = datetime.combine(date.min, begins)
    return tuple(
        (
            (first + timedelta(minutes=minutes * slot)).time(),
            (first + timedelta(minutes=minutes * (slot + 1))).time(),
        )
        for slot in range(slots)
    )


def follow_ups(day: date, rules: Rules) -> tuple[tuple[int, date], ...]:
    """Return after how many days, and when, one asks what came of the meetings of an event on a day."""
    found = (int(rules[key].value) for key in FOLLOW_UPS)
    return tuple((days, day + timedelta(days=days)) for days in found)
