"""Run and judgements joined into flat arrays, and the measures computed over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.match.evaluation.measures import Gain, Kind, Measure, Pool
from qixi.match.evaluation.qrels import Qrels
from qixi.match.evaluation.run import Run

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hits:
    """Judged pairs by place; only they can count in any measure.

    `demands` are the judged demands, sorted (n of them). For each judged pair that the run ranks, in
    order of demand and rank: `owner` (index into `demands`), `rank` in the corpus and `judged_rank`
    among the judged items (both from 1), `grade`. For each judged pair at all, in order of demand and
    falling grade: `pool_owner`, `pool_grade`.
    """

    demands: tuple[str, ...]
    owner: Ints
    rank: Ints
    judged_rank: Ints
    grade: Ints
    pool_owner: Ints
    pool_grade: Ints

    @classmethod
    def join(cls, run: Run, qrels: Qrels) -> Hits:
        """Look up the grade of every ranked pair."""
        demands = tuple(sorted(qrels.grades))
        hits: list[tuple[int, int, int, int]] = []
        pool: list[tuple[int, int]] = []
        for owner, demand_id in enumerate(demands):
            grades = qrels.grades[demand_id]
            ranked = enumerate(run.ranking(demand_id), start=1)
            judged = ((rank, grades[supply_id]) for rank, supply_id in ranked if supply_id in grades)
            hits += [(owner, rank, place, grade) for place, (rank, grade) in enumerate(judged, start=1)]
            pool += [(owner, grade) for grade in sorted(grades.values(), reverse=True)]
        table = np.array(hits, dtype=np.int64).reshape(-1, 4)
        ideal = np.array(pool, dtype=np.int64).reshape(-1, 2)
        return cls(demands, table[:, 0], table[:, 1], table[:, 2], table[:, 3], ideal[:, 0], ideal[:, 1])

    def relevant(self, rel: int) -> Ints:
        """Return the number of items with at least grade `rel` in each demand's judgements, shape (n,)."""
        owners = self.pool_owner[self.pool_grade >= rel]
        return np.bincount(owners, minlength=len(self.demands)).astype(np.int64)

    def values(self, measure: Measure) -> Floats:
        """Return the measure for each demand, shape (n,); nan where nothing relevant was judged."""
        rank = self.judged_rank if measure.pool is Pool.JUDGED else self.rank
        total = self.relevant(measure.rel).astype(np.float64)
        kept = self.grade >= measure.rel
        if measure.k is not None:
            kept &= rank <= measure.k
        owner, rank, grade = self.owner[kept], rank[kept], self.grade[kept]
        match measure.kind:
            case Kind.NDCG:
                found, best = self._sum(owner, _discounted(grade, rank, measure)), self._ideal(measure)
            case Kind.RR:
                found, best = self._sum(owner, (_place(owner) == 1) / rank), np.ones_like(total)
            case Kind.AP:
                found, best = self._sum(owner, _place(owner) / rank), total
            case Kind.R:
                found, best = self._sum(owner, np.ones(len(owner))), total
            case Kind.P:
                found, best = self._sum(owner, np.ones(len(owner))), np.full_like(total, measure.k)
        answered = total > 0
        return np.divide(found, best, out=np.full_like(total, np.nan), where=answered)

    def _sum(self, owner: Ints, weights: Floats) -> Floats:
        return np.bincount(owner, weights=weights, minlength=len(self.demands)).astype(np.float64)

    def _ideal(self, measure: Measure) -> Floats:
        place = _place(self.pool_owner)
        kept = place <= measure.k if measure.k is not None else place > 0
        gains = _discounted(self.pool_grade[kept], place[kept], measure)
        return self._sum(self.pool_owner[kept], gains)


def _place(owner: Ints) -> Ints:
    """Return each entry's number among those of its owner, from 1; equal owners stand together."""
    return np.arange(1, len(owner) + 1) - np.searchsorted(owner, owner)


def _discounted(grade: Ints, rank: Ints, measure: Measure) -> Floats:
    gain = np.exp2(grade) - 1.0 if measure.gain is Gain.EXP else grade.astype(np.float64)
    return np.asarray(gain / np.log2(rank + 1.0), dtype=np.float64)
