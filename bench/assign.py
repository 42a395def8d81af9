"""Allocation at size: `python -m bench assign --needs 450000`, see docs/explanation/market-allocation.md."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from qixi.match.assign.certificate import fits
from qixi.match.assign.large import large
from qixi.match.assign.market import NOBODY, Market


def drawn(needs: int, candidates: int, seed: int, brokers: int) -> Market:
    """Draw a market whose technologies differ in appeal, a third of the firms with several needs."""
    source = np.random.default_rng(seed)
    technologies, inventors = 3 * needs, max(1, 4 * needs // 3)
    firms = max(1, 2 * needs // 3)
    start = np.arange(needs + 1, dtype=np.int64) * candidates
    firm_of_need = np.sort(np.concatenate((np.arange(firms), source.integers(0, firms, needs - firms))))
    firm_start = np.searchsorted(firm_of_need, np.arange(firms + 1)).astype(np.int64)
    inventor = source.integers(0, inventors, technologies, dtype=np.int32)
    appeal = source.normal(size=technologies).astype(np.float32)
    supply = np.empty(needs * candidates, dtype=np.int32)
    likelihood = np.empty(needs * candidates, dtype=np.float32)
    for begin in range(0, needs, 10_000):
        end = min(begin + 10_000, needs)
        # What ranks high is drawn more often: a square of uniform numbers, the popular ones first.
        draws = source.random((end - begin, candidates)) ** 2 * technologies
        items = np.sort(draws.astype(np.int32), axis=1)
        for _ in range(50):  # a technology stands once in a list
            twice = np.zeros(items.shape, dtype=np.bool_)
            twice[:, 1:] = items[:, 1:] == items[:, :-1]
            if not twice.any():
                break
            items[twice] = source.integers(0, technologies, int(twice.sum()))
            items.sort(axis=1)
        odds = -2.0 + 0.7 * appeal[items] + source.normal(size=items.shape).astype(np.float32)
        supply[begin * candidates : end * candidates] = items.ravel()
        likelihood[begin * candidates : end * candidates] = (1 / (1 + np.exp(-odds))).ravel()
    region = source.integers(0, brokers, firms).astype(np.int32) if brokers else None
    broker = (
        np.repeat(region[firm_of_need], candidates)
        if region is not None
        else np.full(supply.size, NOBODY, dtype=np.int32)
    )
    load = int(2.0 * needs / brokers) if brokers else 0
    return Market(
        _ids("d", needs), _ids("s", technologies), _ids("f", firms), _ids("v", inventors),
        _ids("k", brokers), (), start, firm_start, supply, inventor[supply], broker, likelihood,
        np.full(needs, NOBODY, dtype=np.int32), np.full(firms, 5), np.full(inventors, 2),
        np.full(brokers, load), np.zeros(0, dtype=np.int64), 0.3, True,
    )  # fmt: skip


def _ids(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{place:07d}" for place in range(count))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench assign")
    parser.add_argument("--needs", type=int, default=45_000)
    parser.add_argument("--candidates", type=int, default=100)
    parser.add_argument("--brokers", type=int, default=0)
    parser.add_argument("--gap", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    large(drawn(200, 20, 1, 2), 0.01)  # the loops are compiled before the clock starts
    market = drawn(asked.needs, asked.candidates, asked.seed, asked.brokers)
    begin, busy = time.perf_counter(), time.process_time()
    chosen, certificate = large(market, asked.gap)
    seconds, busy = time.perf_counter() - begin, time.process_time() - busy
    found = {
        "needs": asked.needs,
        "pairs": market.pairs,
        "firms": len(market.firm_ids),
        "inventors": len(market.talker_ids),
        "brokers": asked.brokers,
        "shown": int(chosen.sum()),
        "fits": fits(market, chosen),
        "total": round(certificate.total, 3),
        "bound": round(certificate.bound, 3),
        "gap": round(certificate.gap, 6),
        "owed": certificate.owed,
        "given": certificate.given,
        "given_bound": certificate.given_bound,
        "seconds": round(seconds, 1),
        "processor_seconds": round(busy, 1),
        "peak_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }
    text = json.dumps(found, indent=2)
    print(text)
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
