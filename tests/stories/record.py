"""What the record of a case has to tell when its story is over."""

from __future__ import annotations

from qixi.casework.models import Case
from qixi.casework.queries import case_of, procedure_of
from qixi.core.text import Language
from qixi.procedures import replay


def history(row: Case, language: Language) -> list[str]:
    """Return what the file of a case has to tell: what was done, on which day, in order."""
    procedure, told = procedure_of(row), []
    for event in case_of(row).events[1:]:
        act = procedure.step(event.step).act(event.verb)
        assert act is not None
        told.append("".join(act.title.in_language(language).split()))
    return told


def replays(row: Case) -> None:
    """The case is what its events say, without a gap."""
    case = case_of(row)
    assert [event.seq for event in case.events] == list(range(row.length))
    assert replay(case.number, case.code, case.version, case.division, case.events) == case
    assert row.step == case.step
