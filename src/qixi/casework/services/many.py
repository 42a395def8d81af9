"""One act in many cases: each is decided for itself, and one that is refused holds no other up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qixi.casework import models
from qixi.casework.services.acts import act_for
from qixi.casework.services.rows import refused
from qixi.core import Problem, Refused, Text
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.services.entries import permit

MOST = 25
"""Cases that are acted in at once, at most: as many as a page of the desk shows."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act in one case: its event, or the problems for which it was refused."""

    number: str
    event: models.Event | None
    problems: tuple[Problem, ...] = ()


def act_on_many(
    actor: Actor, numbers: Iterable[str], verb: str, data: Mapping[str, Any], today: date
) -> list[Done]:
    """Perform an act in each of some cases, as an officer, each kept by itself; returns what came of each."""
    permit(actor, Verb.DESK, Subject(Kind.SERVICE))
    named = list(dict.fromkeys(numbers))
    if not 0 < len(named) <= MOST:
        raise refused(
            Text(f"请选择 1 至 {MOST} 个案件", f"choose 1 to {MOST} cases"),
            Text("请分批办理", "do it in several turns"),
        )
    return [_done(actor, number, verb, data, today) for number in named]


def _done(actor: Actor, number: str, verb: str, data: Mapping[str, Any], today: date) -> Done:
    try:
        return Done(number, act_for(actor, number, verb, data, today))
    except Refused as no:
        return Done(number, None, no.problems)
