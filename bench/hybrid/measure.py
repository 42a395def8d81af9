"""Both sides measured in turn in one process, and what they find compared with the plain way."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from bench.hybrid import peaks
from bench.hybrid.ours import Ours
from bench.hybrid.rival import Rival
from bench.hybrid.target import Oracle, Setting, recall
from bench.hybrid.tokens import DEMAND_LENGTH, SUPPLY_LENGTH, VOCABULARY, Lists, lists
from bench.hybrid.vectors import vectors

Result = TypeVar("Result")
DEPTHS = (250, 500, 1000, 2000, 4000, 8000)
ENOUGH = 0.99
_WARM = 2000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured: numbers of records, how Qixi searches, rounds, threads of either side."""

    supply: int = 200_000
    demand: int = 4096
    seed: int = 1
    threads: int = 2
    rounds: int = 3
    sample: int = 256
    idf_power: float = 1.0
    counted: bool = False
    heads: float = 0.2
    cut: float = 0.1
    candidates: int = 800


def setting(plan: Plan) -> Setting:
    """Generate the records; needs hold each unit once unless they are to be counted."""
    supply = lists(plan.supply, SUPPLY_LENGTH, plan.seed, 0)
    demand = lists(plan.demand, DEMAND_LENGTH, plan.seed, 1)
    if not plan.counted:
        rows = [np.unique(row) for row in demand.rows()]
        start = np.cumsum([0, *(row.size for row in rows)]).astype(np.int64)
        demand = Lists(start, np.concatenate(rows), demand.subject, demand.narrower)
    given = vectors(supply, plan.seed, 0), vectors(demand, plan.seed, 1)
    return Setting(supply, demand, *given, VOCABULARY, plan.idf_power)


def measured(plan: Plan) -> dict[str, Any]:
    """Run everything; times are wall seconds, the best of the rounds taken in turn."""
    _warm(plan)
    given = setting(plan)
    load = [os.getloadavg()[0]]
    gemm, stream = [peaks.gemm()], [peaks.stream(plan.threads)]
    ours, our_build = _timed(lambda: Ours(given, plan.heads, plan.cut, plan.threads))
    rows = _rows(given.supply)
    rival, rival_build = _timed(lambda: Rival(given, rows, plan.threads))
    del rows
    gc.collect()
    sample = np.linspace(0, plan.demand - 1, min(plan.sample, plan.demand)).astype(np.int64)
    exact = Oracle(given).scores(sample)
    gc.collect()
    way, tried = _choice(plan, given, rival, sample, exact)

    def run_ours() -> list[Any]:
        return ours.top(ours.ask(given.demand, given.demand_vectors), plan.candidates)

    def run_rival() -> list[Any]:
        return way(rival, given.demand, given.demand_vectors)

    our_times, rival_times, found = [], [], {}
    for _ in range(plan.rounds):
        gemm.append(peaks.gemm())
        found["ours"], seconds = _timed(run_ours)
        our_times.append(seconds)
        found["rival"], seconds = _timed(run_rival)
        rival_times.append(seconds)
        load.append(os.getloadavg()[0])
    stream.append(peaks.stream(plan.threads))
    asking = ours.ask(given.demand, given.demand_vectors)
    product = _product(ours, plan)
    our_time, rival_time = min(our_times), min(rival_times)
    columns = ours.fused.columns.shape[1]
    return {
        "ratio": rival_time / our_time,
        "build_ratio": (rival_build + rival_time) / (our_build + our_time),
        "recall": recall([found["ours"][i] for i in sample], exact),
        "rival_recall": recall([found["rival"][i] for i in sample], exact),
        "rate": plan.demand / our_time,
        "rival_rate": plan.demand / rival_time,
        "build_seconds": our_build,
        "rival_build_seconds": rival_build,
        "seconds": our_times,
        "rival_seconds": rival_times,
        "rival_ways": tried,
        "gemm_gflops": max(gemm),
        "stream_gbs": max(stream),
        "matrix_share": 2 * plan.demand * plan.supply * columns / our_time / 1e9 / max(gemm),
        "product_seconds": product,
        "rival_matrix_share": 2
        * plan.demand
        * plan.supply
        * given.supply_vectors.shape[1]
        / rival_time
        / 1e9
        / max(gemm),
        "columns": columns,
        "heads": ours.heads,
        "rescored_terms": ours.common - ours.heads,
        "postings_per_need": ours.postings(asking),
        "rival_postings_per_need": _postings(given),
        "memory_share": 8 * plan.demand * ours.postings(asking) / our_time / 1e9 / max(stream),
        "rival_memory_share": 8 * plan.demand * _postings(given) / rival_time / 1e9 / max(stream),
        "load": load,
        "sample": int(sample.size),
    }


