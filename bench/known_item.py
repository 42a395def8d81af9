"""Finding a technology's own description by its name, in and across two languages."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from bench.quality import engine, rival
from qixi.core import Asset, Need
from qixi.match.evaluation import Qrels, Run, evaluate

_HAN = re.compile(r"[\u4e00-\u9fff]")
TASKS = (("en", "en"), ("zh", "zh"), ("en", "zh"), ("zh", "en"))


def known_items(data: Path, name: str, text: str) -> tuple[list[Asset], list[Need], Qrels]:
    """Return descriptions, names and which belong together, for records told in both languages asked.

    A record whose name is its description would be found by anything, so it asks nothing.
    """
    lines = (data / "technologies" / "technologies.jsonl").read_text(encoding="utf-8").splitlines()
    places: dict[str, str] = {}
    needs, grades = [], {}
    for record in map(json.loads, lines):
        asked = (record[f"name_{name}"] or "").strip()
        told = (record[f"abstract_{text}"] or "").strip()
        if not told or bool(_HAN.search(told)) != (text == "zh"):
            continue
        place = places.setdefault(told, record["id"])
        if asked and asked != told and bool(_HAN.search(asked)) == (name == "zh"):
            needs.append(Need(record["id"], asked))
            grades[record["id"]] = {place: 1}
    return [Asset(id_, abstract=told) for told, id_ in places.items()], needs, Qrels(grades)


def stemmed(assets: Sequence[Asset], needs: Sequence[Need]) -> np.ndarray:
    """Return bm25s's scores with its own English tokenizer: Snowball stems, no stop words."""
    stemmer = Stemmer.Stemmer("english")

    def cut(texts: list[str]) -> list[list[str]]:
        found = bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False)
        return [list(tokens) for tokens in found]

    ranker = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    ranker.index(cut([asset.abstract for asset in assets]), show_progress=False)
    asked = [[t for t in q if t in ranker.vocab_dict] for q in cut([need.title for need in needs])]
    empty = np.zeros(len(assets), dtype=np.float32)
    return np.array([ranker.get_scores(q) if q else empty for q in asked])


def table(data: Path) -> str:
    """Return the table in Markdown."""
    lines = ["| name → description | records | names | ranker | MRR | hit@10 |", "|---|---|---|---|---|---|"]
    for name, text in TASKS:
        assets, needs, qrels = known_items(data, name, text)
        rankers = {"**Qixi, default engine**": engine, "bm25s, characters and bigrams": _rival}
        if text == "zh":
            rankers["bm25s, jieba words"] = _words
        else:
            rankers["bm25s, English stems"] = stemmed
        for label, scoring in rankers.items():
            values = scoring(assets, needs)
            run = Run(
                {
                    n.id: dict(zip((a.id for a in assets), map(float, row), strict=True))
                    for n, row in zip(needs, values, strict=True)
                }
            )
            found = evaluate(run, qrels, ["RR", "R@10"])
            mrr, hit = found["RR"].mean, found["R@10"].mean
            lines.append(
                f"| {name} → {text} | {len(assets)} | {len(needs)} | {label} | {mrr:.3f} | {hit:.3f} |"
            )
    return "\n".join(lines)


def _rival(assets: Sequence[Asset], needs: Sequence[Need]) -> np.ndarray:
    return rival("characters", assets, needs)


def _words(assets: Sequence[Asset], needs: Sequence[Need]) -> np.ndarray:
    return rival("words", assets, needs)
