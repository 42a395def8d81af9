"""What a stated number says: of which property, how compared, how much, in which unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Comparator(StrEnum):
    """How the magnitude bounds the property."""

    AT_LEAST = ">="
    AT_MOST = "<="
    MORE = ">"
    LESS = "<"
    EQUAL = "="
    ABOUT = "~"
    RANGE = "range"


class Change(StrEnum):
    """Set when the number is a difference to what was before (提高 20 %), not a level."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Better(StrEnum):
    """Which way lies more of what is wanted, as far as the words tell."""

    MORE = "more"
    LESS = "less"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """One number stated in a text.

    `start`, `end` are code points of the value as read and cover comparator, number and unit;
    `text` is what stands there. `property_text` is the phrase the number qualifies, verbatim, ""
    where none was found. `low` and `high` are in `unit` (a unit expression that the registry of
    `units` parses; "" for a bare number); an open side is None. `baseline` marks a value that is
    left behind (由 1.5 % 降到 1 %: the 1.5 %).
    """

    start: int
    end: int
    text: str
    comparator: Comparator
    low: float | None
    high: float | None
    unit: str = ""
    property_text: str = ""
    property_span: tuple[int, int] | None = None
    change: Change | None = None
    better: Better = Better.UNKNOWN
    baseline: bool = False

    def bounds(self) -> tuple[float, float]:
        """Return the interval as (low, high), infinite on an open side."""
        low = -math.inf if self.low is None else self.low
        return low, math.inf if self.high is None else self.high


def magnitudes(comparator: Comparator, low: float, high: float) -> tuple[float | None, float | None]:
    """Return (low, high) as `Stated` holds them, None on the side that `comparator` leaves open."""
    if comparator in {Comparator.AT_LEAST, Comparator.MORE}:
        return low, None
    if comparator in {Comparator.AT_MOST, Comparator.LESS}:
        return None, high
    return low, high
