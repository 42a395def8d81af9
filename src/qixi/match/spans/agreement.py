"""Whether a number of a technology is about what one of a need is about, by name or by the words around."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from qixi.match.quantities import (
    Comparator,
    Stated,
    closeness,
    is_size,
    related,
    same_head,
    same_kind,
    telling,
)
from qixi.match.quantities.surface import lowered, surface
from qixi.match.quantities.words import property_of

# Without a common name two numbers are of one thing when their clauses share this part of the words
# of the need's clause: less where few things are measured in the unit, more where many are.
SHARED_TELLING, SHARED_EVERYDAY = 0.2, 0.3
_CUT = re.compile(r"[，,；;。！!？?：:\n]\s*(?!\d{3})|\.(?=\s|$)")
_AFTER = re.compile(r"\s*(?:左右|内)?(?:的)?(?:时(?!间)|下(?![降跌限])|后|以后|之后|(?:条件|工况|情况)下)")
_BEFORE = re.compile(
    r"(?:\bat|\bafter|\bunder|\bfor|\bon|\bfrom|\bbetween|在)\s*(?:an?|about|约)?\s*$", re.IGNORECASE
)
_WORDS = re.compile(r"[a-z]{3,}")
_ENDING = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|s|e)$")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_PLAIN = re.compile(
    r"不低于|不少于|不小于|不高于|不超过|不大于|以上|以下|以内|左右|要求|希望|达到|控制|能够|降低|提高|小于|大于|低于|高于|减少|增加|不得|最高|最多"
)
_STOP = {
    "the",
    "and",
    "with",
    "not",
    "above",
    "below",
    "than",
    "for",
    "from",
    "are",
    "less",
    "more",
    "least",
    "most",
    "per",
}
_LOOSE = {Comparator.EQUAL, Comparator.ABOUT, Comparator.RANGE}


@dataclass(frozen=True, slots=True)
class Number:
    """A stated number with the words of its clause.

    `condition` marks one that only says under what another holds (600 ℃ 下); `following` are the two
    characters after a count of pieces, which often name them;
    numbers of one `clause` stand between the same commas.
    """

    stated: Stated
    words: frozenset[str]
    condition: bool
    following: str = ""
    clause: int = 0


def numbers_of(value: str, stated: tuple[Stated, ...], start: int = 0) -> tuple[Number, ...]:
    """Return the numbers that stand in `value`, whose first character is at `start` of the value read."""
    if not stated:
        return ()
    seen = lowered(value)
    cuts = [0, *(mark.end() for mark in _CUT.finditer(seen)), len(seen)]
    bare = list(seen)
    for each in stated:
        bare[each.start - start : each.end - start] = " " * (each.end - each.start)
    words = "".join(bare)
    found = []
    clauses: dict[tuple[int, int], frozenset[str]] = {}
    for each in stated:
        first, last = each.start - start, each.end - start
        if each.property_span is not None and each.property_span[1] <= each.start:
            first = max(0, min(first, each.property_span[0] - start))
        low = cuts[bisect_right(cuts, first) - 1]
        high = cuts[min(bisect_left(cuts, last), len(cuts) - 1)]
        if (low, high) not in clauses:
            clauses[low, high] = words_of(words[low:high])
        loose = each.comparator in _LOOSE
        after, before = (
            _AFTER.match(seen, last),
            _BEFORE.search(seen, max(0, each.start - start - 12), each.start - start),
        )
        named = (
            each.property_text != "" and before is not None and before.group().startswith(("from", "between"))
        )
        condition = loose and (after is not None or (before is not None and not named))
        pieces = seen[last : last + 2] if each.unit == "item" else ""
        found.append(Number(each, clauses[low, high], condition, pieces, high))
    return tuple(found)


def held(numbers: tuple[Number, ...]) -> tuple[Number, ...]:
    """Leave out the numbers under which others are meant: beside a bound in one clause, and conditions."""
    bounded = {n.clause for n in numbers if n.stated.comparator not in _LOOSE}
    kept = tuple(
        n
        for n in numbers
        if n.stated.comparator not in _LOOSE or (n.clause not in bounded and not n.condition)
    )
    return kept or tuple(n for n in numbers if not n.condition)


def words_of(clause: str) -> frozenset[str]:
    """Return the pairs of Chinese characters and the English stems of a clause, figures left out."""
    found = {_ENDING.sub("", word)[:5] for word in _WORDS.findall(clause) if word not in _STOP}
    for run in _HAN.findall(_PLAIN.sub(" ", clause)):
        found |= {run[i : i + 2] for i in range(len(run) - 1)}
    return frozenset(found)


def agreement(required: Number, offered: Number) -> float:
    """Return 0..1: how sure it is that both numbers are of one thing; 0 where nothing says so."""
    one, other = required.stated, offered.stated
    if not same_kind(one, other):
        return 0.0
    share = shared(required, offered)
    if related(one, other):
        named = bool(one.property_text and other.property_text)
        return 0.5 + 0.5 * closeness(one, other) if named else 0.3 + 0.2 * share
    if _apart(one, other):
        return 0.0
    if telling(one.unit):
        return 0.4 * share + 0.1 if share >= SHARED_TELLING or _one_head(one, other) else 0.0
    if offered.following and offered.following == one.property_text[:2]:
        return 0.3
    kept = share >= SHARED_EVERYDAY and (not is_size(one.unit) or _tail(one) in offered.words)
    return 0.4 * share + 0.1 if kept else 0.0


def may_contradict(required: Number, offered: Number) -> bool:
    """Return whether a differing number tells against the technology: both name one thing outright."""
    if offered.condition or required.condition:
        return False
    return same_head(required.stated, offered.stated)


def may_meet(required: Number, offered: Number) -> bool:
    """Return whether the number may be taken for an answer: a nameless one needs words in common."""
    nameless = not required.stated.property_text or not offered.stated.property_text
    if not nameless:
        return True
    needed = SHARED_TELLING if telling(required.stated.unit) else SHARED_EVERYDAY
    return not offered.condition and shared(required, offered) >= needed


def shared(required: Number, offered: Number) -> float:
    """Return the part of the words of the need's clause that stand in the technology's."""
    if not required.words:
        return 0.0
    return len(required.words & offered.words) / len(required.words)


def _tail(stated: Stated) -> str:
    """Return what a phrase is about, its last two characters or the stem of its last word."""
    phrase = stated.property_text.strip().lower()
    words = _WORDS.findall(phrase)
    return _ENDING.sub("", words[-1])[:5] if phrase.isascii() and words else phrase[-2:]


def _apart(one: Stated, other: Stated) -> bool:
    """Return whether both phrases stand for different rows of the table of properties."""
    rows = property_of(surface(one.property_text)), property_of(surface(other.property_text))
    return (
        rows[0] is not None and rows[1] is not None and rows[0].key != rows[1].key and not telling(one.unit)
    )


def foreign(one: Stated, other: Stated) -> bool:
    """Return whether both phrases are in different scripts and no row of the table joins them."""
    a, b = one.property_text, other.property_text
    if not a or not b or a.isascii() == b.isascii():
        return False
    rows = property_of(surface(a)), property_of(surface(b))
    return rows[0] is None or rows[0] is not rows[1]


def _one_head(one: Stated, other: Stated) -> bool:
    a, b = one.property_text.strip(), other.property_text.strip()
    return bool(a and b) and not a.isascii() and a[-1] == b[-1]
