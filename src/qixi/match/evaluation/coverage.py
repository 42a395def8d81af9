"""How run and judgements meet: what had to count as zero, and what could not count at all."""

from __future__ import annotations

from dataclasses import dataclass

from qixi.core import Problem, Refused, Text
from qixi.match.evaluation.qrels import Qrels
from qixi.match.evaluation.run import Run


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts to read beside the measures.

    `missing`: judged demands that the run does not hold; they count 0. `unjudged`: demands of the run
    without judgements; they are not looked at. `unranked`: judged pairs, of `judged_pairs`, that the
    run does not rank; each counts as not found, also in a judged pool (rank them with `--pairs`).
    """

    judged: int
    missing: tuple[str, ...]
    unjudged: int
    judged_pairs: int
    unranked: int

    @classmethod
    def of(cls, run: Run, qrels: Qrels) -> Coverage:
        """Count; raises Refused where run and judgements share no demand at all."""
        if not run.scores.keys() & qrels.grades.keys():
            raise Refused(
                Problem(
                    "run-without-judgements",
                    Text("排序结果中的需求都没有评判", "No demand of the run has judgements"),
                    Text("请检查两个文件的需求编号是否一致", "Check that both files use the same demand ids"),
                )
            )
        ranked = sum(
            len(run.scores.get(demand, {}).keys() & grades) for demand, grades in qrels.grades.items()
        )
        pairs = sum(map(len, qrels.grades.values()))
        missing = tuple(sorted(qrels.grades.keys() - run.scores.keys()))
        unjudged = len(run.scores.keys() - qrels.grades.keys())
        return cls(len(qrels.grades), missing, unjudged, pairs, pairs - ranked)
