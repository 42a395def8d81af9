"""`python -m bench online`: times of single searches by selectivity, Qixi's and tantivy's in turn."""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.online.narrowing import SHARES, chosen
from bench.online.rival import Rival, build
from qixi.core import Need
from qixi.match.facets import Filters
from qixi.match.index import map_index, open_facets
from qixi.match.index.records import FILE as RECORDS
from qixi.match.search import Depth, Search
from qixi.tables import read_needs

WARM = 20


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench online", description=__doc__)
    parser.add_argument("--index", type=Path, required=True, help="index folder (`qixi index build`)")
    parser.add_argument("--demand", type=Path, required=True, help="needs; the first ones are asked")
    parser.add_argument("--needs", type=int, default=300)
    parser.add_argument("--top", type=int, default=100)
    parser.add_argument("--rival", type=Path, help="folder of tantivy's index, built when missing")
    parser.add_argument("--no-rival", action="store_true")
    parser.add_argument("--recall", type=int, default=0, help="needs that are also searched exactly")
    parser.add_argument("--json", type=Path, help="file for the figures")
    given = parser.parse_args(arguments)
    start = time.perf_counter()
    mapped = map_index(given.index)
    engine, facets = mapped.engine, open_facets(mapped.opened)
    print(f"opened {len(engine.assets):,} technologies in {time.perf_counter() - start:.2f} s", flush=True)
    start = time.perf_counter()
    mapped.check()
    # As in a program that has searched for a while: each block of the records is checked when first read.
    for part in mapped.opened.parts:
        part.vault(RECORDS).check()
    print(f"checked every block in {time.perf_counter() - start:.2f} s", flush=True)
    needs = _needs(given.demand, given.needs)
    # What an index holds in memory is not looked through for garbage again and again.
    gc.collect()
    gc.freeze()
    with tempfile.TemporaryDirectory() as name, Search(engine, facets) as search:
        rival = None if given.no_rival else _rival(given.rival or Path(name), engine.assets)
        rows = []
        for share in SHARES:
            filters = chosen(facets, share)
            row = {"selectivity": share, "filters": [repr(each) for each in filters]}
            row |= _times("qixi", needs, filters, lambda n, f: search.find(n, f, given.top, 10))
            row |= _times("without reasons", needs, filters, lambda n, f: search.find(n, f, given.top, 0))
            if rival is not None:
                row |= _times("tantivy", needs, filters, lambda n, f: rival.find(n, f, given.top))
            row["passed"] = float(np.mean([search.find(needs[0], f, 1, 0).passed for f in filters]))
            if given.recall:
                with Search(engine, facets, Depth(candidates=None)) as exact:
                    row["recall"] = _recall(search, exact, needs[: given.recall], filters, given.top)
            rows.append(row)
            print(_line(row), flush=True)
    if given.json:
        given.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


def _needs(path: Path, count: int) -> list[Need]:
    with tempfile.TemporaryDirectory() as name:
        part = Path(name) / path.name
        with path.open(encoding="utf-8") as lines:
            part.write_text("".join(islice(lines, count + WARM)), encoding="utf-8")
        return list(read_needs([part]).records)


def _rival(folder: Path, assets: Sequence[object]) -> Rival:
    if not (folder / "meta.json").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        start = time.perf_counter()
        build(folder, assets)  # type: ignore[arg-type]
        print(f"tantivy: built in {time.perf_counter() - start:.0f} s", flush=True)
    return Rival(folder)


def _times(
    name: str, needs: Sequence[Need], filters: Sequence[Filters], find: Callable[[Need, Filters], object]
) -> dict[str, object]:
    took: list[tuple[float, float]] = []
    for number, need in enumerate(needs):
        start, busy = time.perf_counter(), time.process_time()
        find(need, filters[number % len(filters)])
        took.append((time.perf_counter() - start, time.process_time() - busy))
    warm: NDArray[np.float64] = 1e3 * np.array(took[WARM:])
    p50, p95, p99 = np.percentile(warm[:, 0], (50, 95, 99))
    # What the processor did, all threads together, says more than the clock on a machine that is shared.
    half, most = np.percentile(warm[:, 1], (50, 95))
    return {
        f"{name} p50 ms": float(p50),
        f"{name} p95 ms": float(p95),
        f"{name} p99 ms": float(p99),
        f"{name} cpu p50 ms": float(half),
        f"{name} cpu p95 ms": float(most),
    }


def _recall(
    search: Search, exact: Search, needs: Sequence[Need], filters: Sequence[Filters], top: int
) -> float:
    shares = []
    for number, need in enumerate(needs):
        narrow = filters[number % len(filters)]
        found = {m.asset_id for m in search.find(need, narrow, top, 0).ranking.matches}
        true = {m.asset_id for m in exact.find(need, narrow, top, 0).ranking.matches}
        shares.append(len(found & true) / max(len(true), 1))
    return float(np.mean(shares))


def _line(row: dict[str, object]) -> str:
    shown = (f"{key} {value:.4g}" for key, value in row.items() if isinstance(value, float))
    return ", ".join(shown)
