"""A magnitude with its unit: one number, a range, a tolerance, a two-sided bound."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from qixi.match.quantities.numerals import Number, numbers
from qixi.match.quantities.units import Written, convert, dimension, unit_at
from qixi.match.quantities.words import exclusions, words

_TO = re.compile(
    r"\s*(?:(?P<word>[至到]|\bto\b)\s*|(?P<sign>~|-{1,3}|–|—+)\s?|(?P<and>和|与|\band\b)\s*)[φΦØ约]?\s*"
)
_BETWEEN = re.compile(r"(?:\bbetween|介于|在|处于)\s*[φΦØ]?$", re.IGNORECASE)
_FROM = re.compile(r"(?:\bfrom|从|由)\s*[φΦØ]?-?$", re.IGNORECASE)
_TWO_SIDED = re.compile(r"\s*[<≤]\s*(?P<name>[A-Za-z\u4e00-\u9fff]{1,12})\s*[<≤]\s*")
_PLUS_MINUS = re.compile(r"\s*(?:±|\+/-)\s*")
# Blanks that may stand between ± and its number, with the sign.
_BLANKS = 16
_PREFIXED = re.compile(r"(?P<scale>HRC|HV|HBW?|[pP][hH])(?:值)?\s*(?:[≥≤<>=:为在约]\s*)*$")
_SCALES = {"HRC": "rockwell_c", "HV": "vickers", "HB": "brinell", "HBW": "brinell", "PH": "ph_value"}
# 一安心, 四方: after a numeral in words these single characters belong to another word.
_NEVER_SPELT = {"ampere", "volt", "newton", "joule", "ohm", "pascal", "angstrom", "bar", "hertz", "candela"}
_CURRENCY = re.compile(r"(?P<sign>NT\$|US\$|¥|RMB|CNY|人民币|\$|USD|NTD|TWD|€|EUR)\s*$")
_CURRENCIES = {
    "NT$": "taiwan_dollar",
    "NTD": "taiwan_dollar",
    "TWD": "taiwan_dollar",
    "€": "euro",
    "EUR": "euro",
}
_CURRENCIES |= {"¥": "yuan", "RMB": "yuan", "CNY": "yuan", "人民币": "yuan"}
# Marks without which no unit stands before a number, or between two.
_UNIT_BEFORE = re.compile(r"[<≤]|HRC|HV|HB|[pP][hH]|[$¥€]|RMB|CNY|USD|NTD|TWD|EUR|人民币")
_LETTER_BEFORE = re.compile(r"(?:HRC|HV|HBW?|[pP][hH]|RMB|CNY|USD|NTD|TWD|EUR)$")


@dataclass(frozen=True, slots=True)
class Measure:
    """[start, end) covers sign, numbers and unit; `low` = `high` for a single number."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    unit: str = ""
    ranged: bool = False
    over: bool = False
    spelt: bool = False
    scaled: bool = False
    baseline: bool = False
    name: tuple[int, int] | None = None


class Numbers:
    """The numbers of one surface text that may be quantities."""

    def __init__(self, text: str) -> None:
        self.text = text
        found = [number for number in numbers(text) if _may_be(text, number)]
        # Most numbers in words count nothing (一种, 二极管); where all are such, nothing need be excluded.
        if _UNIT_BEFORE.search(text) is None and all(_counts_nothing(text, number) for number in found):
            found = []
        barred = bytearray(len(text) + 1)
        for match in exclusions().finditer(text) if found else ():
            barred[match.start() : match.end()] = b"\1" * (match.end() - match.start())
        self._at = {n.start: n for n in found if not any(barred[n.start : n.end])}

    def measures(self) -> list[Measure]:
        """Return every measure in order; they do not overlap."""
        found: list[Measure] = []
        for start, number in self._at.items():
            if not found or start >= found[-1].end:
                measure = self._measure(number)
                if measure.end > number.start:
                    found.append(measure)
        return found

    def _measure(self, first: Number) -> Measure:
        text = self.text
        unit = _unit_of(text, first)
        end = first.end if unit is None else unit.end
        start, low = _signed(text, first)
        low += _half(text, end, unit)
        single = Measure(
            start,
            end + (_half(text, end, unit) > 0),
            low,
            low,
            unit.unit if unit else "",
            over=first.over,
            spelt=first.spelt,
            scaled=first.scale > 1,
        )
        before = text[max(0, start - _BLANKS) : start].rstrip()
        for sign in ("±", "+/-"):
            if before.endswith(sign):
                return replace(single, start=text.rindex(sign, 0, start), low=-low, ranged=True)
        for attempt in (self._range, self._tolerance, self._two_sided):
            whole = attempt(single, first, unit)
            if whole is not None:
                return whole
        return replace(single, unit=single.unit or _unit_before(text, start, single))

    def _range(self, single: Measure, first: Number, unit: Written | None) -> Measure | None:
        text = self.text
        to = _TO.match(text, single.end)
        second = None if to is None else self._second(to.end())
        if (
            to is None
            or second is None
            or (to["and"] and not _BETWEEN.search(text, max(0, single.start - 12), single.start))
        ):
            return None
        clause = text[max(0, single.start - 24) : single.start]
        if to["word"] and _FROM.search(clause) and words().verb.search(clause):
            return replace(single, baseline=True, unit=single.unit or _unit_after(text, second))
        return _joined(text, single, first, unit, second)

    def _second(self, place: int) -> Number | None:
        if self.text[place : place + 1] == "-":
            number = self._at.get(place + 1)
            return None if number is None else replace(number, start=place, value=-number.value)
        return self._at.get(place)

    def _tolerance(self, single: Measure, first: Number, unit: Written | None) -> Measure | None:
        sign = _PLUS_MINUS.match(self.text, single.end)
        number = None if sign is None else self._at.get(sign.end())
        if number is None:
            return None
        after = _unit_of(self.text, number)
        end, name = (number.end, single.unit) if after is None else (after.end, after.unit)
        slack = number.value
        if name == "percent" and single.unit not in {"", "percent"}:
            slack, name = single.low * number.value / 100, single.unit
        return replace(
            single,
            end=end,
            low=single.low - slack,
            high=single.high + slack,
            unit=name or single.unit,
            ranged=True,
        )

    def _two_sided(self, single: Measure, first: Number, unit: Written | None) -> Measure | None:
        match = _TWO_SIDED.match(self.text, single.end)
        second = None if match is None else self._at.get(match.end())
        if match is None or second is None or second.value <= single.low:
            return None
        after = _unit_of(self.text, second)
        name = after.unit if after else single.unit or _SCALES.get(match["name"].upper(), "")
        end = after.end if after else second.end
        return replace(single, end=end, high=second.value, unit=name, ranged=True, name=match.span("name"))


