"""What learning is worth on real judgements: weights and likelihoods tried on demands held out."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from qixi.match.engine import Engine
from qixi.match.evaluation.comparison import Difference
from qixi.match.learning.gathering import gather
from qixi.match.learning.sample import Sample
from qixi.match.learning.study import Study, study
from qixi.match.learning.weights import Weights
from qixi.match.settings import Fusion, Settings
from qixi.tables import read_assets, read_feedback, read_needs, settled

ROOT = Path(__file__).parents[1]
WORSE = Settings(fusion=Fusion(topics=0.02, subclasses=6.0))
"""Weights nobody would choose, to see whether learning finds its way back."""


def sample_of(folder: Path) -> Sample:
    """Return the judged pairs as feedback of one grade, 0 to 3."""
    assets = read_assets([folder / "achievements.jsonl"]).records
    needs = read_needs([folder / "demands.jsonl"]).records
    records, _ = settled(read_feedback([folder / "qrels.tsv"]).records)
    settings = Settings()
    return gather(Engine(settings).fit(assets), needs, records, settings.learning)


def shuffled(sample: Sample, seed: int) -> Sample:
    """Return the sample with grades dealt anew inside each demand: what is left is chance."""
    source = np.random.default_rng(seed)
    order = np.lexsort((source.permutation(sample.owner.size), sample.owner))
    outcomes = {name: values[order] for name, values in sample.outcomes.items()}
    return replace(sample, level=sample.level[order], outcomes=outcomes)


def trials(sample: Sample) -> dict[str, Study]:
    """Return the studies of the table's rows."""
    return {
        "the shipped weights": study(sample, Settings()),
        f"topics {WORSE.fusion.topics:g}, subclasses {WORSE.fusion.subclasses:g}": study(sample, WORSE),
        "grades dealt anew": study(shuffled(sample, 1), Settings()),
    }


def table(found: dict[str, Study]) -> str:
    """Return the table in Markdown."""
    lines = [
        "| learnt from | nDCG set | nDCG learnt | difference [95 %] | installed | topics, subclasses learnt "
        "| log loss of the share | of the curve | installed |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, each in found.items():
        trial, ranking = each.curves["good"], each.ranking
        assert ranking is not None
        low, high = ranking.interval or (0.0, 0.0)
        curve, constant = (losses.mean() for losses in trial.losses())
        weights = ", ".join(f"{each.learnt.named()[part]:.2f}" for part in ("topics", "subclasses"))
        cells = [
            name,
            f"{ranking.b:.3f}",
            f"{ranking.a:.3f}",
            f"{ranking.difference:+.4f} [{low:+.4f}, {high:+.4f}]",
            _yes(each.better),
            weights,
            f"{constant:.4f}",
            f"{curve:.4f}",
            _yes(trial.better()),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def figures(found: dict[str, Study]) -> dict[str, object]:
    """Return the figures for a JSON file."""

    def one(ranking: Difference) -> dict[str, object]:
        return {"set": ranking.b, "learnt": ranking.a, "interval": ranking.interval}

    return {name: one(each.ranking) for name, each in found.items() if each.ranking is not None}


def main(arguments: Sequence[str]) -> int:
    """Print the table; `--json FILE` writes the figures too."""
    parser = argparse.ArgumentParser(prog="python -m bench learning")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    folder = Path(os.environ.get("QIXI_DATA") or ROOT.parent / "shared" / "data") / "demand-achievement"
    if not folder.is_dir():
        print(f"没有真实数据，未测量 / no real data, nothing measured: {folder}")
        return 2
    sample = sample_of(folder)
    telling = int(sample.telling().sum())
    print(f"{len(sample.needs)} judged demands, {len(sample.assets)} pairs, {telling} telling.\n")
    found = trials(sample)
    print(table(found))
    start = Weights.of(Settings()).named()
    print(f"\nset: topics {start['topics']:g}, subclasses {start['subclasses']:g}.")
    print("nDCG(gain=exp,pool=judged)@10, held out by demand, 10 folds.")
    if asked.json:
        asked.json.write_text(json.dumps(figures(found), indent=1) + "\n", encoding="utf-8")
    return 0
