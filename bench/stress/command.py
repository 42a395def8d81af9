"""`python -m bench generate`: writes the generated files, or prints how near their words are to real ones."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Sequence
from pathlib import Path

from bench.stress.curves import table
from bench.stress.writing import Plan, write


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench generate", description=__doc__)
    parser.add_argument("--supply", type=int, default=102_000, help="technologies")
    parser.add_argument("--demand", type=int, default=42_000, help="needs")
    parser.add_argument("--portfolio", type=float, default=0.3, help="share of firms with own patents")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, help="folder for supply.jsonl and demand.jsonl")
    parser.add_argument("--curves", action="store_true", help="print figures of words beside the real texts'")
    given = parser.parse_args(arguments)
    if not given.curves and given.out is None:
        parser.error("--out or --curves is needed")
    if given.out is not None:
        start = time.perf_counter()
        write(Plan(given.supply, given.demand, given.portfolio, given.seed), given.out, given.processes)
        print(f"{given.supply:,} + {given.demand:,} records in {time.perf_counter() - start:.1f} s")
    if given.curves:
        root = Path(__file__).parents[2]
        data = Path(os.environ.get("QIXI_DATA") or root.parent / "shared" / "data")
        if not (data / "patents").is_dir():
            print("没有真实数据，无从比较 / no real data to compare with")
            return 2
        print(table(data, given.seed))
    return 0
