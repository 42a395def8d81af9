"""The stretch of a technology's text whose terms cover a requirement best, trimmed to whole clauses."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Self

from qixi.match.lexicon import Lexicon
from qixi.match.quantities import read_quantities
from qixi.match.query import weigh_characters
from qixi.match.spans.passages import Clause, Passage, Place, Prepared, plain_units
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


Met = dict[int, float]
"""How strongly terms are met, by number."""
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


@dataclass(frozen=True, slots=True)
class Window:
    """[start, end) folded characters of a passage, the hits inside and the share of weight they cover."""

    passage: Passage
    start: int
    end: int
    coverage: float
    hits: tuple[Hit, ...]

    def is_thin(self, asked: str) -> bool:
        """Return whether all that is shared with folded `asked` is one Chinese word of two characters."""
        places = {place for hit in self.hits for place in hit.places}
        return len(places) < FEWEST and all(is_chinese(asked[hit.need[0]]) for hit in self.hits)


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
    three pairs where it is one character. `gains` are, for each term, the weights of its atoms, gained
    where it is met itself; `by_text` and `by_concept` are numbers of the terms that weigh anything.
    """

    terms: list[Term]
    total: float
    gains: list[Gains]
    by_text: dict[str, int]
    by_concept: dict[int, list[int]]

    @classmethod
    def of(cls, terms: list[Term]) -> Self:
        """Make terms ready; none is given twice."""
        atoms: Gains = {}
        for term in terms:
            _join(atoms, dict.fromkeys(term.places, term.weight))
        by_text, by_concept = {}, defaultdict(list)
        for number, term in enumerate(terms):
            if term.weight > 0:
                by_text[term.text] = number
                for concept in term.concepts:
                    by_concept[concept].append(number)
        gains = [{place: atoms[place] for place in term.places if place in atoms} for term in terms]
        return cls(terms, sum(atoms.values()), gains, by_text, dict(by_concept))

    def met_in(self, prepared: Prepared) -> dict[int, Met]:
        """Return what each clause of a technology has of the terms, or another word for."""
        found: defaultdict[int, Met] = defaultdict(dict)
        clauses = prepared.terms
        for text, number in self.by_text.items():
            for clause in clauses.get(text, ()):
                found[clause][number] = 1.0
        for concept in self.by_concept.keys() & prepared.concepts.keys():
            for clause in prepared.concepts[concept]:
                for number in self.by_concept[concept]:
                    found[clause].setdefault(number, CONCEPT_STRENGTH)
        return found

    def gained(self, met: Met) -> Gains:
        """Return the weights of the atoms that a clause meets, those of earlier terms first."""
        gains: Gains = {}
        for number, strength in sorted(met.items()):
            if strength == 1.0:  # no other word gains more
                gains.update(self.gains[number])
            else:
                _join(gains, {place: strength * weight for place, weight in self.gains[number].items()})
        return gains


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
    met = wanted.met_in(prepared)
    best, found = -math.inf, None
    at = 0
    for passage in prepared.passages:
        clauses, gains = passage.clauses, {}
        for number, clause in enumerate(clauses):
            if at + number in met:
                _leave_out(met[at + number], wanted, clause, denials=denials, values=values)
                if met[at + number]:
                    gains[number] = wanted.gained(met[at + number])
        alone = {number: sum(each.values()) / wanted.total for number, each in gains.items()}
        for first in gains:
            most = 0.0
            for last in range(first, min(first + CLAUSES, len(clauses))):
                if clauses[last].sentence != clauses[first].sentence:
                    break
                if last not in gains:
                    continue
                # Together clauses cover no more than the sum of what each does.
                most += alone[last]
                cost = CLAUSE_COST * (last - first)
                if most - cost <= best:
                    continue
                coverage = alone[first] if last == first else _covered(gains, first, last) / wanted.total
                if coverage - cost > best + 1e-9:
                    best, found = coverage - cost, (passage, at, first, last, coverage)
        at += len(clauses)
    return None if found is None else _window(wanted, met, *found)


def _places(text: str, start: int, end: int) -> range:
    return range(start, end) if is_chinese(text[0]) else range(start, start + 1)


def _join(gains: Gains, others: Gains) -> None:
    """Let each atom gain the most of both; those that only `others` have come last."""
    for place, gain in others.items():
        if gain > gains.get(place, 0.0):
            gains[place] = gain


def _covered(gains: dict[int, Gains], first: int, last: int) -> float:
    """Return the weight of what clauses `first` to `last` meet together."""
    joined = dict(gains[first])
    for number in range(first + 1, last + 1):
        _join(joined, gains.get(number, {}))
    return sum(joined.values())


def _leave_out(met: Met, wanted: Wanted, clause: Clause, *, denials: bool, values: bool) -> None:
    """Leave out the terms that a clause names as neutral values or denies.

    Where a Chinese clause denies one it meets none: 能耗无明显下降 does not speak for lower 能耗. English
    has no commas in such places, so that there only what is denied is left out.
    """
    denied = clause.unfit if denials else clause.unfit + clause.denied
    neutral = () if values else clause.neutral
    if not denied and not neutral:
        return
    for number in list(met):
        term = wanted.terms[number]
        place = _place(term, clause)
        if _inside(place, neutral):
            del met[number]
        elif _inside(place, denied):
            if is_chinese(term.text[0]):
                met.clear()
                return
            del met[number]


def _inside(place: Place, stretches: tuple[Place, ...]) -> bool:
    return any(start <= place[0] < end for start, end in stretches)


def _place(term: Term, clause: Clause) -> Place:
    """Return where a clause has a term, or else the first other word for it."""
    place = clause.terms.get(term.text)
    return place or next(clause.concepts[n] for n in term.concepts if n in clause.concepts)


def _hits(wanted: Wanted, clauses: Sequence[Clause], met: Sequence[Met]) -> tuple[Hit, ...]:
    """Return the hits of some clauses, of each term the strongest, the first of equals."""
    found: dict[int, Hit] = {}
    for clause, numbers in zip(clauses, met, strict=True):
        for number, strength in numbers.items():
            if number not in found or strength > found[number].strength:
                term = wanted.terms[number]
                found[number] = Hit((term.start, term.end), _place(term, clause), strength, term.places)
    return tuple(hit for _, hit in sorted(found.items()))


def _window(
    wanted: Wanted, met: dict[int, Met], passage: Passage, at: int, first: int, last: int, coverage: float
) -> Window:
    """Return clauses `first` to `last` of a passage, whose own first has the number `at`, as a window."""
    clauses = passage.clauses[first : last + 1]
    hits = _hits(wanted, clauses, [met.get(at + number, {}) for number in range(first, last + 1)])
    start, end = clauses[0].start, clauses[-1].end
    longest = LONGEST if any(map(is_chinese, passage.folded.text[start:end])) else LONGEST_LATIN
    if end - start > longest:
        start, end = min(hit.asset[0] for hit in hits), max(hit.asset[1] for hit in hits)
    return Window(passage, start, end, coverage, hits)
