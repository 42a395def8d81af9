"""Cases as the rows of a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qixi.casework.models import Case
from qixi.casework.queries import procedure_of
from qixi.casework.queries.lists import titles_of, waits_for
from qixi.procedures import Procedure, Role, Step


@dataclass(frozen=True, slots=True)
class Row:
    """A case in a list: what it is called, where it stands, whose turn it is, what is due."""

    case: Case
    procedure: Procedure
    step: Step
    title: str
    waits: Role | None
    overdue: bool


def rows(cases: Iterable[Case], today: date) -> list[Row]:
    """Return cases as rows, in their order."""
    found = list(cases)
    titles = titles_of(found)
    return [_row(each, titles.get(each.pk, ""), today) for each in found]


def _row(case: Case, title: str, today: date) -> Row:
    procedure = procedure_of(case)
    step = procedure.step(case.step)
    late = case.due_on is not None and case.due_on < today
    return Row(case, procedure, step, title, waits_for(step), late)
