"""`python -m bench market`: every scenario and seed, its numbers, and the figure of the docs."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bench.market import figure
from bench.market.judgement import judged
from bench.market.meetings import Chance, held
from bench.market.plans import plans
from bench.market.scenario import ORDER, Scenario, read
from bench.market.world import drawn
from qixi.match.evaluation.significance import bootstrap_interval

DOCS = Path(__file__).parents[2] / "docs"
NUMBERS = DOCS / "reference" / "market-simulation.json"
COUNTED = ("shown", "requests", "unanswered", "meetings", "signings", "without")
RIVALS = ("lists", "sum")

Outcomes = Mapping[str, list[dict[str, int]]]


def outcomes(scenario: Scenario) -> Outcomes:
    """Return what came of each plan, one entry for each seed."""
    found: dict[str, list[dict[str, int]]] = {}
    for seed in range(1, scenario.seeds + 1):
        world = drawn(scenario, seed)
        chance = Chance.drawn(world, seed)
        for name, plan in plans(scenario, world, judged(scenario, world, seed)).items():
            found.setdefault(name, []).append(asdict(held(scenario, world, chance, plan())))
    return found


def summary(found: Outcomes) -> dict[str, Any]:
    """Return means, and differences to the rivals with 95 % bootstrap intervals over seeds."""
    said: dict[str, Any] = {}
    for name, rows in found.items():
        columns = {key: np.array([row[key] for row in rows], dtype=np.float64) for key in COUNTED}
        part: dict[str, Any] = {key: _mean(values) for key, values in columns.items()}
        for rival in RIVALS:
            for key in ("meetings", "signings"):
                other = np.array([row[key] for row in found[rival]], dtype=np.float64)
                part[f"{key} less {rival}"] = _mean(columns[key] - other)
        said[name] = part
    return said


def _mean(values: np.ndarray) -> dict[str, Any]:
    interval = bootstrap_interval(values)
    bounds = None if interval is None else [round(bound, 2) for bound in interval]
    return {"mean": round(float(values.mean()), 2), "interval": bounds}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench market")
    parser.add_argument("--scenario", choices=ORDER, action="append")
    parser.add_argument("--json", type=Path, default=NUMBERS)
    asked = parser.parse_args(arguments)
    numbers = {name: summary(outcomes(read(name))) for name in asked.scenario or ORDER}
    asked.json.write_text(json.dumps(numbers, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name, plans_ in numbers.items():
        for plan, part in plans_.items():
            counts = "  ".join(f"{key} {part[key]['mean']:7.1f}" for key in COUNTED)
            less = part["meetings less lists"], part["signings less lists"]
            print(f"{name:9} {plan:9} {counts}  vs lists {less[0]['interval']} {less[1]['interval']}")
    if set(numbers) == set(ORDER):
        figure.draw(numbers)
    return 0
