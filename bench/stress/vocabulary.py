"""What the generator writes with: the lexicon's terms by concept, words of IPC titles, invented compounds."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bench.stress.words import words
from qixi.match.crosswalk import Crosswalk
from qixi.match.lexicon import Concept, default_lexicon
from qixi.match.taxonomy.ipc import ipc_table
from qixi.match.tokens import is_chinese

Ids = NDArray[np.int32]
SLOTS = 2**16
_PLAIN = 8
_SHUFFLE = 20180101
_CUT = re.compile(r"[；，、。：（）()“”\s]|例如|或其|及其|或者|用于|的")


class Phrases:
    """All phrases, each once, written as they stand inside a JSON string; number 0 is the empty one."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self._known = {"": 0}

    def add(self, words: Iterable[str]) -> Ids:
        """Return the numbers of `words`, new ones added."""
        found = []
        for word in words:
            text = json.dumps(word, ensure_ascii=False)[1:-1]
            if text not in self._known:
                self._known[text] = len(self.texts)
                self.texts.append(text)
            found.append(self._known[text])
        return np.array(found, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Draw:
    """A distribution over phrases as a table of equal slots, so that one is drawn with one look-up."""

    slots: Ids

    @classmethod
    def zipf(cls, ids: Ids, exponent: float, shift: float = 1.0) -> Draw:
        """Weigh the phrase of rank r (from 0) by (r + shift) ** -exponent."""
        return cls.weighted(ids, np.power(np.arange(ids.size) + shift, -exponent).astype(np.float64))

    @classmethod
    def weighted(cls, ids: Ids, weights: NDArray[np.float64]) -> Draw:
        """Give each phrase its share of the slots."""
        bounds = np.cumsum(weights) / weights.sum()
        at = np.searchsorted(bounds, (np.arange(SLOTS) + 0.5) / SLOTS)
        return cls(ids[np.minimum(at, ids.size - 1)])

    def __call__(self, rng: np.random.Generator, count: int) -> Ids:
        """Draw `count` phrases."""
        return self.slots[rng.integers(0, SLOTS, count, dtype=np.uint16)]


@dataclass(frozen=True, slots=True)
class Lists:
    """One list of phrases for each of many things: that of i is `ids[start[i]:start[i + 1]]`."""

    start: NDArray[np.int64]
    ids: Ids

    @classmethod
    def of(cls, rows: Sequence[Ids]) -> Lists:
        """Join the rows."""
        start = np.concatenate(([0], np.cumsum([row.size for row in rows]))).astype(np.int64)
        return cls(start, np.concatenate([*rows, np.zeros(1, dtype=np.int32)]))

    def __call__(self, rng: np.random.Generator, which: NDArray[np.int64], skew: float = 1.0) -> Ids:
        """Draw one phrase of each list in `which`, early ones more often where `skew` is above 1."""
        size = self.start[which + 1] - self.start[which]
        at = (rng.random(which.size) ** skew * size).astype(np.int64)
        return np.where(size > 0, self.ids[self.start[which] + at], 0).astype(np.int32)


class Vocabulary:
    """Phrases with the distributions they are drawn from.

    A concept has its terms in both languages, its topic's other concepts, and its IPC subclass; a
    subclass has symbols, words of its titles, and the industries the crosswalk names for it.
    """

    def __init__(self) -> None:
        self.phrases = Phrases()
        add = self.phrases.add
        shuffle = np.random.default_rng(_SHUFFLE)
        concepts = _ordered(default_lexicon().concepts, shuffle)
        self._take_concepts(concepts, shuffle)
        self._take_symbols(concepts, shuffle)
        self.joints = _half_plain(add(words("joints")))
        self.common = Draw.zipf(add(words("words")), 0.2, 8.0)
        self.parts = Draw.zipf(add(words("parts")), 0.5, 6.0)
        self.qualities = Draw.zipf(add(words("qualities")), 0.5, 3.0)
        self.prefixes = Draw.zipf(add(words("prefixes")), 1.3)
        self.suffixes = Draw.zipf(add(words("suffixes")), 0.7, 2.0)
        self.openings = Draw.zipf(add(words("openings")), 0.8)
        self.followings = Draw.zipf(add(words("followings")), 1.0)
        self.closings = Draw.zipf(add(words("closings")), 0.4, 2.0)
        self.letter_joints = Draw.zipf(add(words("letter_joints")), 0.8, 3.0)
        self.heads = Draw.zipf(add(words("need_heads")), 0.3)
        self.tails = Draw.zipf(add(words("need_tails")), 0.5)
        self.history = Draw.zipf(add(_filled(words("history"))), 0.0)
        self.problems = Draw.zipf(add(words("problems")), 0.4)
        self.wishes = Draw.zipf(add(words("wishes")), 0.4)
        self.targets = Draw.zipf(add(_filled(words("targets"))), 0.0)
        self.english_joints = Draw.zipf(add(words("english_joints")), 0.6, 2.0)
        self.english_openings = Draw.zipf(add(words("english_openings")), 0.5)
        self.english_closings = Draw.zipf(add(words("english_closings")), 0.3)

    def _take_concepts(self, concepts: Sequence[Concept], shuffle: np.random.Generator) -> None:
        add = self.phrases.add
        terms = [[term for term in (*c.zh, *c.lay) if is_chinese(term[0])] or [c.topic] for c in concepts]
        self.terms = Lists.of([add(each) for each in terms])
        self.english = Lists.of([add(c.en or (c.topic,)) for c in concepts])
        topics = [c.topic for c in concepts]
        changes = [i for i, topic in enumerate(topics) if i == 0 or topics[i - 1] != topic]
        sizes = np.diff([*changes, len(topics)])
        self.topic_start = np.repeat(changes, sizes).astype(np.int64)
        self.topic_size = np.repeat(sizes, sizes).astype(np.int64)
        rank = np.repeat(np.arange(len(changes)), sizes)
        self.concepts = Draw.weighted(
            np.arange(len(concepts), dtype=np.int32), (rank + 5.0) ** -0.9 / np.sqrt(self.topic_size)
        )
        long = sorted({t for each in terms for t in each if len(t) >= 4 and all(map(is_chinese, t))})
        long = [long[i] for i in shuffle.permutation(len(long))]
        self.spread = Draw.zipf(add(long[:3000]), 0.6, 12.0)
        self.front = Draw.zipf(add(t[:2] for t in long), 0.3, 20.0)
        self.back = Draw.zipf(add(t[-2:] for t in long), 0.5, 20.0)
        letters = sorted({ch for each in terms for t in each for ch in t if is_chinese(ch)})
        self.letters = Draw.zipf(add(letters[i] for i in shuffle.permutation(len(letters))), 0.3, 10.0)

    def _take_symbols(self, concepts: Sequence[Concept], shuffle: np.random.Generator) -> None:
        table = ipc_table()
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for symbol in table:
            if "/" in symbol:
                groups[symbol[:4]].append(symbol)
        names = sorted(groups)
        place = {name: i for i, name in enumerate(names)}
        self.subclass_names = names
        self.symbols = Lists.of([self.phrases.add(_symbols(groups[name], shuffle)) for name in names])
        parts = [
            [part for symbol in groups[name] for part in _CUT.split(table[symbol].zh) if 2 <= len(part) <= 8]
            for name in names
        ]
        self.words = Lists.of([self.phrases.add(each) for each in parts])
        self.all_words = Draw.zipf(self.phrases.add(word for each in parts for word in each), 0.0)
        self.industries = Lists.of([self.phrases.add(each) for each in _industries(names)])
        fallback = [int(i) for i in shuffle.integers(0, len(names), len(concepts))]
        known = [[place[s[:4]] for s in c.ipc if s[:4] in place] for c in concepts]
        self.main = np.array([k[0] if k else f for k, f in zip(known, fallback, strict=True)], dtype=np.int64)
        self.second = np.array(
            [k[-1] if k else f for k, f in zip(known, fallback, strict=True)], dtype=np.int64
        )

    def same_topic(self, rng: np.random.Generator, concepts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Draw for each concept one of its topic."""
        steps = (rng.random(concepts.size) * self.topic_size[concepts]).astype(np.int64)
        return np.asarray(self.topic_start[concepts] + steps)


def _ordered(concepts: Sequence[Concept], shuffle: np.random.Generator) -> list[Concept]:
    """Put topics into an order of their own, the first the most frequent; a topic's concepts together."""
    topics = sorted({concept.topic for concept in concepts})
    rank = dict(zip(topics, shuffle.permutation(len(topics)).tolist(), strict=True))
    return sorted(concepts, key=lambda concept: rank[concept.topic])


def _half_plain(joints: Ids) -> Draw:
    """Let the first, which are little more than commas, make up half of all."""
    rank = np.arange(joints.size)
    share = np.where(rank < _PLAIN, 0.5 / _PLAIN, 0.5 / (rank.size - _PLAIN))
    return Draw.weighted(joints, share * (rank + 20.0) ** -0.4)


def _symbols(groups: Sequence[str], shuffle: np.random.Generator) -> list[str]:
    """Return main groups and invented subgroups of one subclass, in a chance order."""
    found = []
    for group in (groups[i] for i in shuffle.permutation(len(groups))):
        head = group.partition("/")[0]
        found += [group, *(f"{head}/{2 * int(n):02d}" for n in shuffle.integers(1, 40, 4))]
    return found


def _industries(subclasses: Sequence[str]) -> list[list[str]]:
    codes: defaultdict[str, list[str]] = defaultdict(list)
    for industry, symbol in sorted(Crosswalk.load().rows):
        if len(industry) >= 3:
            codes[symbol[:4]].append(industry)
    return [sorted(set(codes[name])) for name in subclasses]


def _filled(frames: Sequence[str]) -> list[str]:
    """Put numbers and places into letter phrases."""
    rng = np.random.default_rng(_SHUFFLE)
    return [
        frame.format(
            year=int(rng.integers(1985, 2022)),
            n=int(rng.integers(1, 99)),
            m=int(rng.integers(2, 30)),
            d=int(rng.integers(1, 9)),
            place="工业园区",
        )
        for frame in frames
        for _ in range(40)
    ]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary, made once in each process."""
    return Vocabulary()
