"""Draws of panels: begun, numbers promised and revealed, the roster fixed, who was drawn.

Whoever was drawn is appointed by the act of the case.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Status
from pydantic import BaseModel, ConfigDict, Field

from qixi.api.caller import Asked, known
from qixi.api.cases.shapes import Number
from qixi.api.keys import Key, answered
from qixi.api.models import Scope
from qixi.casework import services
from qixi.casework.queries.draws import Told, draws_in

router = Router(tags=["draws"])


class PromiseShown(BaseModel):
    """A number that was promised, by its SHA-256; `value` is empty until all are there and it was held."""

    party: str
    digest: str
    kept: bool = Field(description="kept by the house for the party")
    revealed: bool
    value: str


class DrawShown(BaseModel):
    """A draw as one may know it. `roster` and `panel` are empty where the panel is blind to whoever asks.

    `repeats` says that doing it again from roster, promises and numbers gives the same panel, null before.
    """

    number: UUID
    begun_on: date
    promises_until: date
    commitment: str = Field(description="SHA-256 of the roster, empty before it is fixed")
    numbers_until: date | None
    held_on: date | None
    ended_on: date | None
    reason: str
    promises: list[PromiseShown]
    missing: list[str] = Field(description="parties whose numbers are not there yet")
    roster: dict[str, Any]
    panel: list[str]
    repeats: bool | None


class DrawList(BaseModel):
    """The draws of a case, the latest first."""

    items: list[DrawShown]


class Promised(BaseModel):
    """The digest of a number that one keeps; without it the house draws a number and keeps it."""

    model_config = ConfigDict(extra="forbid")
    digest: str = Field("", max_length=64, description="SHA-256, 64 hexadecimal places in small letters")


class Revealed(BaseModel):
    """The number that was promised."""

    model_config = ConfigDict(extra="forbid")
    value: str = Field(max_length=200, description="hexadecimal places in small letters")


class Roster(BaseModel):
    """From whom to draw: those who know a field, or all."""

    model_config = ConfigDict(extra="forbid")
    field: str = Field("", max_length=100)


class GivenUp(BaseModel):
    """Why a draw is given up."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=2000)


@router.get(
    "/cases/{number}/draws", auth=known(Scope.READ), response=DrawList, summary="专家抽取 / Draws of a panel"
)
def draws(request: Asked, number: Number) -> DrawList:
    """List the draws of a case as one may know them; experts see none."""
    return DrawList(items=[_shown(each) for each in draws_in(request.auth.actor, number)])


@router.post(
    "/cases/{number}/draws",
    auth=known(Scope.ACT),
    response={201: DrawShown},
    summary="发起抽取 / Begin a draw",
)
def begin_draw(
    request: Asked, response: HttpResponse, number: Number, key: Key = ""
) -> Status[dict[str, Any]]:
    """Begin a draw of the panel of the case's step, as an officer."""

    def perform() -> dict[str, Any]:
        services.begin_draw(request.auth.actor, number, request.auth.today)
        return _latest(request, number).model_dump(mode="json")

    return Status(201, answered(request, response, key, perform))


@router.post(
    "/cases/{number}/draws/promise",
    auth=known(Scope.ACT),
    response=DrawShown,
    summary="承诺随机数 / Promise a number",
)
def promise(request: Asked, number: Number, promised: Promised) -> DrawShown:
    """Promise a number for the draw under way."""
    services.promise_number(request.auth.actor, number, request.auth.today, promised.digest)
    return _latest(request, number)


@router.post(
    "/cases/{number}/draws/roster",
    auth=known(Scope.ACT),
    response=DrawShown,
    summary="确定名单 / Fix the roster",
)
def roster(request: Asked, number: Number, of: Roster) -> DrawShown:
    """Fix who can be drawn, once and for all, as an officer."""
    services.commit_roster(request.auth.actor, number, request.auth.today, of.field)
    return _latest(request, number)


@router.post(
    "/cases/{number}/draws/reveal",
    auth=known(Scope.ACT),
    response=DrawShown,
    summary="公布随机数 / Reveal a number",
)
def reveal(request: Asked, number: Number, revealed: Revealed) -> DrawShown:
    """Reveal the number that one promised; the last one lets the draw be held."""
    services.reveal_number(request.auth.actor, number, revealed.value, request.auth.today)
    return _latest(request, number)


@router.post(
    "/cases/{number}/draws/end",
    auth=known(Scope.ACT),
    response=DrawShown,
    summary="终止抽取 / Give a draw up",
)
def end_draw(request: Asked, number: Number, given_up: GivenUp) -> DrawShown:
    """Give up the draw under way, as an officer, with a reason."""
    services.end_draw(request.auth.actor, number, given_up.reason, request.auth.today)
    return _latest(request, number)


def _latest(request: Asked, number: str) -> DrawShown:
    return _shown(draws_in(request.auth.actor, number)[0])


def _shown(told: Told) -> DrawShown:
    draw = told.draw
    return DrawShown(
        number=draw.number,
        begun_on=draw.begun_on,
        promises_until=draw.promises_until,
        commitment=draw.commitment,
        numbers_until=draw.numbers_until,
        held_on=draw.held_on,
        ended_on=draw.ended_on,
        reason=draw.reason,
        promises=[
            PromiseShown(
                party=each.party,
                digest=each.digest,
                kept=each.is_kept,
                revealed=each.is_revealed,
                value=each.value,
            )
            for each in told.promises
        ],
        missing=list(told.missing),
        roster=dict(told.roster),
        panel=list(told.panel),
        repeats=told.repeats,
    )
