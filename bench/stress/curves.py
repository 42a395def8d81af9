"""Document frequencies of Qixi's own units: the generated texts beside real ones, figures only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.stress.writing import Plan, lines
from qixi.core import Need
from qixi.match.lexicon import default_lexicon
from qixi.match.query import need_query
from qixi.match.requirements import background_mask
from qixi.match.text import fold
from qixi.match.tokens import units

SHARES = (0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)


@dataclass(frozen=True, slots=True)
class Curve:
    """Figures of one set of texts, by their names."""

    figures: dict[str, float]

    @classmethod
    def of(cls, texts: Sequence[str], needs: Sequence[Need]) -> Curve:
        """Measure technologies' texts, and the needs' queries against them."""
        frequency: Counter[str] = Counter()
        postings, grown = 0, {}
        marks = {len(texts) // 8, len(texts) // 4, len(texts) // 2, len(texts)}
        for number, text in enumerate(texts, 1):
            found = {unit.text for unit in units(fold(text))}
            frequency.update(found)
            postings += len(found)
            if number in marks:
                grown[f"units after {number:,} records"] = float(len(frequency))
        size = len(texts)
        share = np.array(list(frequency.values())) / size
        figures = {
            "characters per record": float(np.mean([len(text) for text in texts])),
            "postings per record": postings / size,
            **grown,
            "growth at the end (Heaps)": float(np.log2(len(frequency) / list(grown.values())[-2])),
            "units of one record only, share": float(np.mean(share * size < 1.5)),
        }
        for cut in SHARES:
            figures[f"units above {cut:.1%}, number"] = float((share > cut).sum())
        for cut in SHARES:
            figures[f"units above {cut:.1%}, share of postings"] = float(
                share[share > cut].sum() / share.sum()
            )
        return cls({**figures, **_asked(frequency, size, needs)})


def _asked(frequency: Counter[str], size: int, needs: Sequence[Need]) -> dict[str, float]:
    sums = np.zeros(5)
    for need in needs:
        query = need_query(need, background_mask(need), default_lexicon())
        known = [u for u, w in query.expanded.items() if w > 0 and u in frequency]
        share = np.array([frequency[unit] / size for unit in known])
        sums += share.sum(), *(share[share <= cut].sum() for cut in (0.1, 0.05, 0.02)), len(known)
    mean = sums / max(len(needs), 1)
    return {
        "characters per need": float(np.mean([len(need.title) + len(need.content) for need in needs])),
        "units per need": float(mean[4]),
        "sum of df/N per need": float(mean[0]),
        "of it from units up to 10 %": float(mean[1]),
        "of it from units up to 5 %": float(mean[2]),
        "of it from units up to 2 %": float(mean[3]),
    }


def _real(data: Path) -> tuple[list[str], list[Need]]:
    supply = _records(data / "patents" / "patents.jsonl")
    needs = _records(data / "demand-achievement" / "demands.jsonl")
    return (
        [f"{each['title']}\n{each['abstract'] or ''}" for each in supply],
        [Need(each["id"], title=each["title"], content=each["content"]) for each in needs],
    )


def _records(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(data: Path, seed: int = 1) -> str:
    """Return the figures of as many generated records as there are real ones, beside the real ones'."""
    texts, needs = _real(data)
    supply, demand = lines(Plan(len(texts), len(needs), 0.0, seed))
    made = [json.loads(line) for line in supply]
    asked = [json.loads(line) for line in demand]
    ours = Curve.of(
        [f"{each['title']}\n{each['abstract']}" for each in made],
        [Need(each["id"], title=each["title"], content=each["content"]) for each in asked],
    ).figures
    theirs = Curve.of(texts, needs).figures
    rows = [
        f"{len(texts):,} records, {len(needs)} needs",
        "| figure | real | generated | ratio |",
        "|---|---|---|---|",
    ]
    for name, real in theirs.items():
        shown = (f"{value:,.0f}" if value >= 100 else f"{value:.3g}" for value in (real, ours[name]))
        mark = "" if 0.8 <= ours[name] / real <= 1.25 else " *"
        rows.append(f"| {name} | {' | '.join(shown)} | {ours[name] / real:.2f}{mark} |")
    return "\n".join([*rows, "", "`*` more than a fifth apart."])
