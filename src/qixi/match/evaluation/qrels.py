"""Judgements: the grade a person gave to each (demand, supply) pair that was judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qixi.core import Text
from qixi.match.evaluation.lines import Faults, cells_of, read_lines
from qixi.match.evaluation.pairs import HIGHEST_GRADE, Pairs, grade_of

HEAD = ["demand_id", "supply_id", "grade"]


@dataclass(frozen=True, slots=True)
class Qrels:
    """Grades by demand id and supply id: 0 not relevant, higher is better, at most `HIGHEST_GRADE`.

    Raises ValueError for a grade outside 0 to `HIGHEST_GRADE`.
    """

    grades: Mapping[str, Mapping[str, int]]

    def __post_init__(self) -> None:
        for demand_id, grades in self.grades.items():
            if any(not 0 <= grade <= HIGHEST_GRADE for grade in grades.values()):
                msg = f"a grade of demand {demand_id!r} is outside 0 to {HIGHEST_GRADE}"
                raise ValueError(msg)

    @classmethod
    def read(cls, path: Path) -> Qrels:
        """Read a table headed `demand_id supply_id grade ...`, or trec judgements `demand 0 supply grade`.

        Tabs or blanks between; columns that the head names behind `grade` are not looked at. Grades
        below 0 count as 0. Raises Refused, naming each faulty line.
        """
        faults = Faults(str(path))
        pairs = Pairs[int](faults)
        width, headed = 4, False
        for index, (row, line) in enumerate(read_lines(path, faults)):
            if index == 0 and line.replace("\t", " ").split()[:3] == HEAD:
                width, headed = line.count("\t") + 1 if "\t" in line else len(line.split()), True
                continue
            cells = cells_of(line, width)
            if cells is None:
                _report_width(faults, row, width)
                continue
            demand_id, supply_id, grade = cells[:3] if headed else (cells[0], *cells[2:])
            pairs.put(row, demand_id, supply_id, grade_of(grade, row, faults))
        return cls(pairs.done())

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[int, str, str, str]], *, file: str | None = None) -> Qrels:
        """Take (row number, demand id, supply id, grade) of a table read elsewhere. Raises Refused."""
        faults = Faults(file)
        pairs = Pairs[int](faults)
        for row, demand_id, supply_id, grade in rows:
            pairs.put(row, demand_id, supply_id, grade_of(grade.strip(), row, faults))
        return cls(pairs.done())


def _report_width(faults: Faults, row: int, columns: int) -> None:
    faults.add(
        "qrels-line-malformed",
        Text(f"该行不是 {columns} 列", f"The line does not have {columns} columns"),
        Text(
            "首行写表头 demand_id、supply_id、grade（制表符分隔），或每行为：需求编号 0 供给编号 等级",
            "Head the file demand_id, supply_id, grade (tabs between),"
            " or write lines of: demand_id 0 supply_id grade",
        ),
        row,
    )
