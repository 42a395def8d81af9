"""A case as it is shown to a program, and what a program sends about one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from ninja import Path
from pydantic import BaseModel, ConfigDict, Field

from qixi.casework import models
from qixi.casework.queries import Choice, View, procedure_of
from qixi.core import Text
from qixi.procedures import Event, Phase, Role
from qixi.procedures.guide import ROLES
from qixi.registry.queries import names_of

Number = Annotated[
    str, Path(pattern=r"^[0-9]{4}-[a-z0-9-]{1,64}-[0-9]{1,12}$", description="案件编号 / number")
]
_BEGUN = Text("发起", "Begun")


class StepName(BaseModel):
    """A step by its name in the procedure and its title."""

    name: str
    title: Text


class CaseLine(BaseModel):
    """A case in a list."""

    number: str
    code: str
    version: int
    title: Text
    division: str
    subject: str
    step: StepName
    phase: Phase
    outcome: str | None
    opened_on: date
    due_on: date | None


class EventShown(BaseModel):
    """What happened. `party` and `name` are empty where they are not shown to whoever asks."""

    seq: int
    verb: str
    title: Text
    party: str
    name: str
    role: Role
    on: date
    step: str | None = Field(description="the step it happened in, null for the first")
    to: str
    data: dict[str, Any]


class DueShown(BaseModel):
    """How a period stands, with its working."""

    name: str
    title: Text
    waits: Role
    on: date | None = Field(description="its last day, null while it does not run")
    said: Text = Field(description="its working in words")
    confirmed: bool


class ChoiceShown(BaseModel):
    """An act one sees: it can be done now where `why_not` is empty. `form` is its JSON Schema.

    Where `chain` names posts of one's own organisation, the act is proposed, and done when the last of them
    has approved.
    """

    verb: str
    title: Text
    role: Role
    why_not: list[Text]
    form: dict[str, Any] | None
    chain: list[str]


class RoleHeld(BaseModel):
    """A role in which whoever asks may act."""

    party: str
    role: Role
    title: Text


class CaseShown(CaseLine):
    """A case as whoever asks may see it."""

    roles: list[RoleHeld]
    acts: list[ChoiceShown]
    due: list[DueShown]
    events: list[EventShown]


class Opening(BaseModel):
    """What a case is begun with: the procedure, as whom, where, and about what."""

    model_config = ConfigDict(extra="forbid")
    procedure: str = Field(pattern=r"^[a-z0-9-]{1,64}$", description="code of the procedure")
    party: UUID | None = Field(None, description="an organisation to act for; without it, oneself")
    division: str = Field(pattern=r"^[1-9][0-9]{5}$", description="where it is dealt with")
    subject: str = Field(
        "", max_length=100, pattern=r"^[^\x00]*$", description="what it is about, if it exists already"
    )


class Opened(BaseModel):
    """A case that was begun."""

    number: str


class Done(BaseModel):
    """An act that was done: the event it became."""

    case: str
    seq: int
    verb: str
    on: date
    step: str
    to: str


class Wanted(BaseModel):
    """Which cases are listed."""

    model_config = ConfigDict(extra="forbid")
    phase: Phase | None = None
    procedure: str | None = Field(None, pattern=r"^[a-z0-9-]{1,64}$")
    due_before: date | None = Field(None, description="due before that day")
    limit: int = Field(50, ge=1, le=100)
    cursor: str = Field("", max_length=200)


def line_of(row: models.Case) -> CaseLine:
    """Return a case as it stands in a list."""
    return CaseLine(**_line(row))


def case_shown(seen: View) -> CaseShown:
    """Return a case whole, as whoever looked at it may see it."""
    return CaseShown(
        **_line(seen.row),
        roles=[RoleHeld(party=s.party, role=s.role, title=ROLES[s.role]) for s in seen.standings],
        acts=[_choice(choice) for choice in seen.choices],
        due=[
            DueShown(
                name=clock.name,
                title=clock.title,
                waits=clock.waits,
                on=due.on,
                said=due.said(),
                confirmed=due.confirmed,
            )
            for clock, due in seen.due
        ],
        events=events_shown(seen, seen.events),
    )


def _line(row: models.Case) -> dict[str, Any]:
    procedure = procedure_of(row)
    return {
        "number": row.number,
        "code": row.code,
        "version": row.version,
        "title": procedure.title,
        "division": row.division,
        "subject": row.subject,
        "step": StepName(name=row.step, title=procedure.step(row.step).title),
        "phase": row.phase,
        "outcome": row.outcome or None,
        "opened_on": row.opened_on,
        "due_on": row.due_on,
    }


def _choice(choice: Choice) -> ChoiceShown:
    return ChoiceShown(
        verb=choice.act.verb,
        title=choice.act.title,
        role=choice.standing.role,
        why_not=list(choice.why_not),
        form=choice.form.model_json_schema() if choice.form is not None else None,
        chain=list(choice.chain),
    )


def events_shown(seen: View, some: Sequence[Event]) -> list[EventShown]:
    """Return some events of a case, with the names of who did what."""
    titles = {act.verb: act.title for step in seen.procedure.steps for act in step.acts}
    names = names_of(event.party for event in some)
    return [
        EventShown(
            seq=event.seq,
            verb=event.verb,
            title=titles.get(event.verb, _BEGUN),
            party=event.party,
            name=names.get(event.party, ""),
            role=event.role,
            on=event.on,
            step=event.step or None,
            to=event.to,
            data=dict(event.data),
        )
        for event in some
    ]
