"""Wishes met at an event beside a clerk's timetable: `python -m bench timetable --seeds 20`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from statistics import mean

import numpy as np

from qixi.market.domain.timetable import Hall, Meeting, Wish, greedy, timetable


def drawn(firms: int, teams: int, slots: int, absent: float, seed: int) -> tuple[list[Wish], Hall]:
    """Draw an event: some teams are sought by many, wishes weigh 1 to 3, everyone misses some slots."""
    source = np.random.default_rng(seed)
    appeal = np.exp(0.8 * source.normal(size=teams))
    wishes = []
    for firm in range(firms):
        most = int(source.integers(5, min(25, teams + 1)))
        sought = source.choice(teams, most, replace=False, p=appeal / appeal.sum())
        wishes += [Wish(f"firm-{firm:03}", f"team-{team:03}", int(source.integers(1, 4))) for team in sought]
    parties = [*(f"firm-{each:03}" for each in range(firms)), *(f"team-{each:03}" for each in range(teams))]
    away = {party: np.flatnonzero(source.random(slots) < absent).tolist() for party in parties}
    return wishes, Hall(slots, away)


def weight(meetings: tuple[Meeting, ...], wishes: list[Wish]) -> int:
    """Return the weight of the wishes that meetings grant."""
    weights = {frozenset((wish.one, wish.other)): wish.weight for wish in wishes}
    return sum(weights[frozenset((each.one, each.other))] for each in meetings)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench timetable")
    parser.add_argument("--firms", type=int, default=60)
    parser.add_argument("--teams", type=int, default=40)
    parser.add_argument("--slots", type=int, default=12)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    rows = []
    print(f"{asked.firms} firms x {asked.teams} teams x {asked.slots} slots, {asked.seeds} seeds, means")
    print("away   wished  clerk  solved  bound  share  clerk's share  seconds")
    for absent in (0.0, 0.1, 0.3):
        found = []
        for seed in range(asked.seeds):
            wishes, hall = drawn(asked.firms, asked.teams, asked.slots, absent, seed)
            began = time.perf_counter()
            solved = timetable(wishes, hall)
            seconds = time.perf_counter() - began
            wished = sum(wish.weight for wish in wishes)
            clerk = weight(greedy(wishes, hall), wishes)
            found.append((wished, clerk, solved.met, solved.bound, seconds))
        wished, clerk, met, bound, seconds = (mean(each) for each in zip(*found, strict=True))
        rows.append(
            {"away": absent, "wished": wished, "clerk": clerk, "met": met, "bound": bound, "seconds": seconds}
        )
        print(
            f"{absent:4.0%}  {wished:7.1f}  {clerk:5.1f}  {met:6.1f}  {bound:5.1f}  {met / bound:5.1%}"
            f"  {clerk / bound:13.1%}  {seconds:7.1f}"
        )
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
