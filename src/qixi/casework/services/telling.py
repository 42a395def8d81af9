"""Whom an event concerns, and what they are told: where the case stands, nothing of what is written in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qixi.casework import models
from qixi.casework.queries.lists import waits_for
from qixi.core import Text
from qixi.procedures import Kind, Role
from qixi.procedures.guide import titles_of_acts
from qixi.procedures.panel import APPOINT
from qixi.procedures.values import Competence, Consequence, Procedure
from qixi.registry.queries import officers_of

INSIDE = (Role.APPLICANT, Role.AGENT, Role.PARTNER)
"""Those whose case it is: they are told whenever it moves on."""

_APPLYING = (Role.APPLICANT, Role.AGENT)
_SIDES = {Role.APPLICANT: _APPLYING, Role.AGENT: _APPLYING, Role.PARTNER: (Role.PARTNER,)}
"""Who is told that it is their turn where it is that of a role inside."""

_SEATED = Text("请您担任评审专家。", "You are on its panel.")
_SERVED = Text("文书已送达，请查阅。", "A paper was served on you.")
_OVERSEEN = Text("申请单位自行处理异议，请予监督。", "The applicant deals with it: see that it does.")
_TURN = Text("现由您办理。", "It is your turn.")


def messages_of(
    row: models.Case, procedure: Procedure, event: models.Event, served: Iterable[str]
) -> Iterator[Consequence]:
    """Yield a message to each whom an event concerns, but not to whoever acted.

    Experts learn that they sit on the panel, those served that a paper is there, those inside that the case
    has moved on, and whoever it waits for now that it does. Officers, who look on where an applicant decides
    itself, learn of an objection.
    """
    step, moved = procedure.step(event.to), event.to != event.step
    told: dict[str, list[Text]] = {}

    def tell(parties: Iterable[str], *words: Text) -> None:
        for party in parties:
            if party not in {event.party, event.person}:
                told.setdefault(party, []).extend(words)

    if event.verb == APPOINT and procedure.step(event.step).panel is not None:
        tell(event.data["experts"], _SEATED)
    tell(served, _SERVED)
    if event.role == Role.OBJECTOR and procedure.competence is Competence.OWN:
        tell((str(each.number) for each in officers_of(row.division, event.on)), _OVERSEEN)
    if moved:
        turn = waits_for(step)
        tell(_holding(row, *INSIDE))
        tell(_holding(row, *(_SIDES.get(turn, ()) if turn is not None else ())), _TURN)
        if turn is Role.OFFICER:
            tell((str(each.number) for each in officers_of(row.division, event.on)), _TURN)
        elif turn is Role.EXPERT:
            tell(_holding(row, Role.EXPERT), _TURN)
    done = titles_of_acts(procedure)[event.verb]
    head = Text(
        f"{procedure.title.zh}（{row.number}）：{done.zh}。"
        + (f"现处于“{step.title.zh}”环节。" if moved else ""),
        f"{procedure.title.en} ({row.number}): {done.en}."
        + (f' It stands at "{step.title.en}" now.' if moved else ""),
    )
    for party, words in told.items():
        zh, en = "".join(each.zh for each in words), "".join(f" {each.en}" for each in words)
        yield Consequence(Kind.NOTIFY, {"party": party, "zh": head.zh + zh, "en": head.en + en})


def _holding(row: models.Case, *roles: Role) -> list[str]:
    held = row.holdings.filter(role__in=roles, ended_on__isnull=True).order_by("id")
    return list(dict.fromkeys(held.values_list("party", flat=True)))
