"""What can be done here, and under which rules: open to everybody."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from qixi.api.caller import Asked, anyone
from qixi.api.problems import missing
from qixi.core import Law, Refused, Text
from qixi.policy import Parameter, Parameters, default_parameters
from qixi.policy.parameters import NATION
from qixi.procedures import Competence, Phase, Procedure, Role
from qixi.procedures.catalogue import catalogue, newest
from qixi.procedures.guide import guide, schemas
from qixi.procedures.values import STAY

router = Router(tags=["procedures"], auth=anyone)
Code = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,64}$", description="编号，如 need / the code, as need")]
Division = Annotated[
    str,
    Query(pattern=r"^(0|[1-9][0-9]{1,5})$", description="行政区划代码，0 为全国 / division, 0 is the nation"),
]
_TITLE = "{} / {}"


class ProcedureLine(BaseModel):
    """A procedure in a list."""

    code: str
    version: int
    title: Text
    subject: str = Field(description="what its cases are about")


class ParameterShown(BaseModel):
    """One value of a parameter. `confirmed` is false where nobody has confirmed the provision."""

    key: str
    title: Text
    value: Decimal
    unit: str
    valid_from: date
    valid_to: date | None
    division: str
    source: Law
    confirmed: bool
    said: Text = Field(description="the value in words, with its source")
    note: Text | None


class ActShown(BaseModel):
    """An act of a step. `form` is the name of its JSON Schema among the forms, null where it takes none."""

    verb: str
    title: Text
    by: list[Role]
    to: str | None = Field(description="the step it leads to, null where the case stays")
    form: str | None


class ClockShown(BaseModel):
    """A period of a step, with the parameter in force; null where none is in force on that day."""

    name: str
    title: Text
    waits: Role
    then: str | None = Field(description="the act that time performs when it is over")
    key: str
    parameter: ParameterShown | None


class StepShown(BaseModel):
    """Where a case can stand."""

    name: str
    phase: Phase
    title: Text
    outcome: str | None
    acts: list[ActShown]
    clocks: list[ClockShown]


class ProcedureShown(ProcedureLine):
    """A procedure whole: its law, steps, acts, periods, forms as JSON Schemas, and its service guide."""

    law: list[Law]
    valid_from: date
    competence: Competence
    authority: Text | None
    on: date = Field(description="the day whose parameters are shown")
    division: str
    steps: list[StepShown]
    forms: dict[str, dict[str, Any]] = Field(description="JSON Schema of each form, by step/verb")
    guide: Text = Field(description="service guide, Markdown")


class ProcedureList(BaseModel):
    """All procedures, each in its newest version."""

    items: list[ProcedureLine]


class ParameterList(BaseModel):
    """Values of parameters."""

    items: list[ParameterShown]


@router.get("/procedures", response=ProcedureList, summary=_TITLE.format("办事事项", "Procedures"))
def procedures(request: Asked) -> ProcedureList:
    """List what can be begun here, each in its newest version."""
    codes = sorted({code for code, _ in catalogue()})
    return ProcedureList(items=[ProcedureLine(**_line(newest(code))) for code in codes])


@router.get("/procedures/{code}", response=ProcedureShown, summary=_TITLE.format("事项详情", "One procedure"))
def procedure(
    request: Asked,
    code: Code,
    version: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    division: Division = NATION,
) -> ProcedureShown:
    """Show a procedure, the newest version unless one is named, with the parameters in force today."""
    try:
        found = newest(code) if version is None else catalogue()[code, version]
    except KeyError:
        raise missing() from None
    rules = default_parameters().on(request.auth.today, division)
    return ProcedureShown(
        **_line(found),
        law=list(found.law),
        valid_from=found.valid_from,
        competence=found.competence,
        authority=found.authority,
        on=request.auth.today,
        division=division,
        steps=_steps(found, default_parameters(), request.auth.today, division),
        forms=schemas(found),
        guide=Text(guide(found, rules, "zh"), guide(found, rules, "en")),
    )


@router.get("/parameters", response=ParameterList, summary=_TITLE.format("政策参数", "Policy parameters"))
def parameters(
    request: Asked,
    on: Annotated[
        date | None, Query(description="只列这一天有效的 / only those in force on that day")
    ] = None,
    division: Division = NATION,
) -> ParameterList:
    """List what regulations set in figures: since when, for whom, by which provision, and whether confirmed.

    With `on`, the value in force on that day in the division; else every value that was ever entered.
    """
    every = list(default_parameters())
    if on is not None:
        keys = sorted({each.key for each in every})
        every = [found for key in keys if (found := _in_force(default_parameters(), key, on, division))]
    return ParameterList(items=[_parameter(each) for each in every])


def _line(found: Procedure) -> dict[str, Any]:
    return {
        "code": found.code,
        "version": found.version,
        "title": found.title,
        "subject": found.subject,
    }


def _steps(found: Procedure, every: Parameters, on: date, division: str) -> list[StepShown]:
    forms = schemas(found)
    return [
        StepShown(
            name=step.name,
            phase=step.phase,
            title=step.title,
            outcome=step.outcome.value if step.outcome is not None else None,
            acts=[
                ActShown(
                    verb=act.verb,
                    title=act.title,
                    by=list(act.by),
                    to=act.to if act.to != STAY else None,
                    form=form if (form := f"{step.name}/{act.verb}") in forms else None,
                )
                for act in step.acts
            ],
            clocks=[
                ClockShown(
                    name=clock.name,
                    title=clock.title,
                    waits=clock.waits,
                    then=clock.then,
                    key=clock.days,
                    parameter=_parameter(rule)
                    if (rule := _in_force(every, clock.days, on, division))
                    else None,
                )
                for clock in step.clocks
            ],
        )
        for step in found.steps
    ]


def _in_force(every: Parameters, key: str, on: date, division: str) -> Parameter | None:
    try:
        return every.find(key, on, division)
    except Refused:
        return None  # none on that day, which the caller shows as such


def _parameter(each: Parameter) -> ParameterShown:
    return ParameterShown(
        key=each.key,
        title=each.title,
        value=each.value,
        unit=each.unit,
        valid_from=each.valid_from,
        valid_to=each.valid_to,
        division=each.division,
        source=each.source,
        confirmed=each.confirmed,
        said=each.said(),
        note=each.note,
    )
