"""The experts of a case and their opinions: who sits, who has spoken, and who may see what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qixi.core import Text
from qixi.procedures.values import Case, Event, Facts, Procedure, Role, Standing

APPOINT, OPINE = "appoint", "opine"


def seated(case: Case) -> tuple[str, ...]:
    """Return the experts appointed since the case came into its step, those of the last appointment."""
    for event in reversed(case.since_entry()):
        if event.verb == APPOINT:
            return tuple(event.data.get("experts", ()))
    return ()


def opinions(case: Case) -> Mapping[str, Mapping[str, Any]]:
    """Return the opinion of each expert who has spoken since the case came into its step."""
    panel = seated(case)
    spoken = {e.party: e.data for e in case.since_entry() if e.verb == OPINE}
    return {party: data for party, data in spoken.items() if party in panel}


def enough_opinions(facts: Facts) -> Text | None:
    """Return why a panel is not done: fewer seats than the rule asks, or opinions that are missing."""
    panel, spoken = seated(facts.case), opinions(facts.case)
    if not panel:
        return Text("评审专家尚未确定", "no panel was appointed")
    missing = len(panel) - len(spoken)
    if missing:
        return Text(f"还有 {missing} 位专家未提交意见", f"{missing} of the experts have not given an opinion")
    return None


def enough_seats(seats: str) -> Any:
    """Return a check that an appointment fills at least as many seats as the parameter `seats`."""

    def panel_has_its_seats(facts: Facts) -> Text | None:
        least = int(facts.rule(seats).value)
        chosen = getattr(facts.form, "experts", None)
        if chosen is None or len(set(chosen)) >= least:
            return None
        return Text(f"评审专家不得少于 {least} 人", f"a panel has at least {least} experts")

    return panel_has_its_seats


def seen_by(procedure: Procedure, case: Case, standing: Standing) -> tuple[Event, ...]:
    """Return the events that a party may see: opinions only when all are in, names by what the panel says.

    An expert sees its own opinion at once. Where the panel is blind, all but officers see opinions without
    their authors.
    """
    shown: list[Event] = []
    for number, event in enumerate(case.events):
        if event.verb not in {APPOINT, OPINE}:
            shown.append(event)
            continue
        panel = procedure.step(event.step).panel
        if standing.party == event.party:
            shown.append(event)
        elif event.verb == APPOINT:
            hidden = panel is not None and panel.blind and standing.role is not Role.OFFICER
            shown.append(_without(event, "experts") if hidden else event)
        elif _all_in(case, number):
            blind = panel is not None and panel.blind and standing.role is not Role.OFFICER
            shown.append(_nameless(event) if blind else event)
    return tuple(shown)


def _all_in(case: Case, number: int) -> bool:
    """Say whether the panel to which event `number` belongs has spoken, or its step is left."""
    step = case.events[number].step
    if any(e.step == step != e.to for e in case.events[number:]):
        return True
    return set(seated(case)) <= set(opinions(case))


def _without(event: Event, field: str) -> Event:
    data = {name: value for name, value in event.data.items() if name != field}
    return Event(event.seq, event.verb, event.party, event.role, event.on, event.step, event.to, data)


def _nameless(event: Event) -> Event:
    return Event(event.seq, event.verb, "", event.role, event.on, event.step, event.to, event.data)
