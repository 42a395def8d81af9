"""Who takes part in a case: agents by mandate, co-applicants who were asked and agreed."""

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
from qixi.casework import models, services
from qixi.casework.queries import view
from qixi.casework.queries.parties import (
    consent_for,
    consents_in,
    invitations,
    parties_of,
    verbs_for_agents,
)
from qixi.procedures import Role
from qixi.registry.queries import names_of

router = Router(tags=["parties"])


class PartyShown(BaseModel):
    """Who has or had a role in a case. An agent's `mandate` are its acts, null means all."""

    party: str
    name: str
    role: Role
    mandate: list[str] | None
    since: date
    ended_on: date | None


class InvitationShown(BaseModel):
    """A party that was asked to be a co-applicant, and what it said."""

    number: UUID
    case: str
    party: str
    name: str
    asked_on: date
    answer: models.Consent.Answer
    answered_on: date | None


class PartyList(BaseModel):
    """Who takes part in a case, who was asked to, and what a mandate can name."""

    items: list[PartyShown]
    invitations: list[InvitationShown]
    verbs: list[str] = Field(description="acts that a mandate can name")


class InvitationList(BaseModel):
    """What one, or one's organisations, were asked to join and have not answered."""

    items: list[InvitationShown]


class Invited(BaseModel):
    """Whom to ask to be a co-applicant."""

    model_config = ConfigDict(extra="forbid")
    party: UUID


class Mandate(BaseModel):
    """Whom to make an agent, for which acts; null means all that an agent can do."""

    model_config = ConfigDict(extra="forbid")
    party: UUID
    verbs: list[str] | None = Field(None, max_length=50)


@router.get(
    "/cases/{number}/parties",
    auth=known(Scope.READ),
    response=PartyList,
    summary="参与各方 / Who takes part",
)
def parties(request: Asked, number: Number) -> PartyList:
    """List who takes part in a case, as far as one may see it."""
    actor = request.auth.actor
    seen = view(actor, number, request.auth.today)
    held, asked = list(parties_of(actor, number)), list(consents_in(actor, number).select_related("case"))
    names = names_of({each.party for each in held} | {each.party for each in asked})
    return PartyList(
        items=[
            PartyShown(
                party=each.party,
                name=names.get(each.party, ""),
                role=Role(each.role),
                mandate=each.mandate,
                since=each.since,
                ended_on=each.ended_on,
            )
            for each in held
        ],
        invitations=[_invitation(each, names.get(each.party, "")) for each in asked],
        verbs=sorted(verbs_for_agents(seen.procedure)),
    )


@router.post(
    "/cases/{number}/invitations",
    auth=known(Scope.ACT),
    response={201: InvitationShown},
    summary="邀请共同申请人 / Ask a co-applicant",
)
def invite(
    request: Asked, response: HttpResponse, number: Number, invited: Invited, key: Key = ""
) -> Status[dict[str, Any]]:
    """Ask a party to be a co-applicant, as the applicant; it sees nothing of the case before it agrees."""

    def perform() -> dict[str, Any]:
        made = services.invite(request.auth.actor, number, str(invited.party), request.auth.today)
        return _named(made).model_dump(mode="json")

    return Status(201, answered(request, response, key, perform))


@router.delete(
    "/cases/{number}/invitations/{party}",
    auth=known(Scope.ACT),
    response={204: None},
    summary="撤回邀请 / Take an invitation back",
)
def uninvite(request: Asked, number: Number, party: UUID) -> Status[None]:
    """Take back what a party was asked and has not answered."""
    services.withdraw_invitation(request.auth.actor, number, str(party), request.auth.today)
    return Status(204, None)


@router.get(
    "/invitations",
    auth=known(Scope.READ),
    response=InvitationList,
    summary="待答复的邀请 / Invitations to answer",
)
def invited_to(request: Asked) -> InvitationList:
    """List what one, or one's organisations, were asked to join."""
    return InvitationList(items=[_named(each.consent) for each in invitations(request.auth.actor)])


@router.post(
    "/invitations/{invitation}/accept",
    auth=known(Scope.ACT),
    response=InvitationShown,
    summary="同意共同申请 / Agree to be a co-applicant",
)
def accept(request: Asked, invitation: UUID) -> InvitationShown:
    """Agree to be a co-applicant."""
    return _answer(request, invitation, accepted=True)


@router.post(
    "/invitations/{invitation}/decline",
    auth=known(Scope.ACT),
    response=InvitationShown,
    summary="拒绝共同申请 / Decline to be a co-applicant",
)
def decline(request: Asked, invitation: UUID) -> InvitationShown:
    """Decline to be a co-applicant."""
    return _answer(request, invitation, accepted=False)


@router.post(
    "/cases/{number}/mandates",
    auth=known(Scope.ACT),
    response={201: PartyShown},
    summary="委托代理 / Give a mandate",
)
def give_mandate(
    request: Asked, response: HttpResponse, number: Number, mandate: Mandate, key: Key = ""
) -> Status[dict[str, Any]]:
    """Make a party the agent of the applicant; an earlier mandate of it ends."""
    actor, today, agent = request.auth.actor, request.auth.today, str(mandate.party)

    def perform() -> dict[str, Any]:
        held = services.give_mandate(actor, number, agent, mandate.verbs, today)
        return PartyShown(
            party=held.party,
            name=names_of([held.party]).get(held.party, ""),
            role=Role(held.role),
            mandate=held.mandate,
            since=held.since,
            ended_on=held.ended_on,
        ).model_dump(mode="json")

    return Status(201, answered(request, response, key, perform))


@router.delete(
    "/cases/{number}/mandates/{party}",
    auth=known(Scope.ACT),
    response={204: None},
    summary="终止委托 / End a mandate",
)
def end_mandate(request: Asked, number: Number, party: UUID) -> Status[None]:
    """End the mandate of an agent, as the applicant or the agent itself."""
    services.end_mandate(request.auth.actor, number, str(party), request.auth.today)
    return Status(204, None)


@router.post(
    "/cases/{number}/leave",
    auth=known(Scope.ACT),
    response={204: None},
    summary="退出共同申请 / Leave a case",
)
def leave(request: Asked, number: Number) -> Status[None]:
    """Take back one's consent: a co-applicant is out of the case from then on."""
    services.leave(request.auth.actor, number, request.auth.today)
    return Status(204, None)


def _answer(request: Asked, invitation: UUID, *, accepted: bool) -> InvitationShown:
    actor = request.auth.actor
    services.answer_invitation(actor, invitation, accepted, request.auth.today)
    return _named(consent_for(actor, invitation))


def _named(made: models.Consent) -> InvitationShown:
    return _invitation(made, names_of([made.party]).get(made.party, ""))


def _invitation(made: models.Consent, name: str) -> InvitationShown:
    return InvitationShown(
        number=made.number,
        case=made.case.number,
        party=made.party,
        name=name,
        asked_on=made.asked_on,
        answer=models.Consent.Answer(made.answer),
        answered_on=made.answered_on,
    )
