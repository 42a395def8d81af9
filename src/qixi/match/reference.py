"""A reference collection for what a corpus cannot know by itself: topics, IPC subclasses, common words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache

from qixi.match.lexicon import Lexicon, default_lexicon
from qixi.match.taxonomy import subclasses
from qixi.match.taxonomy.ipc import ipc_table
from qixi.match.text import fold
from qixi.match.tokens import units


def topic_documents(lexicon: Lexicon) -> dict[str, str]:
    """Return topic → folded text of all its concepts' words."""
    words: defaultdict[str, list[str]] = defaultdict(list)
    for concept in lexicon.concepts:
        words[concept.topic].append(" ; ".join(concept.terms))
    return {topic: fold(f"{topic} ; ") + " ; ".join(words[topic]) for topic in sorted(words)}


def subclass_documents(lexicon: Lexicon) -> dict[str, str]:
    """Return IPC subclass → folded text of its titles down to main group and its concepts' words."""
    words: defaultdict[str, list[str]] = defaultdict(list)
    for symbol, title in ipc_table().items():
        if len(symbol) >= 4:
            words[symbol[:4]].append(fold(f"{title.zh} ; {title.en}"))
    known = set(subclasses())
    for concept in lexicon.concepts:
        for symbol in concept.ipc:
            if symbol in known:
                words[symbol].append(" ; ".join(concept.terms))
    return {symbol: " ; ".join(words[symbol]) for symbol in sorted(words)}


@cache
def unit_frequency() -> Mapping[str, float]:
    """Return how often, 0..1, a line of the reference collection holds each unit."""
    lines = [fold(f"{title.zh} {title.en}") for symbol, title in ipc_table().items() if len(symbol) > 4]
    lines += [" ; ".join(concept.terms) for concept in default_lexicon().concepts]
    counts: Counter[str] = Counter()
    for line in lines:
        counts.update({unit.text for unit in units(line)})
    return {unit: count / len(lines) for unit, count in counts.items()}
