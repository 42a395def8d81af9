"""Finding the industry a person wrote: a code, a name, both, or everyday words for it."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from qixi.match.taxonomy.industry import Industry, industries, industry
from qixi.match.taxonomy.table import rows
from qixi.match.text import fold

_CODE = re.compile(r"(?<![a-z0-9.])([a-t]?)(\d{2,4})(?![\d.年月日万亿%])")
_SECTION = re.compile(r"[a-t](?![a-z0-9])")
_MARKS = " -:/、,.()"
_ENDING = re.compile(r"(制造业|制造|加工业|加工|生产|业)$")
_VAGUE = re.compile(r"^(其他|未列明)|其他$|专业及辅助性活动$")
_CELL = 30
_LIKE = 0.55


@lru_cache(maxsize=16384)
def industry_by_name(text: str) -> Industry | None:
    """Return the industry that `text` names best; None where nothing in it names one.

    Looked for in this order: a code that leads the text or stands with its own name or section
    letter ("C2710", "2710 化学药品原料药制造"); the longest industry name or everyday word in the
    text (data/industry_words.tsv, unconfirmed); in a short text, the name most like it.
    """
    folded = fold(text).strip()
    if not folded:
        return None
    return _by_code(folded) or _by_word(folded) or _alike(folded)


def _by_code(folded: str) -> Industry | None:
    section = industry(folded[0]) if _SECTION.match(folded) else None
    if section is not None and folded[1:].strip(_MARKS) in {"", fold(section.name.zh)}:
        return section
    for found in _CODE.finditer(folded):
        entry = industry(found.group())
        if entry is not None and (found[1] or _supported(entry, folded, found.group())):
            return entry
    return None


def _supported(entry: Industry, folded: str, code: str) -> bool:
    """Return whether a bare number is meant as a code: nothing else stands there, or its name does."""
    rest = folded.replace(code, "", 1).strip(_MARKS)
    return not rest or bool(_pairs(rest) & _pairs(fold(entry.name.zh)))


def _by_word(folded: str) -> Industry | None:
    """Return the industry of the longest known word in the text, the earliest on a tie."""
    best: tuple[int, int, str] | None = None
    words = _words()
    for start in range(len(folded)):
        for word, code in words.get(folded[start : start + 2], ()):
            longer = best is None or len(word) > -best[0]
            if longer and folded.startswith(word, start) and _whole(folded, start, word):
                best = (-len(word), start, code)
    if best is not None:
        return industries()[best[2]]
    single = words.get(folded, ()) if len(folded) == 1 else ()
    return industries()[single[0][1]] if single else None


def _whole(folded: str, start: int, word: str) -> bool:
    """Return whether a word in Latin letters is not part of a longer one."""
    if not word.isascii():
        return True
    around = folded[max(start - 1, 0) : start] + folded[start + len(word) : start + len(word) + 1]
    return not any(character.isascii() and character.isalnum() for character in around)


@cache
def _words() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return (word, code) by the word's first two characters, longest first."""
    found: dict[str, str] = {fold(word): code for word, code in rows("industry_words.tsv")}
    for entry in industries().values():
        name = fold(entry.name.zh)
        if _VAGUE.search(name):
            continue
        for word in (name, _ENDING.sub("", name), fold(entry.name.en)):
            if len(word) >= 3 and (word not in found or not _own_english(entry, word)):
                found.setdefault(word, entry.code)
    buckets: dict[str, list[tuple[str, str]]] = {}
    for word, code in sorted(found.items(), key=lambda item: (-len(item[0]), item)):
        buckets.setdefault(word[:2], []).append((word, code))
    return {start: tuple(words) for start, words in buckets.items()}


def _own_english(entry: Industry, word: str) -> bool:
    """Return whether `word` is an English name that the industry above has too."""
    return word.isascii() and entry.parent is not None and fold(industries()[entry.parent].name.en) == word


def _alike(folded: str) -> Industry | None:
    """Return the industry whose name shares most character pairs with a short text (Dice)."""
    if len(folded) > _CELL:
        return None
    pairs = _pairs(folded)
    scored = (
        (2 * len(pairs & own) / (len(pairs) + len(own)), -entry.level, entry.code, entry)
        for entry, own in _name_pairs()
        if pairs & own
    )
    best = max(scored, default=None, key=lambda score: score[:3])
    return best[3] if best is not None and best[0] >= _LIKE else None


@cache
def _name_pairs() -> tuple[tuple[Industry, frozenset[str]], ...]:
    return tuple((entry, _pairs(_ENDING.sub("", fold(entry.name.zh)))) for entry in industries().values())


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
