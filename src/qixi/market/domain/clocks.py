"""Clocks that cost money: fees, terms, filings, pledges, years unused. Pure; each says how it was counted.

A period of months or years ends on the day of the same number, or the month's last (Civil Code art. 202).
would be moved because nobody works on them are not: who acts by the earlier day is never late.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from qixi.core import Text
from qixi.policy import Rules
from qixi.procedures.forms import Choice
from qixi.registry.domain.encumbrances import LICENCES, Burden


class Kind(Choice):
    """What runs out."""

    FEE = "fee", "年费", "Annual fee"
    LATE = "late", "年费补缴", "Annual fee, late"
    FILING = "filing", "许可备案", "Filing of a licence"
    UNUSED = "unused", "长期未实施", "Unused for long"
    PLEDGE = "pledge", "质押到期", "End of a pledge"
    LICENCE = "licence", "许可到期", "End of a licence"
    TERM = "term", "专利期限届满", "End of the patent's term"


@dataclass(frozen=True, slots=True)
class Burdening:
    """A right of another in the patent: its kind, its first and last day, whether it was filed."""

    kind: Burden
    since: date
    until: date | None
    filed: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A patent as its clocks need it; what is not known is None, and gives no clock.

    `sort` is the place of the application number that says what is protected: 1 or 8 an invention, 2 or 9 a
    utility model, 3 a design (ZC 0006-2003).
    """

    sort: str
    filed_on: date | None
    granted_on: date | None
    fee_due_on: date | None
    publicly_funded: bool | None
    in_force: bool
    burdens: tuple[Burdening, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """What must be done by when, what it costs if not, and how the day was found."""

    due: date
    kind: Kind
    cost: Text
    working: Text


_TERMS = {
    "1": "patent.term_invention",
    "8": "patent.term_invention",
    "2": "patent.term_utility",
    "9": "patent.term_utility",
    "3": "patent.term_design",
}


def months_after(start: date, months: int) -> date:
    """Return the day on which a period of months ends that is counted from `start`."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def clocks_of(held: Held, rules: Rules, today: date) -> tuple[Clock, ...]:
    """Return the clocks of a patent that is in force, the next one first, without those that have run out.

    `rules` are those in force where the patent lies.
    """
    if not held.in_force:
        return ()
    return tuple(sorted(_running(held, rules, today), key=lambda each: (each.due, each.kind.value)))


def _running(held: Held, rules: Rules, today: date) -> Iterator[Clock]:
    if held.fee_due_on is not None:
        yield from _fees(held.fee_due_on, rules, today)
    if held.filed_on is not None:
        then = rules.parameters.on(held.filed_on, rules.division)  # the law of that day sets the term
        term = _TERMS.get(held.sort, "")
        if term in then:
            yield Clock(
                months_after(held.filed_on, 12 * int(then[term].value)),
                Kind.TERM,
                Text("期满后任何人可以实施", "anybody may use it afterwards"),
                _counted(held.filed_on, Text("申请日", "the day of filing"), then[term].said()),
            )
    for burden in held.burdens:
        yield from _of_burden(burden, rules, today)
    licensed = any(each.kind in LICENCES for each in held.burdens)
    if held.publicly_funded and not licensed and held.granted_on is not None and "funded.unused" in rules:
        years = rules["funded.unused"]
        yield Clock(
            months_after(held.granted_on, 12 * int(years.value)),
            Kind.UNUSED,
            Text("无正当理由的，列入公开实施清单", "listed for others to use unless there is a good reason"),
            _counted(held.granted_on, Text("授权日", "the day of grant"), years.said()),
        )


def _fees(due: date, rules: Rules, today: date) -> Iterator[Clock]:
    grace = rules["patent.fee_grace"]
    last = months_after(due, int(grace.value))
    if due >= today:
        late = Text("逾期按月加收滞纳金", "a surcharge is added for each month afterwards")
        yield Clock(due, Kind.FEE, late, Text(f"权利人登记的缴费期限 {due}", f"stated by the holder: {due}"))
    elif last >= today:
        ends = Text(
            f"正在产生滞纳金；期满未缴，专利权自 {due} 起终止",
            f"a surcharge grows; unpaid by then, the patent ends as of {due}",
        )
        yield Clock(last, Kind.LATE, ends, _counted(due, Text("应缴日", "the day it was due"), grace.said()))


def _of_burden(burden: Burdening, rules: Rules, today: date) -> Iterator[Clock]:
    if burden.kind in LICENCES - {Burden.OPEN} and not burden.filed:
        months = rules["licence.filing"]
        last = months_after(burden.since, int(months.value))
        if last >= today:
            yield Clock(
                last,
                Kind.FILING,
                Text("须向国务院专利行政部门备案", "to be filed with the national office"),
                _counted(burden.since, Text("生效日", "the day it took effect"), months.said()),
            )
    if burden.until is None or burden.until < today:
        return
    stated = Text(f"登记的截止日 {burden.until}", f"as entered: {burden.until}")
    if burden.kind is Burden.PLEDGE:
        cost = Text("到期应解除或续登", "to be released or renewed")
        yield Clock(burden.until, Kind.PLEDGE, cost, stated)
    elif burden.kind in LICENCES:
        cost = Text("到期不再收取许可费，需要时续签", "no royalties afterwards, unless it is renewed")
        yield Clock(burden.until, Kind.LICENCE, cost, stated)


def _counted(start: date, what: Text, rule: Text) -> Text:
    return Text(f"自{what.zh} {start} 起 {rule.zh}", f"{rule.en} from {what.en}, {start}")


def within(clocks: Iterable[Clock], until: date) -> list[Clock]:
    """Return the clocks that run out by a day."""
    return [each for each in clocks if each.due <= until]
