"""Values by (demand, supply) pair, gathered from rows while watching for rows that cannot stand."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from qixi.core import Text
from qixi.match.evaluation.lines import Faults

Number = TypeVar("Number", int, float)

HIGHEST_GRADE = 30
"""Exponential gain doubles with each grade; beyond this a grade is a slip, such as an id."""


@dataclass(slots=True)
class Pairs(Generic[Number]):
    """Gathers one value for each pair; faults go to `faults`, and `done` refuses if there were any."""

    faults: Faults
    values: dict[str, dict[str, Number]] = field(default_factory=dict)

    def put(self, row: int, demand_id: str, supply_id: str, value: Number | None) -> None:
        """Take one row; None as value means that its fault is on record already."""
        for column, cell in (("demand_id", demand_id), ("supply_id", supply_id)):
            if not cell:
                self.faults.add(
                    "id-missing",
                    Text("没有编号", "The id is missing"),
                    Text("请填写编号", "Fill in the id"),
                    row,
                    column,
                )
                return
        if value is None:
            return
        known = self.values.setdefault(demand_id, {})
        if supply_id in known:
            self.faults.add(
                "pair-duplicate",
                Text(
                    f"需求“{demand_id}”与供给“{supply_id}”已在前面出现",
                    f"The pair of demand “{demand_id}” and supply “{supply_id}” stands in an earlier row",
                ),
                Text("每对只保留一行", "Keep one row for each pair"),
                row,
            )
            return
        known[supply_id] = value

    def done(self) -> dict[str, dict[str, Number]]:
        """Return the pairs; raises Refused over faulty rows or when there was no row at all."""
        self.faults.settle()
        if not self.values:
            self.faults.add(
                "file-empty",
                Text("没有任何数据行", "There is no row of data"),
                Text("请确认文件导出成功", "Make sure that the export worked"),
            )
            self.faults.settle()
        return self.values


def score_of(value: object, row: int, faults: Faults) -> float | None:
    """Read a finite score from a cell; otherwise put the fault on record and return None."""
    score = math.nan
    if isinstance(value, (int, float, str)) and not isinstance(value, bool) and "_" not in str(value):
        try:
            score = float(value)
        except (ValueError, OverflowError):
            score = math.nan
    if math.isfinite(score):
        return score
    faults.add(
        "score-not-a-number",
        Text(f"分数“{value}”不是有限的数", f"The score “{value}” is no finite number"),
        Text("请填写一个数，例如 0.731", "Write a number such as 0.731"),
        row,
        "score",
    )
    return None


def grade_of(value: str, row: int, faults: Faults) -> int | None:
    """Read a whole grade from a cell; otherwise put the fault on record and return None.

    Grades below 0, which trec judgements use for junk, count as 0: judged and not relevant.
    """
    digits = value.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= 9 and int(value) <= HIGHEST_GRADE:
        return max(int(value), 0)
    faults.add(
        "grade-not-whole",
        Text(
            f"等级“{value}”不是不超过 {HIGHEST_GRADE} 的整数",
            f"The grade “{value}” is no whole number up to {HIGHEST_GRADE}",
        ),
        Text("请填写整数等级，例如 0、1、2、3", "Write a whole grade such as 0, 1, 2 or 3"),
        row,
        "grade",
    )
    return None