def _counts_nothing(text: str, number: Number) -> bool:
    """Return whether a numeral in words, as no `_UNIT_BEFORE` stands in the text, is without any unit."""
    return number.spelt and number.scale == 1 and _unit_of(text, number) is None


def _may_be(text: str, number: Number) -> bool:
    before, after = text[max(0, number.start - 4) : number.start], text[number.end : number.end + 2]
    if number.spelt:
        return not before.endswith(("第", "数", "几", "十", "之", "下", "上", "前", "同", "某"))
    if before[-1:].isascii() and before[-1:].isalpha() and not _LETTER_BEFORE.search(before):
        return False
    if before[-1:] in {"/", "_", "#"} or (
        before[-1:] == "-" and before[-2:-1].isascii() and before[-2:-1].isalpha()
    ):
        return False
    if before[-1:] in {"×", "*"} or (before[-1:] in {"x", "."} and before[-2:-1].isdigit()):
        return False
    return not (after[:1] in {"/", "×", "*", "#"} and after[1:].isdigit())


def _signed(text: str, number: Number) -> tuple[int, Decimal]:
    start = number.start
    if start and text[start - 1] == "-" and not text.endswith("+/-", 0, start):
        before = text[start - 2 : start - 1]
        if not before or (not (before.isascii() and before.isalnum()) and before not in {")", "%", "℃", "°"}):
            return start - 1, -number.value
    return start, number.value


def _unit_of(text: str, number: Number) -> Written | None:
    if number.share:
        return Written(number.end, "percent")
    unit = unit_at(text, number.end)
    if unit is None or (number.spelt and (unit.unit in _NEVER_SPELT or (unit.count and number.value <= 10))):
        return None
    return replace(unit, unit=_degree(text, number, unit.unit)) if unit.unit == "plane_degree" else unit


def _degree(text: str, number: Number, unit: str) -> str:
    if text[number.end : number.end + 1] != "度":
        return unit
    near = text[max(0, number.start - 8) : number.start]
    cues = [(m.start(), "kilowatt_hour") for m in words().energy.finditer(near)]
    cues += [(m.start(), "degree_Celsius") for m in words().temperature.finditer(near)]
    blank = max(near.rfind(mark) for mark in " ，。；")
    return max((cue for cue in cues if cue[0] > blank), default=(0, unit))[1]


def _unit_after(text: str, number: Number) -> str:
    unit = _unit_of(text, number)
    return "" if unit is None else unit.unit


def _half(text: str, end: int, unit: Written | None) -> Decimal:
    timed = unit is not None and unit.unit in {"year", "hour", "day", "month"}
    return Decimal("0.5") if timed and text[end : end + 1] == "半" else Decimal(0)


def _unit_before(text: str, start: int, single: Measure) -> str:
    """Return the unit that stands before the number: a hardness scale, a currency, or money meant."""
    before = text[max(0, start - 16) : start]
    scale = _PREFIXED.search(before)
    if scale is not None:
        return _SCALES[scale["scale"].upper()]
    currency = _CURRENCY.search(before)
    if currency is not None:
        return _CURRENCIES.get(currency["sign"], "us_dollar")
    return "yuan" if single.scaled and words().money.search(before) else ""


def _joined(
    text: str, single: Measure, first: Number, unit: Written | None, second: Number
) -> Measure | None:
    after = _unit_of(text, second)
    name = after.unit if after else single.unit
    low, high = single.low, second.value
    if first.scale == 1 and second.scale > 1 and unit is None and low < high / second.scale:
        low *= second.scale
    if after and unit and after.unit != unit.unit:
        if dimension(after.unit) != dimension(unit.unit):
            return None
        low = Decimal(repr(convert(float(low), unit.unit, after.unit)))
    end = after.end if after else second.end
    whole = replace(
        single,
        end=end,
        low=low,
        high=high,
        unit=name,
        ranged=True,
        scaled=second.scale > 1,
        spelt=first.spelt and second.spelt,
    )
    if low > high:
        return None
    return replace(whole, unit=name or _unit_before(text, single.start, whole))
