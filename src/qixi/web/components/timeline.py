"""A case as a person reads it: what happened, what stands now, how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from qixi.casework.queries import Choice, View
from qixi.core import Text
from qixi.procedures import Event, Phase, Procedure, Role
from qixi.procedures.answers import Answer, answers, corrections
from qixi.procedures.forms import prefilled as known_by_form
from qixi.procedures.guide import ROLES, first_form, form_of
from qixi.procedures.kernel import OPEN
from qixi.procedures.shapes import APPLYING
from qixi.registry.queries import known_of

PHASES = {
    Phase.DRAFT: Text("填报", "Filling in"),
    Phase.INTAKE: Text("受理", "Intake"),
    Phase.REVIEW: Text("审查", "Review"),
    Phase.NOTICE: Text("公示", "Notice"),
    Phase.IN_FORCE: Text("有效", "In force"),
    Phase.CLOSED: Text("办结", "Closed"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: what was done, by whom and in which role, what was filled in, what a correction changed."""

    seq: int
    title: Text
    by: str
    role: Text
    on: date
    led_to: Text | None
    said: tuple[Answer, ...]
    changed: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A phase of a procedure on the way: `state` is "done", "now" or "ahead"."""

    phase: Phase
    title: Text
    state: str


def entries(view: View, names: Mapping[str, str]) -> list[Entry]:
    """Return what an actor sees of what happened, the latest first."""
    found = []
    before: dict[type[BaseModel], Mapping[str, Any]] = {}
    for event in view.events:
        form = form_behind(view.procedure, event)
        said: tuple[Answer, ...] = ()
        changed: tuple[Answer, ...] = ()
        if form is not None and event.data:
            earlier = before.get(form)
            if earlier is not None and event.role is not Role.EXPERT and event.to != event.step:
                changed = corrections(form, earlier, event.data)
            said = answers(form, event.data, names) if not changed else ()
            before[form] = event.data
        found.append(
            Entry(
                event.seq,
                title_of_event(view.procedure, event),
                names.get(event.party, ""),
                ROLES[event.role],
                event.on,
                view.procedure.step(event.to).title if event.to != event.step else None,
                said,
                changed,
            )
        )
    return found[::-1]


def content(view: View) -> tuple[Answer, ...]:
    """Return what stands in the case now: the last filling of the form it began with."""
    main = _main(view)
    return answers(*main) if main is not None else ()


def subject_title(view: View) -> str:
    """Return what the case is called by whoever filled it in: the first field of its form."""
    main = _main(view)
    return str(next(iter(main[1].values()), "")) if main is not None else ""


def way(procedure: Procedure, current: Phase) -> list[Mark]:
    """Return the phases of a procedure in order, with those that are done and the one it is in."""
    phases = [phase for phase in Phase if any(step.phase is phase for step in procedure.steps)]
    at = phases.index(current)
    states = ["done" if n < at else "now" if n == at else "ahead" for n in range(len(phases))]
    return [Mark(phase, PHASES[phase], state) for phase, state in zip(phases, states, strict=True)]


def last_filled(view: View, form: type[BaseModel]) -> Mapping[str, Any]:
    """Return the last filling of a form in a case."""
    for event in reversed(view.events):
        if event.data and form_behind(view.procedure, event) is form:
            return event.data
    return {}


def prefilled(view: View, choice: Choice) -> Mapping[str, Any]:
    """Return what is known already and not asked again: what the case says, else what the registers know."""
    if choice.form is None:
        return {}
    filled = last_filled(view, choice.form) if choice.form is first_form(view.procedure) else {}
    if filled or choice.standing.role not in APPLYING:
        return filled
    return known_by_form(choice.form, known_of(choice.standing.party, view.row.subject))


def handed(view: View) -> tuple[Answer, ...]:
    """Return what was said when the case was led to where it is, as the points to correct."""
    last = next((each for each in reversed(view.events) if each.to == view.step.name != each.step), None)
    form = form_behind(view.procedure, last) if last is not None else None
    if last is None or form is None or form is first_form(view.procedure):
        return ()
    return answers(form, last.data)


def title_of_event(procedure: Procedure, event: Event) -> Text:
    """Return what was done, in words."""
    if event.verb == OPEN:
        return Text("新建办件", "Begun")
    act = procedure.step(event.step).act(event.verb)
    return act.title if act is not None else Text(event.verb, event.verb)


def form_behind(procedure: Procedure, event: Event) -> type[BaseModel] | None:
    """Return the form that was filled in when the event happened."""
    act = procedure.step(event.step).act(event.verb) if event.step else None
    return form_of(procedure.step(event.step), act) if act is not None else None


def _main(view: View) -> tuple[type[BaseModel], Mapping[str, Any]] | None:
    form = first_form(view.procedure)
    data = last_filled(view, form) if form is not None else {}
    return (form, data) if form is not None and data else None
