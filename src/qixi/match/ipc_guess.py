"""Guessing IPC subclasses from a text in Chinese or English, learned from nothing but the classification.

Each subclass is a document: its titles down to main group and the concept lexicon's terms for it.
A text is compared with the documents by BM25 (Robertson and Zaragoza 2009) over characters, stems
and pairs, and by the lexicon's terms that stand in it; a power of the score makes probabilities.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from qixi.match.lexicon import Lexicon, default_lexicon
from qixi.match.taxonomy.ipc import ipc_table, subclasses
from qixi.match.text import fold
from qixi.match.tokens import units

_TITLE, _GROUP, _ENGLISH, _TERM, _LAY = 3.0, 1.0, 2.0, 2.0, 0.7
_K1, _B, _IDF_POWER = 8.0, 0.3, 1.5
_LATE = 0.5
"""How much more the end of a title weighs than its start: a Chinese title ends with what the thing is."""
_BODY = 0.3
_MENTION = 0.1
_LONGEST = 8
_SHARPNESS = 4.0
"""Probabilities go with this power of the score; set so that they come true as often as they say."""
_KEPT = 10

# Words every title has; they say nothing of the subclass.
_EMPTY = frozenset("一种的及其和与用于基方法装置系统设备") | frozenset(
    ["方法", "装置", "系统", "设备", "一种", "用于", "基于", "及其", "的方", "制备", "备方", "的制"]
)


class SubclassGuesser:
    """Compares texts with every IPC subclass; satisfies `fits.IpcGuesser`."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon or default_lexicon()
        self.subclasses = tuple(symbol for symbol in subclasses() if not symbol.endswith("99Z"))
        self._place = {symbol: i for i, symbol in enumerate(self.subclasses)}
        self._learn(self._documents())

    def guess(self, text: str) -> Mapping[str, float]:
        """Return the ten most probable subclasses of `text`, most probable first.

        The first line counts as the title. Empty where the text has no known unit.
        """
        scores = self._scores(text)
        if scores is None:
            return {}
        weights = (scores / scores.max()) ** _SHARPNESS
        weights /= weights.sum()
        first = np.argsort(-weights, kind="stable")[:_KEPT]
        return {self.subclasses[i]: float(weights[i]) for i in first if scores[i] > 0.0}

    def _scores(self, text: str) -> NDArray[np.float64] | None:
        title, _, body = fold(text).partition("\n")
        query = self._query(title, body)
        scores = np.zeros(len(self.subclasses))
        total = 0.0
        for unit, weight in query.items():
            places, gains, idf = self._postings[unit]
            scores[places] += weight * gains
            total += weight * idf
        if total > 0.0:
            scores /= total
        for symbol, weight in self._mentions(title, body):
            scores[self._place[symbol]] += weight
        return scores if scores.any() else None

    def _query(self, title: str, body: str) -> dict[str, float]:
        """Return the known units of a text with their weights."""
        query: defaultdict[str, float] = defaultdict(float)
        for unit in units(title):
            query[unit.text] += 1.0 + _LATE * unit.start / len(title)
        for text, count in Counter(unit.text for unit in units(body)).items():
            query[text] += _BODY * (1.0 + math.log(count))
        return {unit: weight for unit, weight in query.items() if unit in self._postings}

    def _mentions(self, title: str, body: str) -> Iterable[tuple[str, float]]:
        """Yield (subclass, weight) for the lexicon's terms in a text, longer terms weighing more."""
        seen: set[tuple[int, ...]] = set()
        for part, share in ((title, 1.0), (body, _BODY)):
            for mention in self.lexicon.find(part):
                if mention.concepts in seen and part is body:
                    continue
                seen.add(mention.concepts)
                length = min(mention.end - mention.start, _LONGEST)
                weight = share * _MENTION * length / math.sqrt(len(mention.concepts))
                for number in mention.concepts:
                    for rank, symbol in enumerate(self.lexicon.concepts[number].ipc):
                        if symbol in self._place:
                            yield symbol, weight / (1.0 + 0.5 * rank)

    def _documents(self) -> list[dict[str, float]]:
        """Return for each subclass its units with their weighted counts."""
        documents: list[dict[str, float]] = [defaultdict(float) for _ in self.subclasses]
        for symbol, title in ipc_table().items():
            if symbol[:4] in self._place and len(symbol) >= 4:
                document = documents[self._place[symbol[:4]]]
                _add(document, title.zh, _TITLE if len(symbol) == 4 else _GROUP)
                _add(document, title.en, _ENGLISH)
        for concept in self.lexicon.concepts:
            for rank, symbol in enumerate(concept.ipc):
                if symbol not in self._place:
                    continue
                document, share = documents[self._place[symbol]], 1.0 / (1.0 + 0.5 * rank)
                for term in (*concept.zh, *concept.en, concept.topic):
                    _add(document, term, _TERM * share)
                for term in concept.lay:
                    _add(document, term, _LAY * share)
        return documents

    def _learn(self, documents: list[dict[str, float]]) -> None:
        """Turn counts into BM25 gains by unit."""
        lengths = np.array([sum(document.values()) for document in documents])
        damping = _K1 * (1.0 - _B + _B * lengths / lengths.mean())
        found: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, document in enumerate(documents):
            for unit, count in document.items():
                found[unit].append((place, count * (_K1 + 1.0) / (count + damping[place])))
        self._postings: dict[str, tuple[NDArray[np.int64], NDArray[np.float64], float]] = {}
        for unit, entries in found.items():
            if unit in _EMPTY:
                continue
            rarity = math.log(1.0 + (len(documents) - len(entries) + 0.5) / (len(entries) + 0.5))
            idf = rarity**_IDF_POWER
            gains = idf * np.array([gain for _, gain in entries])
            self._postings[unit] = (np.array([place for place, _ in entries]), gains, idf)


def _add(document: dict[str, float], text: str, weight: float) -> None:
    for unit in units(fold(text)):
        document[unit.text] += weight


@cache
def default_guesser() -> SubclassGuesser:
    """Return the guesser over the packaged classification and lexicon."""
    return SubclassGuesser()
