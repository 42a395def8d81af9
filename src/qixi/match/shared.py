"""The words a need and a technology share: the short reason for matches that are not explained in full."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.core import Need, Text
from qixi.match.lexicon import default_lexicon
from qixi.match.query import need_query
from qixi.match.requirements import background_mask
from qixi.match.scorers import LexicalScorer
from qixi.match.text import Folded
from qixi.match.tokens import units

_SHOWN, _LOOKED_AT = 4, 12


@dataclass(frozen=True, slots=True, eq=False)
class _Word:
    """A unit of the need: its term and its first place in the need as read."""

    term: int
    field: str
    start: int
    end: int


class SharedWords:
    """Names the words of one need that raise a technology's lexical score most, as the need writes them."""

    def __init__(self, need: Need, scorer: LexicalScorer) -> None:
        self._values = {field: value for field, _, value in need.texts()}
        weights = need_query(need, background_mask(need), default_lexicon()).units
        words: dict[str, _Word] = {}
        vocabulary = scorer.statistics.vocabulary
        for field, value in self._values.items():
            folded = Folded.of(value)
            for unit in units(folded.text):
                term = vocabulary.term(unit.text)
                if term >= 0 and unit.text not in words:
                    start, end = folded.span(unit.start, unit.end)
                    words[unit.text] = _Word(term, field, start, end)
        terms = np.array([word.term for word in words.values()], dtype=np.int32)
        worth = scorer.statistics.of_terms("worth", terms) * [weights.get(unit, 0.0) for unit in words]
        every = tuple(words.values())
        self._words = tuple(every[i] for i in np.argsort(-worth, kind="stable"))
        self._terms = np.array([word.term for word in self._words], dtype=np.int32)
        self._shards = scorer.shards

    def reason(self, place: int) -> Text:
        """Return the reason for the technology at `place` of the corpus."""
        held = np.flatnonzero(np.isin(self._terms, self._held(place)))[:_LOOKED_AT]
        best = [self._words[i] for i in held]
        if not best:
            return Text("没有共有词，依主题相近", "no words in common, near by topic")
        phrases = self._phrases(best)
        # A single character says little by itself; it is shown only where there is nothing else.
        shown = [phrase for phrase in phrases if len(phrase) > 1][:_SHOWN] or phrases[:_SHOWN]
        return Text(f"共有词：{'、'.join(shown)}", f"words in common: {', '.join(shown)}")

    def _held(self, place: int) -> NDArray[np.int32]:
        """Return the terms of a technology."""
        for shard in self._shards:
            if place < shard.documents:
                rows = shard.by_document
                return rows.columns[rows.start[place] : rows.start[place + 1]]
            place -= shard.documents
        raise IndexError(place)

    def _phrases(self, words: list[_Word]) -> list[str]:
        """Join words that overlap or touch in the need; the heaviest word's phrase comes first."""
        phrases: list[str] = []
        left = list(words)
        while left:
            word = left.pop(0)
            start, end = word.start, word.end
            grown = True
            while grown:
                near = [w for w in left if w.field == word.field and w.start <= end and w.end >= start]
                left = [w for w in left if w not in near]
                grown = bool(near)
                start, end = min([start, *(w.start for w in near)]), max([end, *(w.end for w in near)])
            phrases.append(" ".join(self._values[word.field][start:end].split()))
        return list(dict.fromkeys(phrases))
