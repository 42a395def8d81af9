"""Whether two numbers are of one thing, by the names of their properties and by their units."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache

from qixi.match.quantities.stated import Stated
from qixi.match.quantities.surface import surface
from qixi.match.quantities.units import convert, dimension
from qixi.match.quantities.words import property_of

# Two phrases without a common row in the table of properties speak of one property when they share
# this share of the shorter one's character pairs (Chinese) or words (English).
SAME_PHRASE = 0.5
# Numbers further apart than this factor are of different things (a board of 55 mm, a pore of 1.5 nm).
FARTHEST = 150.0
# Words that make another property of a name: the change of a particle size is no particle size.
_DERIVED = re.compile(r"(?:变化[率量]?|增量|波动|漂移|drift|change)$")
# Shares, multiples and lengths of all sorts of things have these units: without a common property
# two numbers in them say nothing of each other. In any other unit the unit itself is telling.
_EVERYDAY = {"dimensionless", "[time]", "[mass]", "[length]", "[temperature]", "[item]", "[length] ** 2"}
_EVERYDAY |= {"[renminbi]", "[us_dollar]", "[euro]", "[taiwan_dollar]", "[person]", "[length] ** 3", ""}


def per_piece(offered: Stated, unit: str) -> Stated:
    """Return 8 kg/t as 8 kg where kilograms are asked for; a rate over time stays one."""
    head, _, under = offered.unit.partition(" / ")
    if under and kind(under) != "[time]" and kind(head) == kind(unit):
        return replace(offered, unit=head)
    return offered


@cache
def kind(unit: str) -> str:
    """Return the dimension of `unit` in words of the units library; that of percent for a bare number."""
    return dimension(unit) or "dimensionless"


def related(one: Stated, other: Stated) -> bool:
    """Return whether both numbers state the same property, by name or by a telling unit."""
    a, b = surface(one.property_text).lower(), surface(other.property_text).lower()
    if not a or not b:
        return kind(one.unit) not in _EVERYDAY
    if _derived(a) != _derived(b):
        return False
    rows = property_of(a), property_of(b)
    if rows[0] is not None and rows[1] is not None:
        return rows[0].key == rows[1].key
    return _overlap(a, b) >= SAME_PHRASE or (
        rows == (None, None) and kind(one.unit) not in _EVERYDAY and _foreign(a, b)
    )


def telling(unit: str) -> bool:
    """Return whether few things are measured in `unit`, so that the unit itself tells the property."""
    return kind(unit) not in _EVERYDAY


def is_size(unit: str) -> bool:
    """Return whether `unit` is one of length or area: things have many sizes, each with its own noun."""
    return kind(unit) in {"[length]", "[length] ** 2"}


def same_kind(one: Stated, other: Stated) -> bool:
    """Return whether both are measured in units of one dimension, a per-piece unit taken for its head."""
    return kind(one.unit) == kind(per_piece(other, one.unit).unit)


def _derived(phrase: str) -> bool:
    return _DERIVED.search(phrase) is not None


def far_apart(required: Stated, offered: Stated) -> bool:
    """Return whether two amounts in one unit are so unlike that they cannot be of one thing."""
    if offered.unit != required.unit and required.unit and offered.unit:
        sizes = _size(required, required.unit), _size(offered, required.unit)
    else:
        sizes = _size(required, ""), _size(offered, "")
    low, high = min(sizes), max(sizes)
    return low > 0 and high / low > FARTHEST and _scaled(required.unit)


def _scaled(unit: str) -> bool:
    """Return whether amounts in `unit` keep to one scale for one thing: lengths, masses, voltages."""
    return kind(unit) not in {"dimensionless", "[item]", "[time]", "[renminbi]", ""}


def _size(stated: Stated, unit: str) -> float:
    bounds = [abs(bound) for bound in stated.bounds() if not math.isinf(bound)]
    value = max(bounds, default=0.0)
    return convert(value, stated.unit, unit, difference=True) if unit and stated.unit != unit else value


def same_head(one: Stated, other: Stated) -> bool:
    """Return whether both phrases name one thing outright, so that a differing number tells against it."""
    a, b = surface(one.property_text).lower().strip(), surface(other.property_text).lower().strip()
    if not a or not b or not related(one, other):
        return False
    if _foreign(a, b):
        return property_of(a) is not None
    return a[-2:] == b[-2:] or a in b or b in a or _named_last(a, b)


def _named_last(a: str, b: str) -> bool:
    rows = property_of(a), property_of(b)
    return all(
        row is not None and phrase.endswith(row.names) for row, phrase in zip(rows, (a, b), strict=True)
    )


def closeness(one: Stated, other: Stated) -> float:
    """Return how alike two statements name their property, 0..1; names in different scripts by their row."""
    a, b = surface(one.property_text).lower(), surface(other.property_text).lower()
    if not a or not b or _foreign(a, b):
        return 0.5 if related(one, other) else 0.0
    return _overlap(a, b)


def _foreign(a: str, b: str) -> bool:
    """Return whether the two phrases are in different scripts, so that words cannot tell."""
    if a.isascii() == b.isascii():
        return False
    latin = a if a.isascii() else b
    return re.search(r"[a-z]{4}", latin) is not None  # VOC and COD are written so in Chinese too


def _grams(phrase: str) -> set[str]:
    found = {_stem(word) for word in re.findall(r"[a-z0-9]{2,}", phrase)}
    for run in re.findall(r"[\u3400-\u9fff]+", phrase):
        found |= {run[i : i + 2] for i in range(len(run) - 1)} or {run}
    return found


def _stem(word: str) -> str:
    return re.sub(r"(?:ing|ed|es|s|e)$", "", word) if len(word) > 4 else word


def _overlap(a: str, b: str) -> float:
    one, other = _grams(a), _grams(b)
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
