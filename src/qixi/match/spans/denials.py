"""Where a technology's text says that something is not so: 不宜用于…, 对…没有影响, cannot be used on …."""

from __future__ import annotations

import re
from collections.abc import Iterator

Place = tuple[int, int]

# What follows these within reach is denied. 不锈, 无人机 and their like deny no more than the next word.
_DENIAL = re.compile(
    r"不(?:能|可(?!逆|或缺|避|燃|降)|含|改变|包括|带|使用|采用|做|是)"
    r"|无(?:法|明显|显著)|没有|未(?!来|知)"
    r"|\bcannot\b|\bcan not\b|\bnot\b(?! only| less| more| exceed| below| above| lower| higher)|\bwithout\b"
)
# These deny what stands before them in the clause too.
_BACKWARD = re.compile(
    r"(?:没有|无|不起)(?:明显|显著)?(?:影响|作用|效果|帮助|改善|变化)|has no (?:\w+ )?effect"
)
# The pair of characters or the word right behind is denied: 无灌浆, 免热处理, non-toxic, no sludge.
_NEXT = re.compile(r"[不无未非免]|\bnon-?(?=[a-z])|\bno (?!\w+er\b|more\b|less\b)")
# What a technology is not made for, or does not yet do, answers nobody: not even a wish to be without it.
_UNFIT = re.compile(
    r"不(?:适[用合宜于]|宜|支持|识别|具备|涉及|提供)|并非|尚[不未]"
    r"|\b(?:cannot|can not|not) be used|\bnot (?:suit|support|intended)|\bunsuitable"
)
# One of these stands in whatever the patterns above find.
_ANY = re.compile(r"[不无没未非免]|\b(?:cannot|not\b|without|non|no |unsuitable)")
_HAN_REACH, _LATIN_REACH = 12, 48


def may_deny(folded: str) -> bool:
    """Say whether a text denies anything at all; a quick look, for most do not."""
    return _ANY.search(folded) is not None


def denied(folded: str, start: int, end: int) -> tuple[Place, ...]:
    """Return the stretches of clause [start, end) that it denies."""
    found = [*_reached(_DENIAL, folded, start, end)]
    found += [(start, mark.start()) for mark in _BACKWARD.finditer(folded, start, end)]
    found += [(mark.end(), mark.end() + 1) for mark in _NEXT.finditer(folded, start, end)]
    return tuple(found)


def unfit(folded: str, start: int, end: int) -> tuple[Place, ...]:
    """Return the stretches of clause [start, end) that name what the technology is not fit for."""
    return tuple(_reached(_UNFIT, folded, start, end))


def _reached(pattern: re.Pattern[str], folded: str, start: int, end: int) -> Iterator[Place]:
    for mark in pattern.finditer(folded, start, end):
        reach = _LATIN_REACH if mark.group().isascii() else _HAN_REACH
        # From its first character on: of 无明显下降 the pair 明显 is denied as well.
        yield mark.start(), min(end, mark.end() + reach)
