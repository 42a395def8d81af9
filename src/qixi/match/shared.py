"""The words a need and a technology share: the short reason for matches that are not explained in full."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset, Need, Text
from qixi.match.lexicon import default_lexicon
from qixi.match.query import need_query, weigh_characters
from qixi.match.requirements import background_mask
from qixi.match.scorers import LexicalScorer
from qixi.match.text import Folded, fold
from qixi.match.tokens import Unit, is_chinese, is_pair, unit_places, units

_SHOWN, _LOOKED_AT = 4, 12
_JOINING = {"", " ", "-"}


class SharedWords:
    """Names the words of one need that raise a technology's lexical score most.

    Every word named stands in both texts, in any width, case and script; where an English word stands
    there in another form, both are given: harvesting / harvested.
    """

    def __init__(self, need: Need, scorer: LexicalScorer) -> None:
        self._value = "\n".join(value for _, _, value in need.texts())
        self._folded = Folded.of(self._value)
        weights = need_query(need, background_mask(need), default_lexicon()).units
        every = [unit for unit in units(self._folded.text) if self._is_whole(unit)]
        vocabulary = scorer.statistics.vocabulary
        first: dict[str, Unit] = {}
        for unit in every:
            if unit.text not in first and vocabulary.term(unit.text) >= 0:
                first[unit.text] = unit
        terms = np.array([vocabulary.term(text) for text in first], dtype=np.int32)
        worth = scorer.statistics.of_terms("worth", terms) * [weights.get(text, 0.0) for text in first]
        order = np.argsort(-worth, kind="stable")
        found = tuple(first.values())
        self._units = tuple(found[i] for i in order)
        self._terms = terms[order]
        self._before, self._after = _neighbours(self._folded.text, every)
        self._shards = scorer.shards

    def reason(self, place: int, asset: Asset) -> Text:
        """Return the reason for `asset`, which stands at `place` of the corpus."""
        held = np.flatnonzero(np.isin(self._terms, self._held(place)))[:_LOOKED_AT]
        phrases = self._phrases([self._units[i] for i in held], asset)
        if not phrases:
            return Text("没有共有词，依主题相近", "no words in common, near by topic")
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

    def _phrases(self, best: list[Unit], asset: Asset) -> list[str]:
        """Return the longest stretches around the units that both texts hold, the heaviest unit's first."""
        value = "\n".join(value for _, _, value in asset.texts())
        text = fold(value)
        phrases: list[str] = []
        told: list[tuple[int, int]] = []
        for unit in best:
            if any(unit.start < end and start < unit.end for start, end in told):
                continue
            start, end = unit.start, unit.end
            if _stands(self._folded.text[start:end], text):
                start, end = self._grown(start, end, text)
                phrase = self._as_read(start, end)
            else:
                phrase = f"{self._as_read(start, end)} / {_other_form(unit.text, value)}"
            if not any(phrase in other for other in phrases):
                phrases = [*(other for other in phrases if other not in phrase), phrase]
            told.append((start, end))
        return phrases

    def _grown(self, start: int, end: int, text: str) -> tuple[int, int]:
        """Return the stretch with as many neighbours on either side as `text` holds with it."""
        folded = self._folded.text
        while (before := self._before.get(start)) is not None and _stands(folded[before:end], text):
            start = before
        while (after := self._after.get(end)) is not None and _stands(folded[start:after], text):
            end = after
        return start, end

    def _is_whole(self, unit: Unit) -> bool:
        """Say whether a unit is all that its characters fold to: c is but a part of ℃."""
        origin = self._folded.origin
        begins = unit.start == 0 or origin[unit.start - 1] < origin[unit.start]
        return begins and origin[unit.end - 1] < origin[unit.end]

    def _as_read(self, start: int, end: int) -> str:
        return self._value[slice(*self._folded.span(start, end))]


def _neighbours(folded: str, every: list[Unit]) -> tuple[dict[int, int], dict[int, int]]:
    """Return where the neighbour of a stretch begins, by its start, and where it ends, by its end.

    Characters and words of generic words (方法, 的, a) are no neighbours: they say little.
    """
    telling = weigh_characters(folded, [1.0] * len(folded))
    before, after = {}, {}
    for one, other in pairwise(unit for unit in every if not is_pair(unit.text)):
        if folded[one.end : other.start] in _JOINING:
            if telling[one.start] == 1.0:
                before[other.start] = one.start
            if telling[other.start] == 1.0:
                after[one.end] = other.end
    return before, after


def _stands(phrase: str, text: str) -> bool:
    """Say whether folded `text` holds a folded phrase that is not part of a longer English word."""
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if not (_run_on(text[at - 1 : at], phrase[0]) or _run_on(phrase[-1], text[end : end + 1])):
            return True
        at = text.find(phrase, at + 1)
    return False


def _run_on(one: str, other: str) -> bool:
    """Say whether two characters that follow each other are of one word."""
    return all(each.isalnum() and not is_chinese(each) for each in (one, other))


def _other_form(unit: str, value: str) -> str:
    """Return the words of a text that are counted as `unit`, as they are read there."""
    folded = Folded.of(value)
    start, end = next((start, end) for text, start, end in unit_places(folded.text) if text == unit)
    return " ".join(value[slice(*folded.span(start, end))].split())
