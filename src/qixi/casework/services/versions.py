"""Moving open cases from one version of their procedure to another, and back."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from qixi.casework import models
from qixi.casework.queries import case_of, procedure_of, setting_of
from qixi.casework.services.acts import project
from qixi.casework.services.rows import entered, locked_open, refused
from qixi.core import Problem, Refused, Text
from qixi.procedures.rehearsal import rehearse
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.services.entries import permit


def rebase(actor: Actor, number: str, version: int, today: date) -> models.Entry:
    """Move an open case to another version of its procedure, forwards or back; an operator does so.

    Raises Refused with all that would break. No event changes: the case only goes on under other rules, and
    what became of it stands in its entries.
    """
    permit(actor, Verb.ADMINISTER, Subject(Kind.SERVICE))
    with transaction.atomic():
        row = locked_open(number)
        before = row.version
        if before == version:
            raise refused(Text("案件已适用该版本", "the case runs under that version already"))
        case = case_of(row)
        row.version = version
        try:
            procedure = procedure_of(row)
        except KeyError:
            raise refused(
                Text(f"没有 {row.code} 的第 {version} 版", f"there is no version {version} of {row.code}")
            ) from None
        (found,) = rehearse([case], procedure)
        if found.breaks:
            raise Refused(*(Problem("version", each, _STAYS) for each in found.breaks))
        project(row, procedure, case_of(row), setting_of(case, today))
        row.save(force_update=True)
        return entered(row, "rebase", actor, today, before=before, after=version)


_STAYS = Text("案件继续适用原版本", "the case stays under its version")
