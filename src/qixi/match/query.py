"""From a need to the weighted units it is searched with."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import numpy as np

from qixi.core import Need
from qixi.match.lexicon import Concept, Lexicon
from qixi.match.requirements import Segment
from qixi.match.text import Folded, fold
from qixi.match.tokens import is_chinese, stem, unit_places, units


@dataclass(frozen=True, slots=True)
class QueryWeighing:
    """How much a unit of a need counts.

    `generic` is the worth of a unit inside a generic word, against 1 elsewhere; `content` that of
    the first occurrence of a unit in the content, against 1 in the title; `synonym` that of the
    other words for a concept that the need names, in the need's own language; `translation` the
    same in the other language, where nothing else can meet the technology's words.
    """

    generic: float = 0.3
    content: float = 0.17
    synonym: float = 0.1
    translation: float = 0.6


DEFAULT = QueryWeighing()


@dataclass(frozen=True, slots=True)
class Query:
    """A need made ready.

    `units` weighs the units of its own words, `expanded` those and the lexicon's other words for
    the concepts it names, `ipc` are the symbols it states, `text` is its text as read.
    """

    units: Mapping[str, float]
    expanded: Mapping[str, float]
    ipc: tuple[str, ...] = ()
    text: str = ""


@cache
def _words(name: str) -> frozenset[str]:
    lines = (files("qixi.match") / "data" / "words" / name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def function_stems() -> frozenset[str]:
    """Return the stems of English words that only hold a sentence together."""
    return frozenset(stem(word) for word in _words("function.txt"))


@cache
def generic_words() -> frozenset[str]:
    """Return the words that say little, folded, in either language."""
    return _words("generic.txt") | _words("function.txt")


@cache
def _generic() -> re.Pattern[str]:
    words = sorted(generic_words(), key=lambda word: (-len(word), word))
    chinese = _any_of([word for word in words if is_chinese(word[0])])
    latin = _any_of([word for word in words if not is_chinese(word[0])])
    return re.compile(rf"{chinese}|(?<![a-z0-9])(?:{latin})(?![a-z0-9])")


def _any_of(words: Sequence[str]) -> str:
    """Return the pattern of any of the words, by their first characters: most of a text begins none."""
    rests: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        rests[word[0]].append(re.escape(word[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items())


def weigh_characters(folded: str, weights: Sequence[float], generic: float = DEFAULT.generic) -> list[float]:
    """Return each folded character's weight, that of generic words times `generic`."""
    discounted = list(weights)
    for word in _generic().finditer(folded):
        for i in range(word.start(), word.end()):
            discounted[i] *= generic
    return discounted


def text_query(text: str, lexicon: Lexicon, ipc: tuple[str, ...] = ()) -> Query:
    """Make a query of plain text, all of it of equal weight."""
    counts, concepts = _count(fold(text), None, lexicon, DEFAULT)
    own = {unit: _damp(unit, n) for unit, n in sorted(counts.items())}
    return Query(own, _expand(own, concepts, lexicon, DEFAULT), ipc, text)


def need_query(
    need: Need, segments: Sequence[Segment], lexicon: Lexicon, weighing: QueryWeighing = DEFAULT
) -> Query:
    """Make a query of `need`; `segments` weighs the stretches of its text in 0..1.

    Counts of the title are kept as they are; the content's are damped, so that a long letter does
    not drown the title.
    """
    total: defaultdict[str, float] = defaultdict(float)
    concepts: defaultdict[int, float] = defaultdict(float)
    for field, item, value in need.texts():
        folded = Folded.of(value)
        weights = np.zeros(len(value) + 1)
        for segment in segments:
            span = segment.span
            if (span.field, span.item) == (field, item):
                weights[span.start : span.end] = segment.weight
        by_character = [float(weights[i]) for i in folded.origin[:-1]]
        counts, found = _count(folded.text, by_character, lexicon, weighing)
        in_title = field == "title"
        for unit, n in counts.items():
            total[unit] += n if in_title else weighing.content * _damp(unit, n)
        for number, weight in found.items():
            concepts[number] += weight if in_title else weighing.content * weight
    own = dict(sorted(total.items()))
    return Query(own, _expand(own, concepts, lexicon, weighing), need.ipc, need_text(need))


def need_text(need: Need) -> str:
    """Return title and content as one text."""
    return "\n".join(value for _, _, value in need.texts() if value.strip())


def _expand(
    own: Mapping[str, float], concepts: Mapping[int, float], lexicon: Lexicon, weighing: QueryWeighing
) -> dict[str, float]:
    """Add the other words for each concept, as one word however many the lexicon has for it."""
    expanded = defaultdict(float, own)
    chinese = sum(weight for unit, weight in own.items() if is_chinese(unit[0]))
    latin = sum(weight for unit, weight in own.items() if not is_chinese(unit[0]))
    for number, weight in sorted(concepts.items()):
        for other, share in zip(_other_words(lexicon.concepts[number]), (chinese, latin), strict=True):
            worth = weighing.synonym if share >= (chinese + latin) / 2 else weighing.translation
            for unit, part in other:
                expanded[unit] += worth * min(weight, 1.0) * part
    return dict(sorted(expanded.items()))


@lru_cache(maxsize=16_384)
def _other_words(concept: Concept) -> tuple[tuple[tuple[str, float], ...], ...]:
    """Return the units of a concept's Chinese and of its English words, each word counting alike."""
    found = []
    for terms in (concept.zh + concept.lay, concept.en):
        counts = Counter(unit.text for term in terms for unit in units(term))
        found.append(tuple((unit, count / len(terms)) for unit, count in counts.items()))
    return tuple(found)


def _damp(unit: str, count: float) -> float:
    if count <= 1:
        return count
    return 1 + math.log(count) if is_chinese(unit[0]) else math.sqrt(count)


def _count(
    folded: str, weights: Sequence[float] | None, lexicon: Lexicon, weighing: QueryWeighing
) -> tuple[dict[str, float], dict[int, float]]:
    by_character = weigh_characters(
        folded, weights if weights is not None else [1.0] * len(folded), weighing.generic
    )
    counts: defaultdict[str, float] = defaultdict(float)
    for text, start, end in unit_places(folded):
        first, last = by_character[start], by_character[end - 1]
        counts[text] += first if first < last else last
    concepts: defaultdict[int, float] = defaultdict(float)
    for mention in lexicon.find(folded):
        weight = min(weights[mention.start], weights[mention.end - 1]) if weights is not None else 1.0
        for number in mention.concepts:
            concepts[number] += weight / len(mention.concepts)
    return dict(counts), dict(concepts)
