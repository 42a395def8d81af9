"""An assembled rival: jieba cuts and bm25s ranks with its own idf; also with characters and bigrams."""

from __future__ import annotations

import json
import logging
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import bm25s
import jieba
import numpy as np
from numpy.typing import NDArray

from bench.baseline import grams

jieba.setLogLevel(logging.WARNING)
Cut = Callable[[str], list[str]]

# bm25s counts a query term as often as it is given: the title six times is the content at 1/6, as
# the baselines weigh it (0.17).
TITLE_TIMES = 6


def words(text: str) -> list[str]:
    """Return dictionary words of two characters or more, Latin ones in lower case."""
    return [word for word in jieba.cut(text.lower()) if len(word.strip()) > 1]


CUTS: dict[str, Cut] = {"words": words, "characters": grams}


def index(texts: Sequence[str], cut: Cut) -> bm25s.BM25:
    """Return a fitted bm25s index."""
    ranker = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    ranker.index([cut(text) or [""] for text in texts], show_progress=False)
    return ranker


def query(title: str, content: str, cut: Cut) -> list[str]:
    """Return the query terms, repeated as often as they count."""
    terms = cut(title) * TITLE_TIMES
    for term, count in Counter(cut(content)).items():
        terms += [term] * round(1 + math.log(count))
    return terms


def scores(ranker: bm25s.BM25, needs: Sequence[tuple[str, str]], cut: Cut) -> Iterator[NDArray[np.float32]]:
    """Yield the scores of all documents for each (title, content)."""
    for title, content in needs:
        known = [term for term in query(title, content, cut) if term in ranker.vocab_dict]
        yield ranker.get_scores(known) if known else np.zeros(ranker.scores["num_docs"], dtype=np.float32)


def main(supply: Path, demand: Path, out: Path, cut: Cut, top: int = 100) -> None:
    """Match as `qixi match` does; the reason of a match is the words both texts hold."""
    assets, needs = [
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in (supply, demand)
    ]
    texts = [f"{asset['title']}\n{asset.get('abstract', '')}" for asset in assets]
    ranker = index(texts, cut)
    held = [set(cut(text)) for text in texts]
    with out.open("w", encoding="utf-8") as file:
        pairs = [(need["title"], need["content"]) for need in needs]
        for need, row in zip(needs, scores(ranker, pairs, cut), strict=True):
            asked = set(cut(f"{need['title']}\n{need['content']}"))
            for rank, place in enumerate(np.argsort(-row, kind="stable")[:top], start=1):
                line = {
                    "demand_id": need["id"],
                    "supply_id": assets[place]["id"],
                    "rank": rank,
                    "score": float(row[place]),
                    "reasons": sorted(asked & held[place]),
                }
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[2:5]), cut=CUTS[sys.argv[1]])