Way = Callable[[Rival, Lists, Any], list[Any]]


def _choice(
    plan: Plan, given: Setting, rival: Rival, sample: Any, exact: Any
) -> tuple[Way, dict[str, float]]:
    """Return the faster way of the rival's that finds enough, and the rates of both on the sample."""
    rival.prepare()
    rows = given.demand.rows()
    part = [rows[i] for i in sample]
    start = np.cumsum([0, *(row.size for row in part)]).astype(np.int64)
    asked = Lists(start, np.concatenate(part), given.demand.subject[sample], given.demand.narrower[sample])
    some = given.demand_vectors[sample]

    def arrays(rival: Rival, demand: Lists, held: Any) -> list[Any]:
        return rival.arrays(rival.ask(demand, held), held)

    tried: dict[str, float] = {}
    arrays(rival, asked, some)
    _, seconds = _timed(lambda: arrays(rival, asked, some))
    tried["arrays"] = sample.size / seconds
    for depth in DEPTHS:

        def united(rival: Rival, demand: Lists, held: Any, depth: int = min(depth, plan.supply)) -> list[Any]:
            return rival.lists(rival.ask(demand, held), held, depth)

        share = recall(united(rival, asked, some), exact)
        if share < ENOUGH:
            continue
        _, seconds = _timed(lambda way=united: way(rival, asked, some))  # type: ignore[misc]
        tried[f"lists of {depth}"] = sample.size / seconds
        return (united if sample.size / seconds > tried["arrays"] else arrays), tried
    return arrays, tried


def _timed(do: Callable[[], Result]) -> tuple[Result, float]:
    begin = time.perf_counter()
    result = do()
    return result, time.perf_counter() - begin


def _rows(supply: Lists) -> list[list[int]]:
    """Return lists of numbers, as bm25s wants them; each number is one object however often it stands."""
    names = np.empty(VOCABULARY, dtype=object)
    names[:] = range(VOCABULARY)
    return [names[row].tolist() for row in supply.rows()]


def _postings(given: Setting) -> float:
    """Return how many postings all units of a need have, in the mean."""
    held = given.supply
    document = np.repeat(np.arange(held.size, dtype=np.int64), np.diff(held.start))
    once = np.unique(document * VOCABULARY + held.ids) % VOCABULARY
    count = np.bincount(once, minlength=VOCABULARY)
    return float(count[given.demand.ids].sum() / given.demand.size)


def _product(ours: Ours, plan: Plan) -> float:
    """Return the seconds that the matrix products alone would take, from a part of them."""
    columns = ours.fused.columns
    asked = np.ones((64, columns.shape[1]), dtype=np.float32)
    out = np.empty((64, columns.shape[0]), dtype=np.float32)
    seconds = min(_timed(lambda: np.matmul(asked, columns.T, out=out))[1] for _ in range(5))
    return seconds * plan.demand / 64


def _warm(plan: Plan) -> None:
    """Compile everything on a few records."""
    small = setting(replace(plan, supply=_WARM, demand=128))
    ours = Ours(small, plan.heads, plan.cut, plan.threads)
    ours.top(ours.ask(small.demand, small.demand_vectors), 200)
    rival = Rival(small, _rows(small.supply), plan.threads)
    rival.prepare()
    asked = rival.ask(small.demand, small.demand_vectors)
    rival.arrays(asked, small.demand_vectors)
    rival.lists(asked, small.demand_vectors, 200)
