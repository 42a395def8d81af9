"""What is known of draws: how one stands, whether it was held as it claims, who may sit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from qixi.casework import models
from qixi.casework.queries.cases import View, procedure_of, row_of, setting_of, standings_in, view
from qixi.casework.queries.papers import Made
from qixi.core import Problem, Refused, Text
from qixi.procedures import Case, Event, Role
from qixi.procedures.draw import Roster, each_at_most, repeats, standing_panel
from qixi.procedures.drawn import drawn_from, roster_from, why_no_panel
from qixi.procedures.panel import APPOINT
from qixi.procedures.values import Panel, Procedure
from qixi.registry.domain.may import Actor
from qixi.registry.queries.experts import experts_on, roster_of, stood_aside

HOUSE = "house"
"""The party under which the house itself promises a number, so that no draw rests on one side alone."""
_INTERESTED = (Role.APPLICANT, Role.PARTNER, Role.AGENT, Role.OBJECTOR)
_TOLD = (Role.APPLICANT, Role.PARTNER, Role.AGENT, Role.OFFICER)
"""Who is told of draws, and promises a number."""
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
    again from the roster, the promises and the numbers gives the same panel; `is_full`, that whoever stood
    aside could be replaced.
    """

    draw: models.Draw
    promises: tuple[Promised, ...]
    missing: tuple[str, ...]
    roster: Mapping[str, Any]
    panel: tuple[str, ...]
    repeats: bool | None
    is_full: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """What an actor may know of the draws of a case, the latest first, and what it can do now.

    `party` is as whom it promises a number, `waits` what it has to do: "promise", "reveal" or nothing. To an
    officer, `roster` is who could be drawn today, where the step still waits for that, and `blocked` the
    rules by which nobody can. `to_appoint` are those drawn who were not appointed yet.
    """

    view: View
    told: tuple[Told, ...]
    party: str
    waits: str
    under_way: Told | None
    roster: Roster | None
    blocked: tuple[Problem, ...]
    to_appoint: tuple[str, ...]


def drawing(actor: Actor, number: str, today: date) -> Drawing:
    """Return what an actor may know of the draws of a case; raises Refused where there is nothing to know."""
    seen = view(actor, number, today)
    party, told = promising(actor, seen.row), tuple(draws_in(actor, number))
    panel = seen.step.panel
    if not party or (panel is None and not told):
        raise Refused(
            Problem(
                "missing",
                Text("本案没有评审组", "this case has no panel"),
                Text("请核对编号", "check the number"),
            )
        )
    now = next((each for each in told if each.draw.held_on is None and each.draw.ended_on is None), None)
    held = next((e for e in told if e.draw.held_on is not None and e.draw.entry == entry_of(seen.case)), None)
    is_open = not now.draw.commitment if now is not None else held is None or not held.is_full
    roster, blocked = None, tuple[Problem, ...]()
    if seen.is_officer and panel is not None and is_open:
        roster = roster_for(seen.row, seen.case, panel, "", today)
        blocked = why_not_drawn(roster, seen.case, "", today)
    to_appoint = held.panel if held is not None and panel is not None and now is None else ()
    last = next((e for e in reversed(seen.case.since_entry()) if e.verb == APPOINT), None)
    if not seen.is_officer or (last is not None and set(last.data["experts"]) == set(to_appoint)):
        to_appoint = ()
    return Drawing(seen, told, party, _waits(party, now), now, roster, blocked, to_appoint)


def _waits(party: str, now: Told | None) -> str:
    if now is None:
        return ""
    mine = next((each for each in now.promises if each.party == party), None)
    if not now.draw.commitment:
        return "promise" if mine is None else ""
    return "reveal" if mine is not None and not mine.is_revealed else ""


def record_of(actor: Actor, number: str, draw: UUID) -> Made:
    """Return all of a draw that an actor may know, for holding it again: `qixi draw check` reads it."""
    found = next((each for each in draws_in(actor, number) if each.draw.number == draw), None)
    if found is None:
        raise Refused(
            Problem(
                "missing", Text("没有这次抽取", "there is no such draw"), Text("请核对链接", "check the link")
            )
        )
    held = found.draw.record or {}
    record = {
        "case": number,
        "draw": str(draw),
        "commitment": found.draw.commitment,
        "promises": {each.party: each.digest for each in found.promises},
        "numbers": {each.party: each.value for each in found.promises if each.value},
        "roster": dict(found.roster) or None,
        "panel": list(held.get("panel", ())) if found.roster else [],
    }
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    return Made(f"{number}-draw-{str(draw)[:8]}.json", "application/json", text.encode())


def draws_in(actor: Actor, number: str) -> list[Told]:
    """Return the draws of a case, the latest first, as an actor may know them; experts see none."""
    row = row_of(actor, number)
    procedure = procedure_of(row)
    roles = frozenset(each.role for each in standings_in(actor, row))
    if not roles & set(_TOLD):
        return []
    return [_told(each, procedure, roles) for each in row.draws.order_by("-id")]


def _told(draw: models.Draw, procedure: Procedure, roles: frozenset[Role]) -> Told:
    is_held = draw.held_on is not None
    promises = [
        Promised(each.party, each.digest, bool(each.kept), bool(each.value), each.value if is_held else "")
        for each in draw.promises.order_by("id")
    ]
    seated = sitting(draw) if is_held else ()
    is_open = Role.OFFICER in roles or not any(
        step.panel.blind for step in procedure.steps if step.panel is not None
    )
    return Told(
        draw=draw,
        promises=tuple(promises),
        missing=tuple(each.party for each in promises if not each.is_revealed),
        roster=draw.roster if is_open and draw.roster else {},
        panel=seated if is_open else (),
        repeats=repeats(roster_from(draw.roster), drawn_from(draw.record)) if is_held else None,
        is_full=bool(seated),
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


def roster_for(row: models.Case, case: Case, panel: Panel, field: str, today: date) -> Roster:
    """Return who can be drawn for a case: all enrolled who know the field, less those who are not free."""
    rules = setting_of(case, today).rules
    seats, of_one = (int(rules[key].value) for key in (panel.seats, "draw.of_one_organisation"))
    bare = roster_of(row.number, experts_on(today, field), interested(row), row.subject, seats, today)
    quotas = each_at_most(bare.experts, "organisation", of_one, _ONE_EACH)
    return Roster(bare.case, bare.experts, bare.seats, quotas, bare.conflicts)


def why_not_drawn(roster: Roster, case: Case, field: str, today: date) -> tuple[Problem, ...]:
    """Return the rules by which no panel can be drawn from a roster, or not from those of one field."""
    if not field:
        return why_no_panel(roster)
    least = roster.seats * int(setting_of(case, today).rules["draw.times_seats"].value)
    free = len(roster.experts) - len(roster.conflicts or {})
    if free >= least:
        return why_no_panel(roster)
    return (
        Problem(
            "draw",
            Text(
                f"按专业领域筛选后至少需 {least} 名可选专家，现有 {free} 名",
                f"of those who know the field {least} have to be free to sit, and {free} are",
            ),
            Text("请不限领域抽取", "draw from all fields"),
        ),
    )


def promising(actor: Actor, row: models.Case) -> str:
    """Return the party as which an actor promises a number in the draws of a case; empty for nobody."""
    found = (each.party for each in standings_in(actor, row) if each.role in _TOLD)
    return next(found, "")


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
