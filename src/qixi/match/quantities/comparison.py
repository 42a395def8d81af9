"""Comparing a number that is wanted with a number that is offered."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from qixi.core import Text
from qixi.match.quantities.stated import Better, Comparator, Stated
from qixi.match.quantities.surface import surface
from qixi.match.quantities.units import convert, dimension, symbol
from qixi.match.quantities.words import property_of

# Two equal-valued statements may differ by this share before they count as different.
TOLERANCE = 0.02
# Two phrases without a common row in the table of properties speak of one property when they share
# this share of the shorter one's character pairs (Chinese) or words (English).
SAME_PHRASE = 0.5
# Shares, multiples and lengths of all sorts of things have these units: without a common property
# two numbers in them say nothing of each other. In any other unit the unit itself is telling.
_EVERYDAY = {"dimensionless", "[time]", "[mass]", "[length]", "[temperature]", "[item]", "[length] ** 2"}
_EVERYDAY |= {"[renminbi]", "[us_dollar]", "[euro]", "[taiwan_dollar]", "[person]", "[length] ** 3", ""}
_POINTS = {Comparator.EQUAL, Comparator.ABOUT}


class Status(StrEnum):
    """What a technology's text says to one requirement, weakest first."""

    MISSING = "missing"
    CONTRADICTS = "contradicts"
    PARTLY = "partly"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one comparison.

    `shortfall` is by how much the offer misses, in `unit` and never negative; None unless the
    offer is on the wrong side. MISSING means the two numbers cannot be compared.
    """

    status: Status
    required: Stated
    offered: Stated
    reason: Text
    shortfall: float | None = None
    unit: str = ""


def compare(required: Stated, offered: Stated) -> Verdict:
    """Say whether `offered` meets `required`; never raises for statements that have nothing in common."""
    obstacle = _obstacle(required, offered)
    if obstacle is not None:
        return Verdict(Status.MISSING, required, offered, obstacle)
    wanted, has = _wanted(required), _converted(offered, required.unit, change=required.change is not None)
    status = _status(wanted, has, required, offered)
    short = None if status is not Status.CONTRADICTS else _gap(wanted, has)
    return Verdict(status, required, offered, _reason(status, required, offered, short), short, required.unit)


def _obstacle(required: Stated, offered: Stated) -> Text | None:
    if required.baseline or offered.baseline:
        return Text("其中一数是改进前的数值", "one of the numbers is the value before the improvement")
    if (required.change is None) != (offered.change is None) or required.change != offered.change:
        return Text(
            "一为变化幅度，一为绝对数值",
            "one number is a change and the other a level, or they change oppositely",
        )
    if _kind(required.unit) != _kind(offered.unit):
        return Text("量纲不同，无法比较", "the dimensions differ")
    if not related(required, offered):
        return Text("所述并非同一性能", "the numbers speak of different properties")
    return None


@cache
def _kind(unit: str) -> str:
    return dimension(unit) or "dimensionless"


def related(one: Stated, other: Stated) -> bool:
    """Return whether both numbers state the same property, by name or by a telling unit."""
    a, b = surface(one.property_text).lower(), surface(other.property_text).lower()
    if not a or not b:
        return _kind(one.unit) not in _EVERYDAY
    rows = property_of(a), property_of(b)
    if rows[0] is not None and rows[1] is not None:
        return rows[0].key == rows[1].key
    return _overlap(a, b) >= SAME_PHRASE or (
        rows == (None, None) and _kind(one.unit) not in _EVERYDAY and _foreign(a, b)
    )


def closeness(one: Stated, other: Stated) -> float:
    """Return how alike two statements name their property, 0..1; names in different scripts by their row."""
    a, b = surface(one.property_text).lower(), surface(other.property_text).lower()
    if not a or not b or _foreign(a, b):
        return 0.5 if related(one, other) else 0.0
    return _overlap(a, b)


def _foreign(a: str, b: str) -> bool:
    """Return whether the two phrases are in different scripts, so that words cannot tell."""
    return a.isascii() != b.isascii()


def _grams(phrase: str) -> set[str]:
    found = set(re.findall(r"[a-z0-9]{2,}", phrase))
    for run in re.findall(r"[\u3400-\u9fff]+", phrase):
        found |= {run[i : i + 2] for i in range(len(run) - 1)} or {run}
    return found


def _overlap(a: str, b: str) -> float:
    one, other = _grams(a), _grams(b)
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _wanted(required: Stated) -> tuple[float, float]:
    """Return the interval that satisfies; a bare value is a floor or a ceiling where the words tell."""
    low, high = required.bounds()
    if required.comparator in _POINTS and required.better is Better.MORE:
        return low, math.inf
    if required.comparator in _POINTS and required.better is Better.LESS:
        return -math.inf, high
    if required.comparator in _POINTS:
        slack = TOLERANCE * abs(low) * (5 if required.comparator is Comparator.ABOUT else 1)
        return low - slack, high + slack
    return low, high


def _converted(offered: Stated, unit: str, *, change: bool) -> tuple[float, float]:
    low, high = (
        bound
        if math.isinf(bound)
        else convert(bound, offered.unit or unit, unit or offered.unit, difference=change)
        for bound in offered.bounds()
    )
    return (low, high) if offered.unit != unit else offered.bounds()


def _status(
    wanted: tuple[float, float], has: tuple[float, float], required: Stated, offered: Stated
) -> Status:
    slack = 1e-9 * max(1.0, *(abs(bound) for bound in (*wanted, *has) if not math.isinf(bound)))
    needed = required.bounds()
    if offered.comparator is Comparator.RANGE and has[0] - slack <= needed[0] and needed[1] <= has[1] + slack:
        return Status.MET  # a technology that can do all of a range can do what is wanted of it
    if _must_cover(required) and needed[0] - slack <= has[0] and has[1] <= needed[1] + slack:
        return Status.PARTLY
    if (
        wanted[0] - slack <= has[0]
        and has[1] <= wanted[1] + slack
        and _strict(wanted, has, required, offered)
    ):
        return Status.MET
    touching = has[0] <= wanted[1] + slack and wanted[0] - slack <= has[1]
    return Status.PARTLY if touching and not _only_touches(wanted, has, required) else Status.CONTRADICTS


def _must_cover(required: Stated) -> bool:
    row = property_of(surface(required.property_text))
    return required.comparator is Comparator.RANGE and row is not None and row.cover


def _strict(wanted: tuple[float, float], has: tuple[float, float], required: Stated, offered: Stated) -> bool:
    """Return False where "more than 5" is offered exactly 5."""
    if required.comparator is Comparator.MORE:
        return has[0] > wanted[0] or offered.comparator is Comparator.MORE
    if required.comparator is Comparator.LESS:
        return has[1] < wanted[1] or offered.comparator is Comparator.LESS
    return True


def _only_touches(wanted: tuple[float, float], has: tuple[float, float], required: Stated) -> bool:
    strict = required.comparator in {Comparator.MORE, Comparator.LESS}
    return strict and has[0] == has[1] and has[0] in wanted


def _gap(wanted: tuple[float, float], has: tuple[float, float]) -> float:
    gap = wanted[0] - has[1] if has[1] < wanted[0] else has[0] - wanted[1]
    return float(f"{max(gap, 0.0):.6g}")


def _reason(status: Status, required: Stated, offered: Stated, short: float | None) -> Text:
    zh = f"要求“{required.text}”，文中为“{offered.text}”"
    en = f'needs "{required.text}", states "{offered.text}"'
    if status is Status.CONTRADICTS and short:
        amount = amount_of(short, required.unit)
        return Text(f"{zh}，相差 {amount.zh}", f"{en}: off by {amount.en}")
    if status is Status.PARTLY:
        return Text(f"{zh}，部分覆盖", f"{en}: covers it in part")
    return Text(zh, en)


_POINTS_WORD = Text("个百分点", "points")


def amount_of(value: float, unit: str) -> Text:
    """Return `value` with its unit in words, a difference of percentages as points."""
    number = f"{value:,.6g}" if value < 1e6 else f"{value:,.0f}"
    named = _POINTS_WORD if unit in {"percent", "percentage_point"} else symbol(unit)
    return Text(f"{number} {named.zh}".strip(), f"{number} {named.en}".strip())
