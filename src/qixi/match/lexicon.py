"""The concept lexicon: which words, formal and everyday, Chinese and English, name the same thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from operator import add
from typing import NamedTuple

from qixi.match.text import fold
from qixi.match.tokens import is_chinese


@dataclass(frozen=True, slots=True)
class Concept:
    """One line of the lexicon; every term is folded, the first of `zh` is the formal name."""

    topic: str
    ipc: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    lay: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """All words for the concept, formal ones first."""
        return self.zh + self.en + self.lay


class Mention(NamedTuple):
    """A place in folded text, [start, end), where a term of some concepts stands."""

    start: int
    end: int
    concepts: tuple[int, ...]


class Lexicon:
    """Concepts and the longest-match search for their terms."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.concepts = tuple(concepts)
        terms: defaultdict[str, list[int]] = defaultdict(list)
        for number, concept in enumerate(self.concepts):
            for term in dict.fromkeys(concept.terms):
                terms[term].append(number)
        self._terms = {term: tuple(numbers) for term, numbers in terms.items()}
        buckets: defaultdict[str, dict[str, set[int]]] = defaultdict(lambda: {"": set()})
        for term in self._terms:
            buckets[term[:2]].setdefault(term[2:3], set()).add(len(term))
        # By the first two characters and the third: the lengths of terms to try, the longest first.
        self._lengths = {
            head: {third: tuple(sorted(own | lengths[""], reverse=True)) for third, own in lengths.items()}
            for head, lengths in buckets.items()
        }

    def find(self, folded: str) -> Iterator[Mention]:
        """Yield mentions in reading order, the longest term at each place, none overlapping."""
        # Most places begin no term, so they are passed with one look each.
        heads = map(add, folded, chain(folded[1:], [""]))
        reach = 0
        for at, known in enumerate(map(self._lengths.get, heads)):
            if known is None or at < reach:
                continue
            lengths = known.get(folded[at + 2 : at + 3]) or known[""]
            mention = self._at(folded, at, lengths) if lengths else None
            if mention is not None:
                yield mention
                reach = mention.end

    def _at(self, folded: str, at: int, lengths: Sequence[int]) -> Mention | None:
        for length in lengths:
            term = folded[at : at + length]
            numbers = self._terms.get(term)
            if numbers is not None and _stands_alone(folded, at, at + len(term)):
                return Mention(at, at + len(term), numbers)
        return None


def _stands_alone(folded: str, start: int, end: int) -> bool:
    """Say whether [start, end) is not the inside of a longer Latin word (led, but not in sledge)."""
    if is_chinese(folded[start]) and is_chinese(folded[end - 1]):
        return True
    before = folded[start - 1] if start else " "
    after = folded[end] if end < len(folded) else " "
    cuts_before = _is_latin(folded[start]) and _is_latin(before)
    cuts_after = _is_latin(folded[end - 1]) and _is_latin(after) and not _is_plural(folded, end)
    return not (cuts_before or cuts_after)


def _is_latin(character: str) -> bool:
    return character.isalnum() and not is_chinese(character)


def _is_plural(folded: str, end: int) -> bool:
    return folded[end] == "s" and (end + 1 == len(folded) or not _is_latin(folded[end + 1]))


def _terms(cell: str) -> tuple[str, ...]:
    folded = (fold(term).strip() for term in cell.split("|"))
    return tuple(dict.fromkeys(term for term in folded if len(term) > 1))


@cache
def default_lexicon() -> Lexicon:
    """Return the lexicon shipped with the package (Qixi's own writing, `data/concepts/*.tsv`)."""
    concepts = []
    folder = files("qixi.match") / "data" / "concepts"
    for source in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not source.name.endswith(".tsv"):
            continue
        for line in source.read_text(encoding="utf-8").splitlines()[1:]:
            ipc, topic, zh, en, lay = line.split("\t")
            concepts.append(Concept(topic, tuple(ipc.split(",")), _terms(zh), _terms(en), _terms(lay)))
    return Lexicon(concepts)
