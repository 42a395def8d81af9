"""Evaluating one run: values by demand, means, intervals, groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from qixi.match.evaluation.coverage import Coverage
from qixi.match.evaluation.hits import Hits
from qixi.match.evaluation.measures import STANDARD, Measure
from qixi.match.evaluation.qrels import Qrels
from qixi.match.evaluation.run import Run
from qixi.match.evaluation.significance import bootstrap_interval


@dataclass(frozen=True, slots=True)
class Result:
    """One measure over the demands that have something relevant to find.

    `values` goes with `demands` (sorted ids), each in 0..1. `left_out` are the judged demands without
    an item of the measure's level of relevance: nothing can be measured on them.
    """

    measure: Measure
    demands: tuple[str, ...]
    values: tuple[float, ...]
    left_out: tuple[str, ...]

    @property
    def mean(self) -> float | None:
        """The mean over `demands`; None where there is none."""
        return float(np.mean(self.values)) if self.values else None

    def by_demand(self) -> dict[str, float]:
        """Return the value of each demand, in order of id."""
        return dict(zip(self.demands, self.values, strict=True))

    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % bootstrap interval of the mean (fixed seed); None below two demands."""
        return bootstrap_interval(np.array(self.values, dtype=np.float64))

    def restricted(self, wanted: frozenset[str]) -> Result:
        """Return the same measure over the demands in `wanted` alone."""
        kept = [(demand, value) for demand, value in self.by_demand().items() if demand in wanted]
        return Result(
            self.measure,
            tuple(demand for demand, _ in kept),
            tuple(value for _, value in kept),
            tuple(demand for demand in self.left_out if demand in wanted),
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What `evaluate` found; `groups` holds the results of each group of demands, sorted by name.

    Judged demands that the grouping does not name are in the group "".
    """

    results: tuple[Result, ...]
    coverage: Coverage
    groups: Mapping[str, tuple[Result, ...]] = field(default_factory=dict)

    def __getitem__(self, measure: Measure | str) -> Result:
        """Return the result of a measure, given as such or by name; raises KeyError if not measured."""
        wanted = Measure.parse(measure) if isinstance(measure, str) else measure
        for result in self.results:
            if result.measure == wanted:
                return result
        raise KeyError(str(wanted))


def evaluate(
    run: Run,
    qrels: Qrels,
    measures: Sequence[Measure | str] = STANDARD,
    groups: Mapping[str, str] | None = None,
) -> Evaluation:
    """Measure a run against judgements.

    Ties of score break by supply id, ascending. A judged demand that the run does not hold counts 0;
    one with nothing relevant is left out of that measure, and listed. Over the judged pool only
    judged items keep a rank; over the corpus unjudged items keep theirs and count 0. `groups` maps
    demand ids to group names. Raises Refused for an unknown measure, or where run and judgements
    share no demand.
    """
    parsed = [Measure.parse(measure) if isinstance(measure, str) else measure for measure in measures]
    coverage = Coverage.of(run, qrels)
    hits = Hits.join(run, qrels)
    results = tuple(_result(hits, measure) for measure in dict.fromkeys(parsed))
    return Evaluation(
        results, coverage, _grouped(hits.demands, results, groups) if groups is not None else {}
    )


def _result(hits: Hits, measure: Measure) -> Result:
    pairs = list(zip(hits.demands, hits.values(measure).tolist(), strict=True))
    kept = [(demand, value) for demand, value in pairs if not np.isnan(value)]
    return Result(
        measure,
        tuple(demand for demand, _ in kept),
        tuple(value for _, value in kept),
        tuple(demand for demand, value in pairs if np.isnan(value)),
    )


def _grouped(
    demands: Sequence[str], results: Sequence[Result], groups: Mapping[str, str]
) -> dict[str, tuple[Result, ...]]:
    members: dict[str, set[str]] = {}
    for demand in demands:
        members.setdefault(groups.get(demand, ""), set()).add(demand)
    return {
        name: tuple(result.restricted(frozenset(members[name])) for result in results)
        for name in sorted(members)
    }
