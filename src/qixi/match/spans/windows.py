"""The stretch of a technology's text whose terms cover a requirement best, trimmed to whole clauses."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, Self

from qixi.match.lexicon import Lexicon
from qixi.match.quantities import read_quantities
from qixi.match.query import weigh_characters
from qixi.match.spans.passages import Passage, Place, Prepared, plain_units
from qixi.match.text import Folded
from qixi.match.tokens import is_chinese

# What a term counts that is met by another word for the same concept, beside the word itself.
CONCEPT_STRENGTH = 0.85
# What each further clause must add to a window's coverage to be worth quoting.
CLAUSE_COST = 0.06
# Windows are at most so many clauses of one sentence; a longer quotation than so many code points
# is cut down to where its terms stand.
CLAUSES = 3
LONGEST, LONGEST_LATIN = 90, 260
# Fewer Chinese characters in common are chance (密度 of a culture and of a pulp) in a longer requirement.
FEWEST = 3
# A requirement whose characters weigh less than this on average says nothing of its own.
GENERIC = 0.4


Met = int
"""The terms that are met as bits: that of term t by the word itself, t + the number of terms by another."""
Gains = dict[int, float]
"""What is gained where a term is met, by the places of its atoms."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the requirement at [start, end) of its folded text, its weight, the places of its atoms."""

    text: str
    start: int
    end: int
    weight: float
    concepts: tuple[int, ...]
    places: range


class Hit(NamedTuple):
    """A term met in a passage: places in the requirement and in the passage, both folded."""

    need: Place
    asset: Place
    strength: float
    places: range


