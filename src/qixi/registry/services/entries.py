"""What every service does first and last: ask whether one may, and write down who did what."""

from __future__ import annotations

from datetime import date
from typing import Any

from qixi.core import Problem, Refused, Text
from qixi.registry.domain.may import Actor, Subject, Verb, may
from qixi.registry.models import Entry

STALE = "stale"
"""The code of the refusal of what rests on an older state than there is now."""
_CHECK = Text("请核对后重试", "check it and try again")


def permit(actor: Actor, verb: Verb, subject: Subject) -> None:
    """Raise Refused where an actor may not do something, with the reason why not."""
    reason = may(actor, verb, subject)
    if reason is not None:
        raise Refused(Problem("may", reason, Text("请由有权办理的人员操作", "let somebody do it who may")))


def refused(*reasons: Text) -> Refused:
    """Return the refusal for reasons that have to do with what the registers hold."""
    return Refused(*(Problem("registry", reason, _CHECK) for reason in reasons))


def stale(reason: Text) -> Refused:
    """Return the refusal of what rests on an older state than there is now."""
    return Refused(Problem(STALE, reason, Text("请重新查看后再办理", "look at it again, and then do it")))


def entered(kind: str, number: object, verb: str, person: str, on: date, /, **content: Any) -> Entry:
    """Write down what was done in a register; `content` is JSON."""
    return Entry.objects.create(
        kind=kind, number=str(number), verb=verb, person=person, on=on, content=content
    )
