"""What would become of open cases under another version of their procedure."""

from __future__ import annotations

from qixi.casework import models
from qixi.casework.queries.cases import case_of
from qixi.procedures import Phase, Procedure
from qixi.procedures.rehearsal import Rehearsal, rehearse


def rehearsed(to: Procedure) -> tuple[Rehearsal, ...]:
    """Replay all open cases of a procedure that run under another version against this; nothing changes."""
    rows = models.Case.objects.filter(code=to.code).exclude(version=to.version).exclude(phase=Phase.CLOSED)
    return rehearse([case_of(row) for row in rows.order_by("id")], to)
