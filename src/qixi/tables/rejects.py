"""The list of what was wrong, as rows of a table that people can work through."""

from __future__ import annotations

from collections.abc import Iterable

from qixi.core import Problem, Text
from qixi.tables.catalogue import WARNINGS

REJECT_COLUMNS = (
    "kind",
    "kind_zh",
    "file",
    "row",
    "column",
    "code",
    "reason_zh",
    "reason_en",
    "remedy_zh",
    "remedy_en",
)
"""`kind` is `rejected` where a row or file was not used, `remark` where the row was kept."""

_KINDS = {True: Text("提醒", "remark"), False: Text("未用", "rejected")}


def reject_rows(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """Return one row for each problem under REJECT_COLUMNS, in the order given."""
    return [
        {
            "kind": _KINDS[problem.code in WARNINGS].en,
            "kind_zh": _KINDS[problem.code in WARNINGS].zh,
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
