"""A technology's text made ready for finding spans: clauses with their terms, concepts and numbers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from qixi.core import Asset
from qixi.match.lexicon import Lexicon
from qixi.match.quantities import Better, Stated, read_quantities
from qixi.match.quantities.words import property_of
from qixi.match.query import function_stems
from qixi.match.spans.agreement import Number, numbers_of
from qixi.match.spans.denials import denied, may_deny, unfit
from qixi.match.text import Folded
from qixi.match.tokens import is_chinese, runs, stem

Place = tuple[int, int]
Bound = tuple[int, int, int]
"""Where a clause starts and ends, and the number of its sentence."""
Stands = tuple[int, ...]
"""Where something stands: in turn the number of a clause that has it, and start and end in it at first."""

Name = TypeVar("Name")

# A clause ends at a comma or stop; a stop ends the sentence, across which no window reaches.
_CUT = re.compile(r"[,，、:：]\s*(?!\d)|(?P<stop>[。;；!！?？\n]|\.(?=\s|$))")


def plain_units(folded: str) -> Iterator[tuple[str, int, int]]:
    """Yield pairs of Chinese characters (single ones where no neighbour stands) and English stems.

    They are units of `units`, with their places. English function words are left out: sharing "and"
    is no reason.
    """
    for text, start in runs(folded):
        if not is_chinese(text[0]):
            word = stem(text)
            if word not in function_stems():
                yield word, start, start + len(text)
        elif len(text) == 1:
            yield text, start, start + 1
        else:
            for i in range(len(text) - 1):
                yield text[i : i + 2], start + i, start + i + 2


class Clause(NamedTuple):
    """Folded characters [start, end) of a passage; clauses of one sentence share `sentence`.

    `denied` are the places of which the clause says that they are not so, `unfit` those that name what
    the technology is not fit for, `neutral` the names of values that are neither good nor bad.
    """

    start: int
    end: int
    sentence: int
    denied: tuple[Place, ...] = ()
    unfit: tuple[Place, ...] = ()
    neutral: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """One text value of a technology."""

    field: str
    item: int
    value: str
    folded: Folded
    clauses: tuple[Clause, ...]
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A technology with its passages, in reading order, and where its terms and concepts stand.

    Clauses are numbered over all passages. Places stand in tuples, which the collector of garbage lets
    go: many technologies are kept, and it would look through a list for each of their terms.
    """

    asset: Asset
    passages: tuple[Passage, ...]
    terms: dict[str, Stands] = field(repr=False)
    concepts: dict[int, Stands] = field(repr=False)


def prepare(asset: Asset, lexicon: Lexicon | None) -> Prepared:
    """Cut and tokenize every text value of `asset` once."""
    terms: dict[str, Stands] = {}
    concepts: dict[int, Stands] = {}
    passages: list[Passage] = []
    first = 0
    for name, item, value in asset.texts():
        folded = Folded.of(value)
        bounds = _bounds(folded.text)
        ends = [end for _, end, _ in bounds]
        _note(terms, plain_units(folded.text), ends, first)
        mentions = lexicon.find(folded.text) if lexicon else ()
        _note(concepts, ((n, start, end) for start, end, numbers in mentions for n in numbers), ends, first)
        passages.append(_passage(name, item, value, folded, bounds))
        first += len(bounds)
    return Prepared(asset, tuple(passages), terms, concepts)


def _note(
    stands: dict[Name, Stands], found: Iterable[tuple[Name, int, int]], ends: Sequence[int], first: int
) -> None:
    """Note where names stand, in reading order; clauses end at `ends`, the first of them is `first`."""
    at = 0
    for name, start, end in found:
        while start >= ends[at]:
            at += 1
        before = stands.get(name, ())
        if not before or before[-3] != first + at:
            stands[name] = (*before, first + at, start, end)


def _passage(name: str, item: int, value: str, folded: Folded, bounds: Sequence[Bound]) -> Passage:
    stated = tuple(q for q in read_quantities(value) if not q.baseline)
    neutral = _neutral(stated) if len(folded.text) == len(value) else ()
    says_no = may_deny(folded.text)
    clauses = tuple(
        Clause(
            *bound,
            denied(folded.text, *bound[:2]) if says_no else (),
            unfit(folded.text, *bound[:2]) if says_no else (),
            _within(neutral, bound),
        )
        for bound in bounds
    )
    return Passage(name, item, value, folded, clauses, numbers_of(value, stated))


def _neutral(stated: tuple[Stated, ...]) -> tuple[Place, ...]:
    """Return the names of values that are neither good nor bad: "a density of 3 g/L" promises nothing."""
    places = sorted(
        q.property_span
        for q in stated
        if q.property_span is not None
        and q.better is Better.UNKNOWN
        and not q.property_text.isascii()
        and property_of(q.property_text) is not None
    )
    # A number may take its name from an earlier one: joined, the places come in order.
    joined: list[Place] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _within(places: tuple[Place, ...], bound: Bound) -> tuple[Place, ...]:
    """Return those of `places`, which come in order, that reach into a clause."""
    if not places:
        return places
    first = bisect_right(places, bound[0], key=lambda place: place[1])
    last = bisect_left(places, bound[1], key=lambda place: place[0])
    return places[first:last]


def _bounds(text: str) -> list[Bound]:
    found, start, sentence = [], 0, 0
    for mark in _CUT.finditer(text):
        found.append((start, mark.end(), sentence))
        start = mark.end()
        sentence += mark["stop"] is not None
    if start < len(text):
        found.append((start, len(text), sentence))
    return found
