"""Acts that an organisation approves before they are done: listed, approved, sent back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from qixi.api.caller import Asked, known
from qixi.api.models import Scope
from qixi.casework import models, services
from qixi.casework.queries import procedure_of
from qixi.casework.queries.chains import Waiting, look_at, proposals
from qixi.core import Text
from qixi.procedures.guide import titles_of_acts

router = Router(tags=["proposals"])


class ProposalShown(BaseModel):
    """An act that is proposed. `waits_for` is the post whose turn it is, null when it is over.

    `why_not` says why whoever asks does not approve it now; `event` is what it became in its case.
    """

    number: UUID
    case: str
    verb: str
    title: Text
    party: str
    person: str
    on: date
    state: models.Proposal.State
    chain: list[str]
    waits_for: str | None
    why_not: Text | None
    event: int | None
    data: dict[str, Any]


class ProposalList(BaseModel):
    """What waits for approval in one's organisations, one's own turn first."""

    items: list[ProposalShown]


class Returning(BaseModel):
    """Why a proposal is sent back."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(min_length=1, max_length=2000)


@router.get(
    "/proposals",
    auth=known(Scope.READ),
    response=ProposalList,
    summary="待审批事项 / What waits for approval",
)
def waiting(request: Asked) -> ProposalList:
    """List what waits for approval in one's organisations."""
    found = proposals(request.auth.actor, request.auth.today)
    return ProposalList(items=[proposal_shown(each) for each in found])


@router.post(
    "/proposals/{proposal}/approve",
    auth=known(Scope.ACT),
    response=ProposalShown,
    summary="同意 / Approve a proposal",
)
def approve(request: Asked, proposal: UUID) -> ProposalShown:
    """Approve a proposal in the post whose turn it is; the last approval does the act."""
    actor, today = request.auth.actor, request.auth.today
    services.approve(actor, proposal, today)
    return proposal_shown(look_at(actor, proposal, today))


@router.post(
    "/proposals/{proposal}/return",
    auth=known(Scope.ACT),
    response=ProposalShown,
    summary="退回 / Send a proposal back",
)
def send_back(request: Asked, proposal: UUID, returning: Returning) -> ProposalShown:
    """Send a proposal back with a reason, in the post whose turn it is; that ends it."""
    actor, today = request.auth.actor, request.auth.today
    services.return_proposal(actor, proposal, returning.reason, today)
    return proposal_shown(look_at(actor, proposal, today))


@router.post(
    "/proposals/{proposal}/withdraw",
    auth=known(Scope.ACT),
    response=ProposalShown,
    summary="撤回审批 / Take a proposal back",
)
def take_back(request: Asked, proposal: UUID) -> ProposalShown:
    """Take back what one has proposed and is not done yet."""
    actor, today = request.auth.actor, request.auth.today
    services.withdraw_proposal(actor, proposal)
    return proposal_shown(look_at(actor, proposal, today))


def proposal_shown(found: Waiting) -> ProposalShown:
    """Return a proposal as it stands."""
    made = found.proposal
    return ProposalShown(
        number=made.number,
        case=made.case.number,
        verb=made.verb,
        title=titles_of_acts(procedure_of(made.case))[made.verb],
        party=made.party,
        person=made.person,
        on=made.on,
        state=models.Proposal.State(made.state),
        chain=list(made.chain.titles),
        waits_for=found.title or None,
        why_not=found.why_not,
        event=made.event.seq if made.event is not None else None,
        data=dict(made.data),
    )
