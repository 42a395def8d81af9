"""Which numbers of a letter are asked for, and which say how things are at the firm."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from qixi.match.quantities import Better, Comparator, Stated
from qixi.match.requirements.cues import Group, cues
from qixi.match.requirements.requirement import Kind
from qixi.match.requirements.sentences import Sentence

CLAUSE = re.compile(r"[，,；;]|(?<=[\u4e00-\u9fff])\s{2,}")
_LOOSE = {Comparator.EQUAL, Comparator.ABOUT, Comparator.RANGE}
_FLOORS = {Comparator.AT_LEAST, Comparator.MORE}
_CEILINGS = {Comparator.AT_MOST, Comparator.LESS}
# 四十多个, 90余万: more than the number says, but no floor that anyone set.
_ROUGHLY = re.compile(r"\d?[多余](?!于)")
_SIGN = re.compile(
    r"[≥≤]|不[得能应可]?[低少小短高大多长]于|不[得能应可]?超过|\bat (?:least|most)|\bno[t]? \w+ than",
    re.IGNORECASE,
)
# No asking word is longer (code points); what the search has passed is read again so far back.
_LONGEST_CUE = 64
_STOPS = "。.！!？?\n"


def held_of(
    seen: str,
    sentence: Sentence,
    stated: tuple[Stated, ...],
    *,
    section: Group | None,
    asked: bool,
    problem: bool = False,
) -> tuple[Stated, ...]:
    """Return the numbers of the sentence that a technology is held to.

    `asked` says that the sentence goes on with what an earlier one asks for. A bare, approximate or
    ranged value without an asking word before it in the sentence, or beside words for how things
    are, is not held; neither is a bound on the unwelcome side (a mortality of 30 % and more).
    """
    target = section is not None and section.kind is Kind.TARGET
    if problem and not (target or asked or _asks_loudly(seen, sentence)):
        stated = tuple(q for q in stated if _SIGN.search(q.text))
    if not stated:
        return ()
    around = _Around(seen, sentence)
    return tuple(q for q in stated if _is_held(around, q, asked=asked or target))


def _asks_loudly(seen: str, sentence: Sentence) -> bool:
    found = cues().words.find(seen[sentence.start : sentence.end])
    return any(name == "target" and points == 2 for _, name, points in found)


def carries(seen: str, sentence: Sentence, *, asked: bool) -> bool:
    """Return whether the next sentence goes on with what this one asks for: it ends with no full stop."""
    text = seen[sentence.start : sentence.end]
    closed = text.rstrip(" \t").endswith(tuple(_STOPS)) or not text.strip()
    return not closed and (asked or cues().asking.search(text) is not None)


class _Around:
    """The clauses of one sentence and the words in them, each looked for once however many its numbers."""

    def __init__(self, seen: str, sentence: Sentence) -> None:
        self._seen, self._sentence = seen, sentence
        self._marks = [mark.end() for mark in CLAUSE.finditer(seen, sentence.start, sentence.end)]
        self._found: dict[tuple[int, int], tuple[bool, bool]] = {}
        self._searched, self._asked = sentence.start, False

    def clause(self, stated: Stated) -> tuple[int, int]:
        """Return [start, end) of what stands between the commas around a number."""
        first, last = bisect_right(self._marks, stated.start), bisect_left(self._marks, stated.end)
        start = self._marks[first - 1] if first else self._sentence.start
        end = self._marks[last] if last < len(self._marks) else self._sentence.end
        return start, end

    def words(self, clause: tuple[int, int]) -> tuple[bool, bool]:
        """Return (an asking word, a word for how things are) for a clause."""
        if clause not in self._found:
            start, end = clause
            asking = cues().asking.search(self._seen, start, end) is not None
            self._found[clause] = asking, bool(cues().present.find(self._seen[start:end]))
        return self._found[clause]

    def asked_before(self, end: int) -> bool:
        """Return whether an asking word stands in the sentence before `end`; ends come in order."""
        if not self._asked and end > self._searched:
            start = max(self._sentence.start, self._searched - _LONGEST_CUE)
            self._asked = cues().asking.search(self._seen, start, end) is not None
            self._searched = end
        return self._asked


def _is_held(around: _Around, stated: Stated, *, asked: bool) -> bool:
    clause = around.clause(stated)
    within, present = around.words(clause)
    if stated.change is not None and stated.comparator not in _LOOSE:
        return True  # 15 % less than now
    if present and not within:
        return False
    if within or asked or around.asked_before(clause[1]):
        return True
    if stated.change is not None:  # an improvement is a wish, or it would be told of the past
        return True
    return not (stated.comparator in _LOOSE or _ROUGHLY.search(stated.text) or _is_unwelcome(stated))


def _is_unwelcome(stated: Stated) -> bool:
    floor, ceiling = stated.comparator in _FLOORS, stated.comparator in _CEILINGS
    return (floor and stated.better is Better.LESS) or (ceiling and stated.better is Better.MORE)
