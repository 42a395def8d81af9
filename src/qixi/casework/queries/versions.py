"""What would become of open cases under another version of their procedure."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from qixi.casework import models
from qixi.casework.queries.cases import case_of
from qixi.procedures import Phase, Procedure
from qixi.procedures.catalogue import catalogue
from qixi.procedures.rehearsal import Rehearsal, rehearse


def open_under() -> dict[str, dict[int, int]]:
    """Return how many open cases there are under each version, by procedure; every version is named."""
    found = {
        code: dict.fromkeys(sorted(v for c, v in catalogue() if c == code), 0) for code, _ in catalogue()
    }
    rows = models.Case.objects.exclude(phase=Phase.CLOSED).order_by().values_list("code", "version")
    for code, version, count in rows.annotate(Count("pk")):
        found.setdefault(code, {})[version] = count
    return dict(sorted(found.items()))


def moves(code: str) -> QuerySet[models.Entry]:
    """Return the moves of a procedure's cases from one version to another, the latest first."""
    found = models.Entry.objects.filter(verb="rebase", case__code=code)
    return found.select_related("case").order_by("-id")


def rehearsed(to: Procedure) -> tuple[Rehearsal, ...]:
    """Replay all open cases of a procedure that run under another version against this; nothing changes."""
    rows = models.Case.objects.filter(code=to.code).exclude(version=to.version).exclude(phase=Phase.CLOSED)
    return rehearse([case_of(row) for row in rows.order_by("id")], to)
