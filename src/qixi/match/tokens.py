"""Units of text that are counted: characters and their pairs in Chinese, stems and their pairs elsewhere.

Single characters and pairs beat dictionary words here because a segmenter cuts the same compound
differently in a long demand and in a short title.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cache
from threading import local
from typing import NamedTuple

import Stemmer

_RUN = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]+|[a-zà-öø-ÿα-ω][a-zà-öø-ÿα-ω0-9]*(?:'[a-z0-9]+)*"
    r"|(?<![0-9])[0-9]++[a-z]+[0-9a-z]*"  # a long row of digits is looked at once, not from each of them
)
_thread = local()


class Unit(NamedTuple):
    """One counted unit and the folded characters [start, end) it stands on."""

    text: str
    start: int
    end: int


def is_chinese(character: str) -> bool:
    """Say whether `character` is a Han character."""
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"


def is_pair(unit: str) -> bool:
    """Say whether `unit` is a pair of neighbours rather than a single character or stem."""
    return " " in unit or (len(unit) == 2 and is_chinese(unit[0]))


def stem(word: str) -> str:
    """Return the English Snowball stem of a folded word."""
    stemmer = getattr(_thread, "stemmer", None)
    if stemmer is None:  # a Stemmer object is not safe to share between threads
        stemmer = _thread.stemmer = cache(Stemmer.Stemmer("english").stemWord)
    return str(stemmer(word))


def runs(folded: str) -> Iterator[tuple[str, int]]:
    """Yield runs of Chinese characters and words of other scripts with their places, in reading order."""
    return ((run.group(), run.start()) for run in _RUN.finditer(folded))


def units(folded: str) -> Iterator[Unit]:
    """Yield the units of folded text in reading order; bare numbers are left to the constraint reader."""
    return itertools.starmap(Unit, unit_places(folded))


def unit_places(folded: str) -> Iterator[tuple[str, int, int]]:
    """Yield what `units` yields as plain tuples, which are quicker to make."""
    last: tuple[str, int, int] | None = None
    for run in _RUN.finditer(folded):
        text, start = run.group(), run.start()
        if is_chinese(text[0]):
            last = None
            for i, character in enumerate(text):
                yield character, start + i, start + i + 1
                if i + 1 < len(text):
                    yield text[i : i + 2], start + i, start + i + 2
            continue
        word = stem(text)
        yield word, start, run.end()
        # A pair needs neighbours: punctuation between two words ends the phrase, but a hyphen joins
        # them, so that wear-resistant is wear resistant.
        if last is not None and folded[last[2] : start].strip() in {"", "-"}:
            yield f"{last[0]} {word}", last[1], run.end()
        last = (word, start, run.end())
