"""Both sides measured in turn in one process, and what they find compared with the plain way."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
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
    gemm, stream = peaks.gemm(), peaks.stream(plan.threads)
    ours, our_build = _timed(lambda: Ours(given, plan.heads, plan.cut, plan.threads))
    rival, rival_build = _rival(given, plan.threads)
    sample = np.linspace(0, plan.demand - 1, min(plan.sample, plan.demand)).astype(np.int64)
    exact = Oracle(given).scores(sample)
    gc.collect()
    chosen, way, tried = _choice(plan, given, rival, sample, exact)
    asked = given.demand, given.demand_vectors
    run = _rounds(plan, lambda: ours.top(ours.ask(*asked), plan.candidates), lambda: way(rival, *asked))
    run.gemm.append(gemm)
    stream = max(stream, peaks.stream(plan.threads))
    our_time, rival_time = min(run.ours), min(run.rival)
    columns, dim = ours.fused.columns.shape[1], given.supply_vectors.shape[1]
    followed, all_followed = ours.postings(ours.ask(*asked)), _postings(given)
    pairs, peak = plan.demand * plan.supply, max(run.gemm)
    return {
        "ratio": rival_time / our_time,
        "build_ratio": (rival_build + rival_time) / (our_build + our_time),
        "recall": recall([run.found[0][i] for i in sample], exact),
        "rival_recall": recall([run.found[1][i] for i in sample], exact),
        "rate": plan.demand / our_time,
        "rival_rate": plan.demand / rival_time,
        "build_seconds": our_build,
        "rival_build_seconds": rival_build,
        "seconds": run.ours,
        "rival_seconds": run.rival,
        "cpu_ms": min(run.our_cpu) / plan.demand * 1e3,
        "rival_cpu_ms": min(run.rival_cpu) / plan.demand * 1e3,
        "cpu_ratio": min(run.rival_cpu) / min(run.our_cpu),
        "rival_way": chosen,
        "rival_ways": tried,
        "gemm_gflops": peak,
        "stream_gbs": stream,
        "matrix_share": 2 * pairs * columns / our_time / 1e9 / peak,
        "rival_matrix_share": 2 * pairs * dim / rival_time / 1e9 / peak,
        "product_seconds": _product(ours, plan),
        "memory_share": 8 * plan.demand * followed / our_time / 1e9 / stream,
        "rival_memory_share": 8 * plan.demand * all_followed / rival_time / 1e9 / stream,
        "postings_per_need": followed,
        "rival_postings_per_need": all_followed,
        "dim": dim,
        "columns": columns,
        "heads": ours.heads,
        "rescored_terms": ours.common - ours.heads,
        "load": run.load,
        "sample": int(sample.size),
    }


@dataclass(slots=True)
class _Run:
    """Wall and processor seconds of either side round by round, and what was found in the last."""

    ours: list[float] = field(default_factory=list)
    rival: list[float] = field(default_factory=list)
    our_cpu: list[float] = field(default_factory=list)
    rival_cpu: list[float] = field(default_factory=list)
    gemm: list[float] = field(default_factory=list)
    load: list[float] = field(default_factory=list)
    found: tuple[list[Any], list[Any]] = ([], [])


def _rounds(plan: Plan, ours: Callable[[], list[Any]], rival: Callable[[], list[Any]]) -> _Run:
    run = _Run()
    for _ in range(plan.rounds):
        run.load.append(os.getloadavg()[0])
        run.gemm.append(peaks.gemm())
        first = time.process_time()
        ours_found, seconds = _timed(ours)
        second = time.process_time()
        run.ours.append(seconds)
        rival_found, seconds = _timed(rival)
        run.rival.append(seconds)
        run.our_cpu.append(second - first)
        run.rival_cpu.append(time.process_time() - second)
        run.found = ours_found, rival_found
    return run


def _rival(given: Setting, threads: int) -> tuple[Rival, float]:
    rows = _rows(given.supply)
    gc.collect()
    return _timed(lambda: Rival(given, rows, threads))


Way = Callable[[Rival, Lists, Any], list[Any]]


def _choice(
    plan: Plan, given: Setting, rival: Rival, sample: Any, exact: Any
) -> tuple[str, Way, dict[str, float]]:
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
        if tried[f"lists of {depth}"] > tried["arrays"]:
            return f"lists of {depth}", united, tried
        break
    return "arrays", arrays, tried


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
