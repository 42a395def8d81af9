"""When something is due: a clock's period on the calendar, with what suspended or lengthened it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qixi.core import Text
from qixi.core.calendar import Calendar, Unit
from qixi.policy import Parameter
from qixi.procedures.values import Case, Clock, Event, Procedure, Setting


@dataclass(frozen=True, slots=True)
class Due:
    """How a clock stands. `on` is the last day of the period, None while it does not run.

    `started` is the day it is counted from. `suspended` and `extended` are days of its unit, which come on
    top of the rule's. `confirmed` is False where nobody confirmed the rule, or the holidays of the year.
    """

    rule: Parameter
    started: date | None
    suspended: int
    extended: int
    on: date | None
    confirmed: bool

    def said(self) -> Text:
        """Return its working: the period, what it is counted from, what came on top, the last day."""
        count, unit = self.rule.days
        period = unit.said(count)
        if self.started is None:
            return Text(f"{period.zh}，尚未起算", f"{period.en}, not running yet")
        zh, en = [f"自 {self.started} 起 {period.zh}"], [f"{period.en} from {self.started}"]
        if self.suspended:
            zh.append(f"中止 {self.suspended} 日")
            en.append(f"suspended {self.suspended}")
        if self.extended:
            zh.append(f"延长 {self.extended} 日")
            en.append(f"extended {self.extended}")
        zh.append(f"{self.on} 届满" if self.on else "现已中止")
        en.append(f"due {self.on}" if self.on else "suspended now")
        if not self.confirmed:
            zh.append("期限未经确认")
            en.append("unconfirmed")
        return Text("，".join(zh), ", ".join(en))


def due(procedure: Procedure, case: Case, setting: Setting) -> tuple[tuple[Clock, Due], ...]:
    """Return how each clock of the case's step stands."""
    return tuple(
        (clock, due_of(procedure, case, clock, setting)) for clock in procedure.step(case.step).clocks
    )


def due_of(procedure: Procedure, case: Case, clock: Clock, setting: Setting) -> Due:
    """Return how a clock of the case's step stands."""
    rule = setting.rules[clock.days]
    days, unit = rule.days
    run = _Run(procedure, case.step, clock, setting.calendar, unit)
    for event in case.events:
        run.take(event)
    extended = setting.rules[clock.extension].days[0] if run.extended and clock.extension else 0
    if run.started is None:
        return Due(rule, None, 0, 0, None, rule.confirmed)
    on = setting.calendar.after(run.started, days + extended + run.suspended, unit)
    confirmed = rule.confirmed and setting.calendar.is_confirmed(on)
    return Due(rule, run.started, run.suspended, extended, on, confirmed)


class _Run:
    """Follows one clock of a step through the events of a case."""

    def __init__(self, procedure: Procedure, step: str, clock: Clock, calendar: Calendar, unit: Unit) -> None:
        self._procedure, self._step, self._clock = procedure, step, clock
        self._calendar, self._unit = calendar, unit
        self._stopped: date | None = None
        self._clear()

    def _clear(self) -> None:
        self.started: date | None = None
        self.suspended, self.extended = 0, False
        self._stopped = None

    def take(self, event: Event) -> None:
        if event.step == self._step:
            self._within(event)
        if event.to == self._step != event.step:
            self._come(event)
        elif event.step == self._step != event.to:
            self._go(event)
        elif event.to != event.step and not self._procedure.step(event.to).pauses:
            self._clear()  # the case went elsewhere: when it comes again, the period is a new one

    def _within(self, event: Event) -> None:
        act = self._procedure.step(self._step).act(event.verb)
        if act is None:
            return
        if act.serves and self._clock.on_service:
            self.started = event.on
        self.extended = self.extended or act.extends == self._clock.name

    def _come(self, event: Event) -> None:
        if self._stopped is not None:
            self.suspended += self._calendar.between(self._stopped, event.on, self._unit)
            self._stopped = None
            return
        self._clear()
        act = self._procedure.step(event.step).act(event.verb) if event.step else None
        if not self._clock.on_service or (act is not None and act.serves):
            self.started = event.on

    def _go(self, event: Event) -> None:
        if self._procedure.step(event.to).pauses and self.started is not None:
            self._stopped = event.on
        else:
            self._clear()
