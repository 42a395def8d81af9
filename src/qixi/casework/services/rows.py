"""What every service does with a case: lock it, give a role in it, write down what was done, refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

from qixi.casework import models
from qixi.core import Problem, Refused, Text
from qixi.procedures import Phase, Standing
from qixi.registry.domain.may import Actor

_CHECK = Text("请核对后重试", "check it and try again")


def locked(number: str) -> models.Case:
    """Return a case that nobody else changes until the transaction ends; raises Refused for none."""
    try:
        return models.Case.objects.select_for_update().get(number=number)
    except models.Case.DoesNotExist:
        raise Refused(
            Problem(
                "case",
                Text("没有这个案件", "there is no such case"),
                Text("请核对编号", "check the number"),
            )
        ) from None


def locked_open(number: str) -> models.Case:
    """Return a case like `locked`; raises Refused where it has ended."""
    row = locked(number)
    if row.phase == Phase.CLOSED:
        raise refused(Text("案件已经结束", "the case has ended"))
    return row


def hold(row: models.Case, standing: Standing, today: date) -> None:
    """Give a party a role in a case; nothing happens where it holds it."""
    mandate = sorted(standing.mandate) if standing.mandate is not None else None
    models.Holding.objects.get_or_create(
        case=row,
        party=standing.party,
        role=standing.role.value,
        ended_on=None,
        defaults={"mandate": mandate, "since": today},
    )


def entered(
    row: models.Case, verb: str, actor: Actor, today: date, party: str = "", **content: Any
) -> models.Entry:
    """Write down what was done about a case beside its acts; `content` is JSON."""
    return models.Entry.objects.create(
        case=row, verb=verb, party=party, person=actor.number, on=today, content=content
    )


def refused(reason: Text, remedy: Text = _CHECK) -> Refused:
    """Return the refusal of something about a case."""
    return Refused(Problem("casework", reason, remedy))


def stale(reason: Text, remedy: Text) -> Refused:
    """Return the refusal of what rests on an older state than there is now."""
    return Refused(Problem("stale", reason, remedy))


def denied(reason: Text) -> Refused:
    """Return the refusal of something that the actor may not do."""
    return Refused(Problem("may", reason, Text("请由有权办理的人员操作", "let somebody do it who may")))