def terms_of(folded: Folded, idf: Callable[[str], float], lexicon: Lexicon | None) -> list[Term]:
    """Return the weighted terms of a requirement without its figures; generic ones count little."""
    discount = weigh_characters(folded.text, [1.0] * len(folded.text))
    # Mentions do not overlap: at most one stands over a place.
    mentions = lexicon.find(folded.text) if lexicon else ()
    over = {place: mention for mention in mentions for place in range(mention.start, mention.end)}
    terms: dict[str, Term] = {}
    figures = [(q.start, q.end) for q in read_quantities(folded.text)]
    for text, start, end in plain_units(folded.text):
        if text in terms or (figures and any(low <= start and end <= high for low, high in figures)):
            continue
        weight = max(idf(text), 0.0) * min(discount[start], discount[end - 1])
        mention = over.get(start)
        concepts = mention.concepts if mention is not None and end <= mention.end else ()
        terms[text] = Term(text, start, end, weight, concepts, _places(text, start, end))
    return list(terms.values())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a requirement asks for, made ready once for many technologies.

    Its atoms, each a character (Chinese) or word (Latin), are what weighs, together `total`. Pairs of
    characters overlap: were they counted themselves, 酶法 missing between 大豆蛋白 and 脱腥 would cost
    three pairs where it is one character. `atoms` are their weights by place; `by_text` and `by_concept`
    are the bits of the terms that weigh anything; `covered` remembers what sets of terms cover.
    """

    terms: list[Term]
    total: float
    atoms: Gains
    by_text: dict[str, Met]
    by_concept: dict[int, Met]
    covered: dict[Met, float]

    @classmethod
    def of(cls, terms: list[Term]) -> Self:
        """Make terms ready; none is given twice."""
        atoms: Gains = {}
        by_text: dict[str, Met] = {}
        by_concept: defaultdict[int, Met] = defaultdict(int)
        for number, term in enumerate(terms):
            for place in term.places:
                if term.weight > atoms.get(place, 0.0):
                    atoms[place] = term.weight
            if term.weight > 0:
                by_text[term.text] = 1 << number
                for concept in term.concepts:
                    by_concept[concept] |= 1 << number + len(terms)
        return cls(terms, sum(atoms.values()), atoms, by_text, dict(by_concept), {})

    def met_in(self, prepared: Prepared) -> dict[int, Met]:
        """Return what each clause of a technology has of the terms, or another word for."""
        found: dict[int, Met] = {}
        for text in self.by_text.keys() & prepared.terms.keys():
            for clause in prepared.terms[text][::3]:
                found[clause] = found.get(clause, 0) | self.by_text[text]
        for concept in self.by_concept.keys() & prepared.concepts.keys():
            for clause in prepared.concepts[concept][::3]:
                found[clause] = found.get(clause, 0) | self.by_concept[concept]
        return found

    def numbers(self, met: Met) -> list[tuple[int, float]]:
        """Return the numbers of the terms that are met, ascending, and how strongly."""
        size = len(self.terms)
        own, other = met & (1 << size) - 1, met >> size
        return [(n, 1.0 if own >> n & 1 else CONCEPT_STRENGTH) for n in range(size) if (own | other) >> n & 1]

    def bits(self, number: int) -> Met:
        """Return the term of a number as met by the word itself and by another."""
        return 1 << number | 1 << number + len(self.terms)

    def coverage(self, met: Met) -> float:
        """Return the share of the weight that terms cover."""
        share = self.covered.get(met)
        if share is None:
            gains: Gains = {}
            for number, strength in self.numbers(met):
                for place in self.terms[number].places:
                    if place in self.atoms:
                        gains[place] = max(gains.get(place, 0.0), strength * self.atoms[place])
            share = self.covered[met] = sum(gains.values()) / self.total
        return share


@dataclass(frozen=True, slots=True)
class Window:
    """Clauses of a passage, numbered over all passages: folded characters [start, end) of it.

    `coverage` is the share of the requirement's weight that they cover, by what `met` has of them.
    """

    passage: Passage
    start: int
    end: int
    clauses: range
    coverage: float
    met: Mapping[int, Met]

    def is_thin(self, wanted: Wanted, asked: str) -> bool:
        """Return whether all that is shared with folded `asked` is one Chinese word of two characters."""
        numbers = {number for clause in self.clauses for number, _ in wanted.numbers(self.met.get(clause, 0))}
        if len(numbers) >= FEWEST:  # each has a place of its own
            return False
        terms = [wanted.terms[number] for number in numbers]
        places = {place for term in terms for place in term.places}
        return len(places) < FEWEST and all(is_chinese(asked[term.start]) for term in terms)

    def hits(self, wanted: Wanted, prepared: Prepared) -> tuple[Hit, ...]:
        """Return where terms are met, of each term the strongest, the first of equals."""
        found: dict[int, Hit] = {}
        for clause in self.clauses:
            for number, strength in wanted.numbers(self.met.get(clause, 0)):
                if number not in found or strength > found[number].strength:
                    term = wanted.terms[number]
                    place = _place(term, prepared, clause)
                    found[number] = Hit((term.start, term.end), place, strength, term.places)
        return tuple(hit for _, hit in sorted(found.items()))

    def quoted(self, hits: Sequence[Hit]) -> Place:
        """Return the folded characters to quote: all of them, or of many those where the hits stand."""
        chinese = any(map(is_chinese, self.passage.folded.text[self.start : self.end]))
        if self.end - self.start <= (LONGEST if chinese else LONGEST_LATIN):
            return self.start, self.end
        return min(hit.asset[0] for hit in hits), max(hit.asset[1] for hit in hits)


@lru_cache(maxsize=1024)
def says_little(folded: str) -> bool:
    """Return whether a requirement is of generic words alone (研究方法), which any text holds."""
    weights = weigh_characters(folded, [1.0] * len(folded))
    return bool(folded) and sum(weights) < GENERIC * len(folded)


def best_window(
    wanted: Wanted, prepared: Prepared, *, denials: bool = False, values: bool = False
) -> Window | None:
    """Return the window with the most coverage for its length; the earliest in reading order of equals.

    With `denials` words count that the technology says are not so, with `values` names of neutral
    values; otherwise they do not. What the technology is not fit for never counts.
    """
    if wanted.total <= 0:
        return None
    met = _standing(wanted, prepared, denials=denials, values=values)
    best, found = -math.inf, None
    at = 0
    for passage in prepared.passages:
        clauses = passage.clauses
        alone = {n: wanted.coverage(met[at + n]) for n in range(len(clauses)) if at + n in met}
        for first in alone:
            most, together = 0.0, 0
            for last in range(first, min(first + CLAUSES, len(clauses))):
                if clauses[last].sentence != clauses[first].sentence:
                    break
                if last not in alone:
                    continue
                together |= met[at + last]
                # Together clauses cover no more than the sum of what each does.
                most += alone[last]
                cost = CLAUSE_COST * (last - first)
                if most - cost <= best:
                    continue
                coverage = wanted.coverage(together)
                if coverage - cost > best + 1e-9:
                    best, found = coverage - cost, (passage, at, first, last, coverage)
        at += len(clauses)
    if found is None:
        return None
    passage, at, first, last, coverage = found
    start, end = passage.clauses[first].start, passage.clauses[last].end
    return Window(passage, start, end, range(at + first, at + last + 1), coverage, met)


def _places(text: str, start: int, end: int) -> range:
    return range(start, end) if is_chinese(text[0]) else range(start, start + 1)


def _standing(wanted: Wanted, prepared: Prepared, *, denials: bool, values: bool) -> dict[int, Met]:
    """Return what clauses meet without the terms that they name as neutral values or deny."""
    met = wanted.met_in(prepared)
    for number, clause in enumerate(chain.from_iterable(each.clauses for each in prepared.passages)):
        if number not in met:
            continue
        denied = clause.unfit if denials else clause.unfit + clause.denied
        neutral = () if values else clause.neutral
        if denied or neutral:
            left = _left(wanted, prepared, met.pop(number), number, denied, neutral)
            if left:
                met[number] = left
    return met


def _left(
    wanted: Wanted,
    prepared: Prepared,
    met: Met,
    number: int,
    denied: tuple[Place, ...],
    neutral: tuple[Place, ...],
) -> Met:
    """Return what is left of the terms met in a clause, by its number.

    Where a Chinese clause denies one it meets none: 能耗无明显下降 does not speak for lower 能耗. English
    has no commas in such places, so that there only what is denied is left out.
    """
    for each, _ in wanted.numbers(met):
        term = wanted.terms[each]
        place = _place(term, prepared, number)
        if not _inside(place, neutral):
            if not _inside(place, denied):
                continue
            if is_chinese(term.text[0]):
                return 0
        met &= ~wanted.bits(each)
    return met


def _inside(place: Place, stretches: tuple[Place, ...]) -> bool:
    return any(start <= place[0] < end for start, end in stretches)


def _place(term: Term, prepared: Prepared, number: int) -> Place:
    """Return where a clause, by its number, has a term, or else the first other word for it."""
    stands = [prepared.terms.get(term.text, ()), *(prepared.concepts.get(n, ()) for n in term.concepts)]
    found = next(each for each in stands if number in each[::3])
    at = 3 * found[::3].index(number)
    return found[at + 1], found[at + 2]
