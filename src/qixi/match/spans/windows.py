"""The stretch of a technology's text whose terms cover a requirement best, trimmed to whole clauses."""

from __future__ import annotations

from collections.abc import Callable
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

    `atoms` are the weight of each character (Chinese) or word (Latin) of the requirement, by its place.
    Pairs of characters overlap: were they counted themselves, 酶法 missing between 大豆蛋白 and 脱腥
    would cost three pairs where it is one character. `by_text` and `by_concept` are numbers of terms.
    """

    terms: list[Term]
    atoms: dict[int, float]
    total: float
    by_text: dict[str, int]
    by_concept: dict[int, list[int]]

    @classmethod
    def of(cls, terms: list[Term]) -> Self:
        """Make terms ready; none is given twice."""
        atoms: dict[int, float] = {}
        by_concept: dict[int, list[int]] = {}
        for number, term in enumerate(terms):
            for place in term.places:
                atoms[place] = max(atoms.get(place, 0.0), term.weight)
            for concept in term.concepts:
                by_concept.setdefault(concept, []).append(number)
        by_text = {term.text: number for number, term in enumerate(terms)}
        return cls(terms, atoms, sum(atoms.values()), by_text, by_concept)

    def met_in(self, prepared: Prepared) -> dict[int, set[int]]:
        """Return for each clause of a technology the numbers of the terms it has, or another word for."""
        found: dict[int, set[int]] = {}
        for text in self.by_text.keys() & prepared.terms.keys():
            for clause in prepared.terms[text]:
                found.setdefault(clause, set()).add(self.by_text[text])
        for concept in self.by_concept.keys() & prepared.concepts.keys():
            for clause in prepared.concepts[concept]:
                found.setdefault(clause, set()).update(self.by_concept[concept])
        return found


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
    # Most terms stand in no clause: the few that do are found from the technology's side.
    numbers = wanted.met_in(prepared)
    if not numbers:
        return None
    best: tuple[float, Window] | None = None
    at = 0
    for passage in prepared.passages:
        met = [
            _met(wanted, clause, numbers[number], denials=denials, values=values) if number in numbers else {}
            for number, clause in enumerate(passage.clauses, at)
        ]
        at += len(met)
        alone = [_covered(hits, wanted.atoms) / wanted.total if hits else 0.0 for hits in met]
        for first, hits in enumerate(met):
            if not hits:
                continue
            most = 0.0
            for last in range(first, min(first + CLAUSES, len(met))):
                if passage.clauses[last].sentence != passage.clauses[first].sentence:
                    break
                # Together clauses cover no more than the sum of what each does.
                most += alone[last]
                if best is not None and most - CLAUSE_COST * (last - first) <= best[0]:
                    continue
                merged = _merged(met[first : last + 1])
                coverage = alone[first] if last == first else _covered(merged, wanted.atoms) / wanted.total
                worth = coverage - CLAUSE_COST * (last - first)
                if best is None or worth > best[0] + 1e-9:
                    best = worth, _window(passage, first, last, coverage, merged)
    return None if best is None else best[1]


def _places(text: str, start: int, end: int) -> range:
    return range(start, end) if is_chinese(text[0]) else range(start, start + 1)


def _covered(hits: dict[int, Hit], atoms: dict[int, float]) -> float:
    gains: dict[int, float] = {}
    for hit in hits.values():
        for place in hit.places:
            gains[place] = max(gains.get(place, 0.0), hit.strength * atoms[place])
    return sum(gains.values())


def _met(wanted: Wanted, clause: Clause, numbers: set[int], *, denials: bool, values: bool) -> dict[int, Hit]:
    """Return the terms that a clause meets, see `best_window`.

    Where a Chinese clause denies one it meets none: 能耗无明显下降 does not speak for lower 能耗. English
    has no commas in such places, so that there only what is denied is left out.
    """
    denied = clause.unfit if denials else clause.unfit + clause.denied
    found = {}
    for number in sorted(numbers):
        term = wanted.terms[number]
        place, strength = clause.terms.get(term.text), 1.0
        if place is None:
            place = next(clause.concepts[n] for n in term.concepts if n in clause.concepts)
            strength = CONCEPT_STRENGTH
        if term.weight <= 0 or (not values and _inside(place, clause.neutral)):
            continue
        if _inside(place, denied):
            if is_chinese(term.text[0]):
                return {}
            continue
        found[number] = Hit((term.start, term.end), place, strength, term.places)
    return found


def _inside(place: Place, stretches: tuple[Place, ...]) -> bool:
    return any(start <= place[0] < end for start, end in stretches)


def _merged(clauses: list[dict[int, Hit]]) -> dict[int, Hit]:
    """Return the hits of some clauses, of each term the strongest, the first of equals."""
    if len(clauses) == 1:
        return clauses[0]
    found: dict[int, Hit] = {}
    for hits in clauses:
        for number, hit in hits.items():
            if number not in found or hit.strength > found[number].strength:
                found[number] = hit
    return found


def _window(passage: Passage, first: int, last: int, coverage: float, hits: dict[int, Hit]) -> Window:
    start, end = passage.clauses[first].start, passage.clauses[last].end
    kept = tuple(hit for _, hit in sorted(hits.items()))
    longest = LONGEST if any(map(is_chinese, passage.folded.text[start:end])) else LONGEST_LATIN
    if end - start > longest:
        start, end = min(hit.asset[0] for hit in kept), max(hit.asset[1] for hit in kept)
    return Window(passage, start, end, coverage, kept)
