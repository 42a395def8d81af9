"""What the choice of constants is worth: a grid of settings, and the choice cross-validated by demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.quality import FULL, queries
from qixi.match.evaluation import Evaluation, Qrels, Run, evaluate
from qixi.match.lexicon import default_lexicon
from qixi.match.query import need_query
from qixi.match.requirements import background_mask
from qixi.match.scorers import LexicalScorer, SubclassScorer, TopicScorer
from qixi.match.settings import Fusion
from qixi.tables import read_assets, read_needs

IDF_POWERS = (1.4, 1.6, 1.8, 2.0)
PAIRS = (0.3, 0.4, 0.6)
GENERIC = (0.2, 0.3, 0.5)
TOPICAL = (0.2, 0.3, 0.4, 0.5)
MEASURES = ("nDCG(gain=exp,pool=judged)@10", "R(rel=2)@100")
FOLDS, SPLITS = 10, (1, 2, 3, 4, 5)

Point = tuple[float, float, float, float]


def evaluations(folder: Path) -> Iterator[tuple[Point, Evaluation]]:
    """Yield (idf power, pair, generic, topical weights) and what it measures, over the whole grid."""
    assets = read_assets([folder / "achievements.jsonl"]).records
    needs = read_needs([folder / "demands.jsonl"]).records
    qrels = Qrels.read(folder / "qrels.tsv")
    needs = tuple(need for need in needs if need.id in qrels.grades)
    asked = queries(needs)
    topical = TopicScorer().fit(assets).score(asked) + SubclassScorer().fit(assets).score(asked)
    for power, pair in product(IDF_POWERS, PAIRS):
        lexical = LexicalScorer(replace(FULL.weighing, idf_power=power, pair_zh=pair)).fit(assets)
        for generic in GENERIC:
            weighing = replace(FULL.query, generic=generic)
            lexicon = default_lexicon()
            scores = lexical.score([need_query(n, background_mask(n), lexicon, weighing) for n in needs])
            for weight in TOPICAL:
                total = np.round(scores + weight * topical, 6)
                rows = {
                    need.id: {a.id: float(v) for a, v in zip(assets, row, strict=True)}
                    for need, row in zip(needs, total, strict=True)
                }
                yield (power, pair, generic, weight), evaluate(Run(rows), qrels, MEASURES)


def cross_validated(values: NDArray[np.float64], chosen_by: NDArray[np.float64], seed: int) -> float:
    """Return the mean of each demand's value under the setting best, by `chosen_by`, for the other folds."""
    fold = np.random.default_rng(seed).permutation(chosen_by.shape[1]) % FOLDS
    out = np.zeros(chosen_by.shape[1])
    for k in range(FOLDS):
        best = chosen_by[:, fold != k].mean(axis=1).argmax()
        out[fold == k] = values[best, fold == k]
    return float(np.nanmean(out))


def text(data: Path) -> str:
    """Return the paragraph and table in Markdown."""
    points, found = zip(*evaluations(data / "demand-achievement"), strict=True)
    demands = found[0][MEASURES[0]].demands
    tables = []
    for measure in MEASURES:
        columns = [e[measure].by_demand() for e in found]
        tables.append(np.array([[column.get(d, np.nan) for d in demands] for column in columns]))
    fusion = Fusion()
    default = points.index(
        (FULL.weighing.idf_power, FULL.weighing.pair_zh, FULL.query.generic, fusion.topics)
    )
    lines = [
        f"{len(points)} settings: idf power {_list(IDF_POWERS)}, pair of characters {_list(PAIRS)}, "
        f"generic word {_list(GENERIC)}, topics and subclasses {_list(TOPICAL)} each.",
        "",
        "| | nDCG exp | R@100 |",
        "|---|---|---|",
    ]
    means = [np.nanmean(values, axis=1) for values in tables]
    for name, pick in (("least of the grid", np.min), ("median", np.median), ("most", np.max)):
        lines.append(f"| {name} | {' | '.join(f'{pick(mean):.3f}' for mean in means)} |")
    lines.append(f"| the shipped setting | {' | '.join(f'{mean[default]:.3f}' for mean in means)} |")
    crossed = [[cross_validated(values, tables[0], seed) for seed in SPLITS] for values in tables]
    shown = " | ".join(f"{np.mean(values):.3f} ({min(values):.3f}–{max(values):.3f})" for values in crossed)
    lines.append(f"| chosen by nDCG, {FOLDS}-fold by demand, {len(SPLITS)} splits | {shown} |")
    return "\n".join(lines)


def _list(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)
