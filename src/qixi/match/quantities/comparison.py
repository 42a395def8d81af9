"""Comparing a number that is wanted with a number that is offered."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from qixi.core import Text
from qixi.match.quantities.sameness import far_apart, kind, per_piece, related
from qixi.match.quantities.stated import Better, Comparator, Stated
from qixi.match.quantities.surface import surface
from qixi.match.quantities.units import convert, symbol
from qixi.match.quantities.words import property_of

# Two equal-valued statements may differ by this share before they count as different.
TOLERANCE = 0.02
# The most or least a technology can do, which any lesser demand is within.
_CAPABLE = re.compile(r"最[高多大]|[可高]达|\bup to\b|\bmax", re.IGNORECASE)
_CAPABLE_LEAST = re.compile(r"最[低少小]|低至|\bdown to\b|\bmin", re.IGNORECASE)
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


def compare(required: Stated, offered: Stated, *, same: bool = False) -> Verdict:
    """Say whether `offered` meets `required`; never raises for statements that have nothing in common.

    `same` says that the words around both show them to speak of one property, whatever they call it;
    then 8 kg a tonne is held against 10 kg.
    """
    if same and kind(required.unit) != kind(offered.unit):
        offered = per_piece(offered, required.unit)
    obstacle = _obstacle(required, offered, same=same)
    if obstacle is not None:
        return Verdict(Status.MISSING, required, offered, obstacle)
    wanted, has = _wanted(required), _converted(offered, required.unit, change=required.change is not None)
    status = _status(wanted, has, required, offered)
    short = None if status is not Status.CONTRADICTS else _gap(wanted, has)
    return Verdict(status, required, offered, _reason(status, required, offered, short), short, required.unit)


def _obstacle(required: Stated, offered: Stated, *, same: bool) -> Text | None:
    if required.baseline or offered.baseline:
        return Text("其中一数是改进前的数值", "one of the numbers is the value before the improvement")
    if (required.change is None) != (offered.change is None) or required.change != offered.change:
        return Text(
            "一为变化幅度，一为绝对数值",
            "one number is a change and the other a level, or they change oppositely",
        )
    if kind(required.unit) != kind(offered.unit):
        return Text("量纲不同，无法比较", "the dimensions differ")
    if not (same or related(required, offered)) or far_apart(required, offered):
        return Text("所述并非同一性能", "the numbers speak of different properties")
    return None


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
    able = _capable(needed, has, required, offered)
    if able is not None:
        return Status.MET if able else Status.CONTRADICTS
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


def _capable(
    needed: tuple[float, float], has: tuple[float, float], required: Stated, offered: Stated
) -> bool | None:
    """Say whether "up to 20" reaches "at least 16"; None where no such pair meets."""
    floor = required.comparator in {Comparator.AT_LEAST, Comparator.MORE} or (
        required.comparator in _POINTS and required.better is Better.MORE
    )
    ceiling = required.comparator in {Comparator.AT_MOST, Comparator.LESS}
    if floor and offered.comparator is Comparator.AT_MOST and _CAPABLE.search(offered.text):
        return has[1] >= needed[0]
    if ceiling and offered.comparator is Comparator.AT_LEAST and _CAPABLE_LEAST.search(offered.text):
        return has[0] <= needed[1]
    return None


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
    if unit == "degree_Celsius":
        return Text(f"{number} ℃", f"{number} °C")
    named = _POINTS_WORD if unit in {"percent", "percentage_point"} else symbol(unit)
    return Text(f"{number} {named.zh}".strip(), f"{number} {named.en}".strip())
