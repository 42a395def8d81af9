"""A run: the score a ranker gave to each (demand, supply) pair that it ranked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qixi.core import Text
from qixi.match.evaluation.lines import Faults, cells_of, read_lines
from qixi.match.evaluation.pairs import Pairs, score_of

COLUMNS = ("demand_id", "supply_id", "score")


@dataclass(frozen=True, slots=True)
class Run:
    """Scores by demand id and supply id; finite, any scale, higher is better.

    Raises ValueError for a score that is not finite.
    """

    scores: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        for demand_id, scores in self.scores.items():
            if not all(map(math.isfinite, scores.values())):
                msg = f"a score of demand {demand_id!r} is not finite"
                raise ValueError(msg)

    def ranking(self, demand_id: str) -> list[str]:
        """Return the demand's supply ids, best first: score descending, ties by id ascending.

        Empty for a demand the run does not hold. A rank column in a file is not looked at, so that
        two files with the same scores are the same run.
        """
        scores = self.scores.get(demand_id, {})
        # Two stable sorts: `reverse` keeps the order of equal scores, which is that of the ids.
        return sorted(sorted(scores), key=scores.__getitem__, reverse=True)

    @classmethod
    def read(cls, path: Path) -> Run:
        """Read a trec run: lines of `demand_id Q0 supply_id rank score tag`, tabs or blanks between.

        Raises Refused, naming each faulty line.
        """
        faults = Faults(str(path))
        pairs = Pairs[float](faults)
        for row, line in read_lines(path, faults):
            cells = cells_of(line, 6)
            if cells is None:
                faults.add(
                    "run-line-malformed",
                    Text("该行不是 6 列", "The line does not have 6 columns"),
                    Text(
                        "trec 排序文件每行应为：需求编号 Q0 供给编号 名次 分数 标签",
                        "A line of a trec run reads: demand_id Q0 supply_id rank score tag",
                    ),
                    row,
                )
                continue
            pairs.put(row, cells[0], cells[2], score_of(cells[4], row, faults))
        return cls(pairs.done())

    @classmethod
    def from_rows(
        cls, rows: Iterable[Mapping[str, object]], *, file: str | None = None, first_row: int = 1
    ) -> Run:
        """Take rows with the columns demand_id, supply_id and score, as `match` writes them.

        Other columns are not looked at. `file` and `first_row` (the number a person sees for the
        first of `rows`: 1 in JSONL, 2 under a head) name the place of a fault. Raises Refused.
        """
        faults = Faults(file)
        pairs = Pairs[float](faults)
        for row, cells in enumerate(rows, start=first_row):
            missing = [column for column in COLUMNS if cells.get(column) is None]
            for column in missing:
                faults.add(
                    "column-missing",
                    Text("缺少此列或其值", "This column or its value is missing"),
                    Text(
                        "结果文件需有 demand_id、supply_id、score 三列",
                        "A file of results needs the columns demand_id, supply_id and score",
                    ),
                    row,
                    column,
                )
            if not missing:
                demand_id, supply_id = str(cells["demand_id"]).strip(), str(cells["supply_id"]).strip()
                pairs.put(row, demand_id, supply_id, score_of(cells["score"], row, faults))
        return cls(pairs.done())
