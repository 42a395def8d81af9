"""Reading stated numbers: which property, which comparator, how much, in which unit."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from qixi.match.quantities.measure import Measure, Numbers
from qixi.match.quantities.numerals import without_long_runs
from qixi.match.quantities.phrase import property_after, property_before
from qixi.match.quantities.stated import Better, Change, Comparator, Stated, magnitudes
from qixi.match.quantities.surface import surface
from qixi.match.quantities.units import unit_at
from qixi.match.quantities.words import property_of, words

_NUMERAL = re.compile(
    r"[\d〇一二两三四五六七八九十百千万亿半]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b", re.I
)
_CLAUSE = re.compile(r"[。；;！？!?\n，,、]|\.(?=\s)")
_MARKS = re.compile(r"(?:NT\$|US\$|¥|RMB|CNY|人民币|\$|USD|NTD|TWD|€|EUR|[φΦØ]|HRC|HV|HBW?)\s*$")
_EACH = re.compile(r"每一?(?=\S{1,12}$)")
_HAN = re.compile(r"[\u4e00-\u9fff]{0,8}\s*")
_RELATIVE = {"percent", "fold", "percentage_point", "permille"}
_LEAVES = re.compile(
    r"\s*(?:逐步)?(?:提高|提升|增加|增长|延长|降低|减少|下降|缩短|缩|升|降|减|增|提|延|压)(?:到|至|为)"
    r"|\s*to\s+(?:below|under|less than|at most|above|over|more than|at least|about|around)\s+\d",
    re.IGNORECASE,
)
_FLOWS = {
    "metric_ton",
    "kilogram",
    "gram",
    "jin",
    "liter",
    "meter ** 3",
    "item",
    "milliliter",
    "meter",
    "piece",
}
_WINDOW = 26
# The limit for nickel is 0.1 mg/L.
_LIMIT = re.compile(
    r"(?<!detection )\blimits?(?: (?:for|on) [^,.;。，；\d]{1,30})? (?:is|are|=)\s*$", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def read_quantities(text: str) -> tuple[Stated, ...]:
    """Read every stated number of `text`, in order.

    Spans are code points of `text` as given. Dates, ordinals, numbers of patents, standards and
    telephones, enumerations and model names are left out (`data/quantities/exclusions.toml`); a
    number without a unit is read only where a comparator stands before it. A run of more than
    `numerals.LONGEST_RUN` digits is no number.
    """
    if _NUMERAL.search(text) is None:
        return ()
    seen = without_long_runs(surface(text))
    found: list[Stated] = []
    floor = 0
    for measure in Numbers(seen).measures():
        stated = _state(text, seen, measure, floor)
        if stated is not None:
            found.append(_inherited(stated, found))
            floor = stated.end
    return tuple(found)


def _state(text: str, seen: str, measure: Measure, floor: int) -> Stated | None:
    inner = _marks_start(seen, measure.start)
    before, start = _before(seen, inner, floor)
    start = _marks_start(seen, start)
    unit, lead = _rated(seen, start, measure.unit)
    if before is None and lead < start:  # 不低于每小时 1200 件
        before, start = _before(seen, lead, floor)
        lead = start
    after, end = _after(seen, measure.end)
    if not unit and (before not in _SIDES or measure.spelt or _runs_on(seen, measure.end)):
        return None
    comparator = _settle(measure, before, after)
    if comparator is Comparator.EQUAL and _LIMIT.search(seen, max(floor, start - 2 * _WINDOW), start):
        comparator = Comparator.AT_MOST
    low, high = magnitudes(comparator, float(measure.low), float(measure.high))
    change, better = _direction(seen, (floor, start, end), measure, before)
    place = measure.name or _property(seen, lead, end, floor)
    phrase = text[slice(*place)] if place else ""
    if better is Better.UNKNOWN and (row := property_of(surface(phrase))) is not None:
        better = row.better
    baseline = measure.baseline or _LEAVES.match(seen, end) is not None
    change = None if baseline else change
    return Stated(
        start, end, text[start:end], comparator, low, high, unit, phrase, place, change, better, baseline
    )


def _inherited(stated: Stated, found: list[Stated]) -> Stated:
    """Give the target of "from 20 to 30" the property that stands before its baseline."""
    if not found:
        return stated
    left = found[-1]
    asker = _ASKER.search(stated.property_text) and left.unit == stated.unit
    if not asker and (not left.baseline or stated.property_text):
        return stated
    better = left.better if stated.better is Better.UNKNOWN else stated.better
    return replace(stated, property_text=left.property_text, property_span=left.property_span, better=better)


# Who asks is not what is asked for.
_ASKER = re.compile(r"(?:客户|用户|业主|厂家)$")
_SIDES = {Comparator.AT_LEAST, Comparator.AT_MOST, Comparator.MORE, Comparator.LESS, Comparator.ABOUT}


def _runs_on(seen: str, end: int) -> bool:
    following = seen[end : end + 1]
    return following.isascii() and following.isalpha()


def _marks_start(seen: str, start: int) -> int:
    match = _MARKS.search(seen, max(0, start - 6), start)
    return match.start() if match else start


def _before(seen: str, start: int, floor: int) -> tuple[Comparator | None, int]:
    floor = max(floor, start - _WINDOW)
    best: tuple[Comparator | None, int] = (None, start)
    for comparator, pattern in words().before:
        match = pattern.search(seen, floor, start)
        if match is not None and match.start() < best[1]:
            best = comparator, match.start()
    return best


def _after(seen: str, end: int) -> tuple[Comparator | None, int]:
    best: tuple[Comparator | None, int] = (None, end)
    for comparator, pattern in words().after:
        match = pattern.match(seen, end)
        if match is not None and match.end() > best[1]:
            best = comparator, match.end()
    return best


def _settle(measure: Measure, before: Comparator | None, after: Comparator | None) -> Comparator:
    if measure.ranged:
        return Comparator.RANGE
    weak = {None, Comparator.ABOUT, Comparator.EQUAL}
    if before is not None and not (before in weak and after is not None):
        return before
    if after is not None:
        return after
    return Comparator.MORE if measure.over else Comparator.EQUAL


def _rated(seen: str, start: int, unit: str) -> tuple[str, int]:
    """Return (unit per time or per other unit, where the words that say so begin)."""
    floor = max(0, start - _WINDOW)
    each = _EACH.search(seen, floor, start)
    if each is not None and unit:
        per = unit_at(seen, each.end())
        if per is not None and _HAN.fullmatch(seen, per.end, start):
            return f"{unit} / {per.unit}", start if per.end < start else each.start()
    if unit in _FLOWS:
        for per_time, pattern in words().rate:
            match = pattern.search(seen, floor, start)
            if match is not None:
                return f"{unit} / {per_time}", start
    return unit, start


def _direction(
    seen: str, places: tuple[int, int, int], measure: Measure, before: Comparator | None
) -> tuple[Change | None, Better]:
    floor, start, end = places
    floor = _clause_start(seen, max(floor, start - 2 * _WINDOW), start)
    for better, pattern in words().level:
        if pattern.search(seen, floor, start):
            return None, better
    if measure.unit in _RELATIVE:
        for change, pattern in words().change_after:
            if pattern.match(seen, end):
                return change, Better.UNKNOWN
    for change, pattern in words().change:
        if pattern.search(seen, floor, start):
            return change, Better.MORE if change is Change.INCREASE else Better.LESS
    return _far_verb(seen, floor, start, measure, before)


def _far_verb(
    seen: str, floor: int, start: int, measure: Measure, before: Comparator | None
) -> tuple[Change | None, Better]:
    """Settle a verb before the property: 提高效率 20 %, cuts the cost by 30 %, from 20 to 30 days."""
    verbs = list(words().verb.finditer(seen, floor, start))
    if not verbs:
        return None, Better.UNKNOWN
    rising = any(p.search(seen, floor, verbs[-1].end()) for c, p in words().change if c is Change.INCREASE)
    way = (Change.INCREASE, Better.MORE) if rising else (Change.DECREASE, Better.LESS)
    if re.search(r"(?:\bto|[到至])\s*$", seen[floor:start]):
        return None, way[1]
    latin = seen[verbs[-1].start()].isascii()
    by = re.search(r"\bby\s*(?:about|at least|up to|over|more than)?\s*$", seen[floor:start])
    if (latin and not by) or (
        not latin and (before in _SIDES - {Comparator.ABOUT} or measure.unit not in _RELATIVE)
    ):
        return None, Better.UNKNOWN
    return way


def _clause_start(seen: str, floor: int, start: int) -> int:
    for mark in _CLAUSE.finditer(seen, floor, start):
        if mark.end() < start:
            floor = mark.end()
    return floor


def _property(seen: str, lead: int, end: int, floor: int) -> tuple[int, int] | None:
    place = property_before(seen, lead, floor)
    if place is not None:
        return place
    for _, pattern in words().change_after:
        match = pattern.match(seen, end)
        end = match.end() if match else end
    return property_after(seen, end)
