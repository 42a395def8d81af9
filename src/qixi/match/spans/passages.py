"""A technology's text made ready for finding spans: clauses with their terms, concepts and numbers."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from qixi.core import Asset
from qixi.match.lexicon import Lexicon
from qixi.match.quantities import Better, Stated, read_quantities
from qixi.match.quantities.words import property_of
from qixi.match.query import function_stems
from qixi.match.spans.agreement import Number, numbers_of
from qixi.match.spans.denials import denied, unfit
from qixi.match.text import Folded
from qixi.match.tokens import is_chinese, runs, stem

Place = tuple[int, int]

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
    terms: dict[str, Place]
    concepts: dict[int, Place]
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
    """A technology with its passages, in reading order, and the clauses that hold its terms and concepts.

    Clauses are numbered over all passages. They stand in tuples, which the collector of garbage lets go:
    many technologies are kept, and it would look through a list for each of their terms.
    """

    asset: Asset
    passages: tuple[Passage, ...]
    terms: dict[str, tuple[int, ...]] = field(repr=False)
    concepts: dict[int, tuple[int, ...]] = field(repr=False)


def prepare(asset: Asset, lexicon: Lexicon | None) -> Prepared:
    """Cut and tokenize every text value of `asset` once."""
    passages = tuple(_passage(*text, lexicon) for text in asset.texts())
    terms: dict[str, tuple[int, ...]] = {}
    concepts: dict[int, tuple[int, ...]] = {}
    clauses = (clause for passage in passages for clause in passage.clauses)
    for number, clause in enumerate(clauses):
        for term in clause.terms:
            terms[term] = (*terms.get(term, ()), number)
        for concept in clause.concepts:
            concepts[concept] = (*concepts.get(concept, ()), number)
    return Prepared(asset, passages, terms, concepts)


def _passage(name: str, item: int, value: str, lexicon: Lexicon | None) -> Passage:
    folded = Folded.of(value)
    bounds = _bounds(folded.text)
    ends = [end for _, end, _ in bounds]
    terms: list[dict[str, Place]] = [{} for _ in bounds]
    concepts: list[dict[int, Place]] = [{} for _ in bounds]
    at = 0
    for term, start, end in plain_units(folded.text):
        while start >= ends[at]:
            at += 1
        terms[at].setdefault(term, (start, end))
    at = 0
    for mention in lexicon.find(folded.text) if lexicon else ():
        while mention.start >= ends[at]:
            at += 1
        for number in mention.concepts:
            concepts[at].setdefault(number, (mention.start, mention.end))
    stated = tuple(q for q in read_quantities(value) if not q.baseline)
    neutral = _neutral(stated) if len(folded.text) == len(value) else ()
    clauses = tuple(
        Clause(
            *bound,
            t,
            c,
            denied(folded.text, *bound[:2]),
            unfit(folded.text, *bound[:2]),
            _within(neutral, bound),
        )
        for bound, t, c in zip(bounds, terms, concepts, strict=True)
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


def _within(places: tuple[Place, ...], bound: tuple[int, int, int]) -> tuple[Place, ...]:
    """Return those of `places`, which come in order, that reach into a clause."""
    if not places:
        return places
    first = bisect_right(places, bound[0], key=lambda place: place[1])
    last = bisect_left(places, bound[1], key=lambda place: place[0])
    return places[first:last]


def _bounds(text: str) -> list[tuple[int, int, int]]:
    found, start, sentence = [], 0, 0
    for mark in _CUT.finditer(text):
        found.append((start, mark.end(), sentence))
        start = mark.end()
        sentence += mark["stop"] is not None
    if start < len(text):
        found.append((start, len(text), sentence))
    return found
