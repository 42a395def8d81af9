"""What is known of draws: how one stands, whether it was held as it claims, who may sit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qixi.casework import models
from qixi.casework.queries.cases import procedure_of, row_of, standings_in
from qixi.core import Refused, Text
from qixi.procedures import Case, Event, Role
from qixi.procedures.draw import Drawn, Expert, Quota, Roster, each_at_most, repeats, standing_panel
from qixi.procedures.values import Procedure
from qixi.registry.domain.may import Actor
from qixi.registry.queries.experts import experts_on, roster_of, stood_aside

HOUSE = "house"
"""The party under which the house itself promises a number, so that no draw rests on one side alone."""
_INTERESTED = (Role.APPLICANT, Role.PARTNER, Role.AGENT, Role.OBJECTOR)
_TOLD = frozenset({Role.APPLICANT, Role.PARTNER, Role.AGENT, Role.OFFICER})
_ONE_EACH = Text("同一单位专家不超过上限", "no more experts of one organisation than are allowed")


@dataclass(frozen=True, slots=True)
class Promised:
    """A number that was promised: by whom, its digest, whether it is revealed; the number once all are."""

    party: str
    digest: str
    is_kept: bool
    is_revealed: bool
    value: str


@dataclass(frozen=True, slots=True)
class Told:
    """A draw as an actor may know it. `roster` and `panel` are empty where the panel is blind to the actor.

    `missing` are the parties whose numbers are not there yet; `repeats` says, once it was held, that doing it
    again from the roster, the promises and the numbers gives the same panel.
    """

    draw: models.Draw
    promises: tuple[Promised, ...]
    missing: tuple[str, ...]
    roster: Mapping[str, Any]
    panel: tuple[str, ...]
    repeats: bool | None


def draws_in(actor: Actor, number: str) -> list[Told]:
    """Return the draws of a case, the latest first, as an actor may know them; experts see none."""
    row = row_of(actor, number)
    procedure = procedure_of(row)
    roles = frozenset(each.role for each in standings_in(actor, row))
    if not roles & _TOLD:
        return []
    return [_told(each, procedure, roles) for each in row.draws.order_by("-id")]


def _told(draw: models.Draw, procedure: Procedure, roles: frozenset[Role]) -> Told:
    is_held = draw.held_on is not None
    promises = [
        Promised(each.party, each.digest, bool(each.kept), bool(each.value), each.value if is_held else "")
        for each in draw.promises.order_by("id")
    ]
    is_open = Role.OFFICER in roles or not any(
        step.panel.blind for step in procedure.steps if step.panel is not None
    )
    return Told(
        draw=draw,
        promises=tuple(promises),
        missing=tuple(each.party for each in promises if not each.is_revealed),
        roster=draw.roster if is_open and draw.roster else {},
        panel=sitting(draw) if is_open and is_held else (),
        repeats=repeats(roster_from(draw.roster), drawn_from(draw.record)) if is_held else None,
    )


def under_way(row: models.Case) -> models.Draw | None:
    """Return the draw of a case that was begun and is neither held nor given up."""
    return row.draws.filter(held_on__isnull=True, ended_on__isnull=True).first()


def held_for(row: models.Case, case: Case) -> models.Draw | None:
    """Return the draw that was held since the case came into its step, the latest."""
    return row.draws.filter(entry=entry_of(case), held_on__isnull=False).order_by("-id").first()


def entry_of(case: Case) -> int:
    """Return the number of the event by which a case came into its step."""
    return len(case.events) - len(case.since_entry()) - 1


def roster_for(row: models.Case, seats: int, of_one: int, field: str, today: date) -> Roster:
    """Return who can be drawn for a case: all enrolled who know the field, less those who are not free."""
    bare = roster_of(row.number, experts_on(today, field), interested(row), row.subject, seats, today)
    quotas = each_at_most(bare.experts, "organisation", of_one, _ONE_EACH)
    return Roster(bare.case, bare.experts, bare.seats, quotas, bare.conflicts)


def interested(row: models.Case) -> frozenset[str]:
    """Return the parties of a case, and the persons who acted for them."""
    parties = row.holdings.filter(ended_on__isnull=True, role__in=_INTERESTED).values_list("party", flat=True)
    persons = row.events.filter(role__in=_INTERESTED).exclude(person="").values_list("person", flat=True)
    return frozenset(parties) | frozenset(persons)


def why_not_seated(row: models.Case, case: Case, appointment: Event) -> Iterator[Text]:
    """Yield the reasons against an appointment: a panel that was not drawn, and others than were."""
    if under_way(row) is not None:
        yield Text("抽取正在进行", "a draw is under way")
        return
    experts, record = frozenset(appointment.data["experts"]), appointment.data.get("record", "")
    drawn = held_for(row, case)
    if drawn is None:
        yield Text("尚未抽取专家", "the panel was not drawn yet")
    elif record != str(drawn.number) or experts != set(sitting(drawn)):
        yield Text("专家与抽取结果不符", "these are not the experts who were drawn")


def sitting(drawn: models.Draw) -> tuple[str, ...]:
    """Return who sits by a draw that was held: those drawn, and for who stood aside the next in the order.

    What an officer or a party does after the roster was fixed changes nothing. Empty where nobody is left.
    """
    assert drawn.committed_on is not None
    roster = roster_from(drawn.roster)
    everybody = frozenset(each.id for each in roster.experts)
    gone = stood_aside(everybody, interested(drawn.case), drawn.committed_on)
    try:
        return standing_panel(roster, drawn_from(drawn.record), gone)
    except Refused:
        return ()


def on_roster(row: models.Case) -> frozenset[str]:
    """Return the experts on the rosters that were fixed for a case, and their organisations."""
    found: set[str] = set()
    for each in row.draws.filter(committed_on__isnull=False):
        for expert in roster_from(each.roster).experts:
            found |= {expert.id, expert.traits["organisation"]}
    return frozenset(found)


def plain(roster: Roster) -> dict[str, Any]:
    """Return a roster as JSON, from which it can be made again."""
    return {
        "case": roster.case,
        "experts": [{"id": each.id, "traits": dict(each.traits)} for each in roster.experts],
        "seats": roster.seats,
        "quotas": [
            {
                "zh": each.title.zh,
                "en": each.title.en,
                "trait": each.trait,
                "value": each.value,
                "at_least": each.at_least,
                "at_most": each.at_most,
            }
            for each in roster.quotas
        ],
        "conflicts": dict(roster.conflicts or {}),
    }


def roster_from(kept: Mapping[str, Any]) -> Roster:
    """Return the roster that was kept as JSON."""
    return Roster(
        kept["case"],
        tuple(Expert(each["id"], each["traits"]) for each in kept["experts"]),
        kept["seats"],
        tuple(
            Quota(Text(q["zh"], q["en"]), q["trait"], q["value"], q["at_least"], q["at_most"])
            for q in kept["quotas"]
        ),
        kept["conflicts"],
    )


def drawn_from(kept: Mapping[str, Any]) -> Drawn:
    """Return the draw that was kept as JSON."""
    return Drawn(kept["commitment"], kept["promises"], kept["numbers"], tuple(kept["panel"]))
