"""Splitting a need into requirements, and weighing every stretch of its text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from qixi.core import Need, Span
from qixi.match.quantities import Stated, read_quantities
from qixi.match.quantities.surface import lowered
from qixi.match.requirements.asking import CLAUSE, carries, held_of
from qixi.match.requirements.cues import Group, cues, excludes
from qixi.match.requirements.requirement import Kind, Requirement, Segment
from qixi.match.requirements.sentences import Sentence, has_words, sentences

# Importance of a title, and of a number among what is wanted; the words' own are in `cues.toml`.
TITLE_WEIGHT = 1.0
CONSTRAINT_WEIGHT = 0.9
# A sentence without any cue under no heading, and a heading's or list mark's own words.
PLAIN_WEIGHT = 0.7
HEADING_WEIGHT = 0.05
# What a heading adds to its group when the cues of a sentence under it are counted.
HEADING_POINTS = 3
# A stretch without numbers is cut at a comma before it grows longer than this (code points).
LONGEST = 80

_TITLE = Group("title", Kind.TARGET, TITLE_WEIGHT, -1)
_PLAIN = Group("plain", Kind.OTHER, PLAIN_WEIGHT, 99)
_HEADING = Group("heading", Kind.OTHER, HEADING_WEIGHT, 99)
_NUMBER = Group("number", Kind.CONSTRAINT, CONSTRAINT_WEIGHT, 99)
# Numbers that say how things are: their words tell the topic as those of other numbers do.
_STATED = Group("stated", Kind.CONDITION, CONSTRAINT_WEIGHT, 99)
# What is not wanted (…不要): no technology answers it, a reader checks it.
_EXCLUSION = Group("exclusion", Kind.CONSTRAINT, PLAIN_WEIGHT, 99)
_TRIM = ' \t\n\r\u3000。；;，,、.：:!！?？"“”'
_MONEY = {"yuan", "us_dollar", "euro", "taiwan_dollar"}


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    body: int
    group: Group
    quantities: tuple[Stated, ...] = ()


class _Ordered:
    """Numbers in reading order, of which those of a stretch are found without reading all."""

    def __init__(self, stated: tuple[Stated, ...]) -> None:
        self._stated = tuple(sorted(stated, key=lambda q: q.start))
        self._starts = [q.start for q in self._stated]

    def between(self, start: int, end: int) -> tuple[Stated, ...]:
        """Return the numbers that begin in [start, end)."""
        return self._stated[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


def split_need(need: Need) -> tuple[Requirement, ...]:
    """Return the requirements of `need` in reading order: problems, targets, constraints, conditions.

    Numbers with comparators, ranges and units become constraints of their own where the letter asks
    for them; in what it says of the firm or of the present state they do not.
    """
    found = []
    for name, item, value in need.texts():
        for part in _parts(name, value):
            requirement = None if part.group is _HEADING else _requirement(name, item, value, part)
            if requirement is not None:
                found.append(requirement)
    return tuple(found)


def background_mask(need: Need) -> tuple[Segment, ...]:
    """Return (span, weight) stretches that cover all text of `need`, in reading order, without overlap.

    A lexical engine multiplies the weight of a query term by that of the stretch it stands in.
    """
    return tuple(
        Segment(Span(name, part.start, part.end, item), part.group.kind, part.group.weight, part.group.name)
        for name, item, value in need.texts()
        for part in _parts(name, value)
    )


def _requirement(name: str, item: int, value: str, part: _Part) -> Requirement | None:
    text = value[part.body : part.end]
    start = part.body + len(text) - len(text.lstrip(_TRIM))
    end = part.end - (len(text) - len(text.rstrip(_TRIM)))
    if start >= end or not has_words(value, start, end):
        return None
    group = part.group
    return Requirement(
        group.kind,
        (Span(name, start, end, item),),
        value[start:end],
        group.weight,
        group.name,
        part.quantities,
    )


@lru_cache(maxsize=64)
def _parts(name: str, value: str) -> tuple[_Part, ...]:
    """Return the parts of a value; a need is searched with, and then explained."""
    return tuple(_cut_up(name, value))


def _cut_up(name: str, value: str) -> Iterator[_Part]:
    stated = tuple(q for q in read_quantities(value) if not q.baseline)
    numbers = _Ordered(stated)
    if name == "title":
        yield _Part(0, len(value), 0, _TITLE, stated)
        return
    seen = lowered(value)
    section: Group | None = None
    asked = False
    for sentence in sentences(seen):
        if sentence.heading is not None:
            section, asked = sentence.heading, False
            yield _Part(sentence.start, sentence.end, sentence.body, _HEADING)
            continue
        within = numbers.between(sentence.start, sentence.end)
        group = _classify(seen, sentence, section)
        problem = group.kind is Kind.PROBLEM
        held = held_of(seen, sentence, within, section=section, asked=asked, problem=problem)
        yield from _sentence_parts(seen, sentence, group, within, held)
        asked = carries(seen, sentence, asked=asked)


def _sentence_parts(
    seen: str,
    sentence: Sentence,
    group: Group,
    stated: tuple[Stated, ...],
    held: tuple[Stated, ...],
) -> Iterator[_Part]:
    if excludes(seen[sentence.start : sentence.end]) and not held:
        yield from _excluded(seen, sentence, group)
        return
    whole = _Part(sentence.start, sentence.end, sentence.body, group)
    if group.kind in {Kind.CONDITION, Kind.CONSTRAINT} or group.name == "courtesy":
        yield replace(whole, quantities=stated if group.kind is Kind.CONSTRAINT else ())
        return
    yield from _clauses(seen, whole, stated, held)


def _excluded(seen: str, sentence: Sentence, group: Group) -> Iterator[_Part]:
    """Yield the clauses of a sentence without numbers, each that says what is not wanted on its own."""
    whole = _Part(sentence.start, sentence.end, sentence.body, group)
    run = sentence.start
    for start, end in _pieces(seen, whole, ()):
        if excludes(seen[start:end]):
            if start > run:
                yield _cut(whole, run, start, group)
            yield _cut(whole, start, end, _EXCLUSION)
            run = end
    if run < sentence.end:
        yield _cut(whole, run, sentence.end, group)


def _classify(seen: str, sentence: Sentence, section: Group | None) -> Group:
    table = cues()
    points: dict[str, int] = {}
    for _, name, value in table.words.find(seen[sentence.body : sentence.end]):
        points[name] = points.get(name, 0) + value
    if section is not None:
        points[section.name] = points.get(section.name, 0) + HEADING_POINTS
    if not points:
        return _PLAIN
    most = max(points.values())
    best = min(
        (table.groups[n] for n, value in points.items() if value == most), key=lambda group: group.rank
    )
    kept = section is not None and section.name != "background" and points[section.name] == most
    return section if kept and section is not None else best


def _clauses(
    seen: str, whole: _Part, stated: tuple[Stated, ...], held: tuple[Stated, ...]
) -> Iterator[_Part]:
    """Yield numbers with their clause as constraints or conditions, and what stands between them as it is."""
    money = cues().groups["budget"]
    run = whole.start
    numbers, wanted = _Ordered(stated), _Ordered(held)
    for start, end in _pieces(seen, whole, stated):
        inside = wanted.between(start, end)
        if not numbers.between(start, end) or (not inside and _is_problem(seen, start, end)):
            if end - run > LONGEST and start > run:
                yield _cut(whole, run, start, whole.group)
                run = start
            continue
        if start > run:
            yield _cut(whole, run, start, whole.group)
        group = _STATED if not inside else money if all(q.unit in _MONEY for q in inside) else _NUMBER
        yield replace(_cut(whole, start, end, group), quantities=inside)
        run = end
    if run < whole.end:
        yield _cut(whole, run, whole.end, whole.group)


def _is_problem(seen: str, start: int, end: int) -> bool:
    return any(name == "problem" and points == 2 for _, name, points in cues().words.find(seen[start:end]))


def _cut(whole: _Part, start: int, end: int, group: Group) -> _Part:
    return _Part(start, end, min(max(start, whole.body), end), group)


def _pieces(seen: str, whole: _Part, stated: tuple[Stated, ...]) -> Iterator[tuple[int, int]]:
    """Yield clauses; a comma between a number and its property parts nothing."""
    bound = sorted((min(q.start, q.property_span[0]) if q.property_span else q.start, q.end) for q in stated)
    start, passed, reach = whole.start, 0, -1
    for mark in CLAUSE.finditer(seen, whole.body, whole.end):
        while passed < len(bound) and bound[passed][0] < mark.end():
            reach = max(reach, bound[passed][1])
            passed += 1
        if mark.end() <= reach:
            continue
        if mark.end() > start:
            yield start, mark.end()
            start = mark.end()
    if start < whole.end:
        yield start, whole.end
