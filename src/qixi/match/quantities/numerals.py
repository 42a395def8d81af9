"""Numbers as people write them: digits, powers of ten, Chinese and English numerals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_ENGLISH_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SMALL = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH = {w: i + 1 for i, w in enumerate(_SMALL)} | {w: 20 + 10 * i for i, w in enumerate(_TENS)}
_ENGLISH |= {"fifteen": 15, "eighteen": 18, "hundred": 100}
# A longer run of digits is a serial number or noise, and no stated quantity.
LONGEST_RUN = 40
_RUN = re.compile(
    "|".join(
        f"{kind}{{{LONGEST_RUN + 1},}}"
        for kind in (r"[\d.,]", "[⁰¹²³⁴⁵⁶⁷⁸⁹]", "[零〇一二两三四五六七八九十百千万亿]")
    )
)
_TOO_LONG = re.compile(rf"[^.,]{{{LONGEST_RUN + 1}}}")
# Stands for each character of such a run; it is neither digit, letter, blank nor punctuation.
_NOTHING = "\ufffc"
# Powers beyond this name no magnitude that anyone states, and leave the range of a float.
_LARGEST_POWER = 300
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

# 千 belongs to the unit in 千瓦, 千克 …; 百 does in 百帕.
_SCALE = r"(?:万亿|(?:[十百千]?[万亿])|[十百](?![帕])|千(?![瓦克米帕伏卡赫焦牛安]))(?![向能])"
_TOKEN = re.compile(
    # Any number begins with one of these; most places are passed with this one look.
    r"(?=[\d百千万零〇一二两三四五六七八九十亿半]|\b[efhnost])(?:"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])|\d+(?:\.\d+)?)"
    r"(?:\s*[×xX*]\s*10(?:\^\s*\(?(?P<power>-?\d+)\)?|(?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))"
    r"|(?P<bare>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|\^(?P<caret>-?\d+))?"
    rf"(?P<some>[余多来])?(?P<scale>\s?{_SCALE})?(?P<some2>[余多])?"
    r"(?P<english>\s?(?:thousand|million|billion|trillion)\b)?"
    r"|(?P<share>[百千万])分之(?P<of>\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百点]+)"
    r"|(?P<tenths>[一二两三四五六七八九])成(?![为立本功果分品员就熟像型都份长套])"
    r"|(?P<parts>[二两三四五六七八九十])分之(?P<part>[一二两三四五六七八九])"
    r"|(?P<chinese>[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?|半)(?P<some3>余|多)?"
    rf"|\b(?P<word>{'|'.join(_ENGLISH)})\b(?P<hundred>\s(?:hundred|thousand|million)\b)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number at [start, end): `value` with its `scale` (万, million) already multiplied in.

    `spelt` is True for numerals in words, which are read only before a unit of measure;
    `share` for 百分之…, whose value is in per cent; `over` for 余 and 多, a little more than.
    """

    start: int
    end: int
    value: Decimal
    scale: Decimal = Decimal(1)
    spelt: bool = False
    share: bool = False
    over: bool = False


def without_long_runs(text: str) -> str:
    """Return `text`, of the same length, without the digit runs that are too long for a number.

    Patterns that may begin at any digit would otherwise read such a run once from each of its places.
    """
    return _RUN.sub(lambda run: _NOTHING * len(run[0]) if _TOO_LONG.search(run[0]) else run[0], text)


def numbers(text: str) -> Iterator[Number]:
    """Yield every number of `text` (as `surface` gives it), in order."""
    for match in _TOKEN.finditer(text):
        number = _number(match, text)
        if number is not None:
            yield number


def _number(match: re.Match[str], text: str) -> Number | None:
    start, end = match.span()
    if match["digits"]:
        return _arabic(match)
    if match["share"]:
        per = Decimal(_SCALES[match["share"]])
        return Number(start, end, 100 * _plain(match["of"]) / per, spelt=False, share=True)
    if match["tenths"]:
        return Number(start, end, 10 * chinese_value(match["tenths"]), share=True)
    if match["parts"]:
        value = 100 * chinese_value(match["part"]) / chinese_value(match["parts"])
        return Number(start, end, value.quantize(Decimal("0.01")), share=True)
    if match["word"]:
        scale = Decimal(_ENGLISH_SCALES[match["hundred"].strip().lower()] if match["hundred"] else 1)
        return Number(start, end, _ENGLISH[match["word"].lower()] * scale, scale, spelt=True)
    word = match["chinese"]
    if word[-1] in "百千" and text[end : end + 1] in set("瓦克米帕伏卡赫焦牛安") and len(word) > 1:
        word, end = word[:-1], end - 1
    return Number(start, end, chinese_value(word), spelt=True, over=bool(match["some3"]))


def _arabic(match: re.Match[str]) -> Number | None:
    """Return the number, or None where it is too large or too small for a float, or undefined (0⁰)."""
    value = Decimal(match["digits"].replace(",", ""))
    ten = match["power"] or (match["raised"] or "").translate(_RAISED)
    alone = match["caret"] or (match["bare"] or "").translate(_RAISED)
    power = int(ten or alone or 1)
    if (abs(value.adjusted()) + 1) * abs(power) > _LARGEST_POWER or (alone and power <= 0 and not value):
        return None
    if ten:
        value *= Decimal(10) ** power
    elif alone:
        value = value**power
    scale = Decimal(1)
    for character in (match["scale"] or "").strip():
        scale *= _SCALES[character]
    if match["english"]:
        scale *= _ENGLISH_SCALES[match["english"].strip().lower()]
    return Number(*match.span(), value * scale, scale, over=bool(match["some"] or match["some2"]))


def _plain(word: str) -> Decimal:
    return Decimal(word) if word[0].isdigit() and word[0].isascii() else chinese_value(word)


def chinese_value(word: str) -> Decimal:
    """Return the value of a Chinese numeral such as 十五, 两万三千, 一点五 or 半."""
    if word == "半":
        return Decimal("0.5")
    whole, _, fraction = word.partition("点")
    total = section = digit = 0
    for character in whole:
        if character in _DIGITS:
            digit = digit * 10 + _DIGITS[character] if digit else _DIGITS[character]
            continue
        scale = _SCALES[character]
        if scale < 10**4:
            section += (digit or 1) * scale
        else:
            total = (total + section + digit or 1) * scale
            section = 0
        digit = 0
    value = Decimal(total + section + digit)
    if fraction:
        value += Decimal("0." + "".join(str(_DIGITS[c]) for c in fraction))
    return value
