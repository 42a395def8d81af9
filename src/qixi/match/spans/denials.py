"""Where a technology's text says that something is not so: 不宜用于…, 对…没有影响, cannot be used on …."""

from __future__ import annotations

import re

Place = tuple[int, int]

# What follows these within reach is denied. 不锈, 无人机 and their like deny nothing.
_DENIAL = re.compile(
    r"不(?:适[用合宜于]|宜|能|可(?!逆|或缺|避|燃|降)|含|支持|识别|具备|涉及|改变|包括|提供|带|使用|采用|做|是)"
    r"|无(?:法|明显|显著)|没有|未(?!来|知)|并非|尚不"
    r"|\bcannot\b|\bcan not\b|\bnot\b(?! only| less| more| exceed| below| above| lower| higher)|\bwithout\b"
)
_HAN_REACH, _LATIN_REACH = 12, 48
# These deny what stands before them in the clause too.
_BACKWARD = re.compile(r"没有(?:明显|显著)?影响|无(?:明显|显著)?(?:影响|改善|变化)|has no (?:\w+ )?effect")


def denied(folded: str, start: int, end: int) -> tuple[Place, ...]:
    """Return the stretches of clause [start, end) that it denies."""
    found = []
    for mark in _DENIAL.finditer(folded, start, end):
        reach = _LATIN_REACH if mark.group().isascii() else _HAN_REACH
        found.append((mark.end(), min(end, mark.end() + reach)))
    found += [(start, mark.start()) for mark in _BACKWARD.finditer(folded, start, end)]
    return tuple(found)
