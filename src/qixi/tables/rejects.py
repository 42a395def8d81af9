"""The list of what was wrong, as rows of a table that people can work through."""

from __future__ import annotations

from collections.abc import Iterable

from qixi.core import Problem

REJECT_COLUMNS = ("file", "row", "column", "code", "reason_zh", "reason_en", "remedy_zh", "remedy_en")


def reject_rows(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Return one row for each problem under REJECT_COLUMNS, in the order given."""
    return [
        {
            "file": problem.file,
            "row": problem.row,
            "column": problem.column,
            "code": problem.code,
            "reason_zh": problem.reason.zh,
            "reason_en": problem.reason.en,
            "remedy_zh": problem.remedy.zh,
            "remedy_en": problem.remedy.en,
        }
        for problem in problems
    ]
