"""Writing chains of approval, and what goes through them until it is performed, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qixi.casework import models
from qixi.casework.queries import case_of, known_to, procedure_of, setting_of
from qixi.casework.queries.chains import (
    body_of,
    chain_of,
    chains_of,
    people_missing,
    proposal_for,
    proposed,
    titles_for,
    why_not_next,
)
from qixi.casework.services.acts import act, standing_to_act
from qixi.casework.services.rows import denied, refused
from qixi.core import Text
from qixi.procedures import Role, Standing, decide
from qixi.procedures.catalogue import newest
from qixi.procedures.guide import titles_of_acts
from qixi.registry.domain.may import Actor, Verb
from qixi.registry.models import Post
from qixi.registry.queries import organisation_of, people_of
from qixi.registry.queries.people import organisation_subject
from qixi.registry.services import tell
from qixi.registry.services.entries import permit

_MOST = 8
"""Posts in a chain, at most."""


def set_chain(
    actor: Actor, party: str, code: str, titles: Sequence[str], verbs: Iterable[str] | None, today: date
) -> models.Chain:
    """Have acts of an organisation in cases of a procedure approved by posts, one after the other.

    `verbs` are the acts, None means all. An approver or leader of the organisation sets it; it takes the
    place of the one before. What is under way keeps the chain that it began with.
    """
    with transaction.atomic():
        body = _governed(actor, party)
        known = _verbs_of(code)
        named = None if verbs is None else sorted(set(verbs))
        if not 0 < len(titles) <= _MOST or not set(titles) <= set(Post.Title.values):
            raise refused(
                Text(f"审批流程须有 1 至 {_MOST} 个岗位", f"a chain names 1 to {_MOST} posts"),
                Text("请从列出的岗位中选择", "choose from the posts that are listed"),
            )
        if len(set(titles)) != len(titles):
            raise refused(Text("同一岗位在流程中只能出现一次", "a post stands in a chain once"))
        if named is not None and (not named or not set(named) <= known):
            raise refused(Text("本程序没有这些事项", "the procedure has no such acts"))
        _end(actor, body, code, today)
        made = models.Chain(
            party=body, code=code, titles=list(titles), verbs=named, set_by=actor.number, since=today
        )
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError:
            raise refused(
                Text("他人刚刚设置了审批流程", "somebody else set a chain at this moment"),
                Text("请刷新页面后重试", "look at it, and try again"),
            ) from None
        return made


def end_chain(actor: Actor, party: str, code: str, today: date) -> None:
    """Let an organisation act without approval from now on in cases of a procedure."""
    with transaction.atomic():
        if not _end(actor, _governed(actor, party), code, today):
            raise refused(Text("没有这个审批流程", "there is no such chain"))


def propose_for(
    actor: Actor, number: str, verb: str, data: Mapping[str, Any], today: date, seen: int | None = None
) -> models.Proposal:
    """Have an act approved by the actor's organisation; it is done when the last post has approved.

    Raises Refused at once where it could not be done as it stands, where the case has had other events than
    the actor has `seen`, or nobody holds a post of the chain.
    """
    with transaction.atomic():
        row, standing = standing_to_act(actor, number, verb, today, seen)
        chain = chains_of([standing], row.code).get(standing.party)
        if chain is None or not titles_for({standing.party: chain}, standing, verb):
            raise refused(
                Text("该事项无须审批", "this act needs no approval"), Text("请直接办理", "do it directly")
            )
        missing = people_missing(chain, today)
        if missing:
            names = "、".join(str(Post.Title(each).label) for each in missing)
            raise refused(
                Text(f"审批岗位无人担任：{names}", f"nobody holds these posts of the chain: {names}"),
                Text("请先指定人员或调整审批流程", "appoint somebody, or set another chain"),
            )
        if row.proposals.filter(
            party=standing.party, verb=verb, state=models.Proposal.State.WAITING
        ).exists():
            raise refused(Text("该事项已在审批中", "this is being approved already"))
        case = case_of(row)
        known = known_to(row, data)
        decide(procedure_of(row), case, standing, verb, data, setting_of(case, today, known))
        made = models.Proposal.objects.create(
            case=row,
            chain=chain,
            party=standing.party,
            role=standing.role.value,
            verb=verb,
            data=dict(data),
            person=actor.number,
            on=today,
        )
        _tell_next(made, today)
        return made


def approve(actor: Actor, proposal: UUID, today: date) -> models.Proposal:
    """Approve what is proposed, in the post whose turn it is; the last approval performs the act.

    Where the act can no longer be done, the last approval is refused with the reasons, and nothing is kept.
    """
    with transaction.atomic():
        found, title = _next(actor, proposal, today)
        done = _say(found, title, actor, today)
        if done == len(found.chain.titles):
            standing = Standing(found.party, Role(found.role), _mandate(found))
            found.event = act(
                found.case.number,
                standing,
                found.verb,
                found.data,
                today,
                known_to(found.case, found.data),
                found.person,
            )
            found.state = models.Proposal.State.PERFORMED
            found.save(update_fields=["event", "state"])
        else:
            _tell_next(found, today)
        return found


def return_proposal(actor: Actor, proposal: UUID, reason: str, today: date) -> models.Proposal:
    """Send back what is proposed, with a reason, in the post whose turn it is; that ends it."""
    with transaction.atomic():
        if not reason.strip():
            raise refused(Text("退回须说明理由", "say why it is sent back"))
        found, title = _next(actor, proposal, today)
        _say(found, title, actor, today, reason.strip())
        found.state = models.Proposal.State.RETURNED
        found.save(update_fields=["state"])
        _tell(found, found.person, "returned", Text("已被退回。", "It was sent back."))
        return found


def withdraw_proposal(actor: Actor, proposal: UUID) -> models.Proposal:
    """Take back what one has proposed and is not performed yet."""
    with transaction.atomic():
        found = _locked(actor, proposal)
        permit(actor, Verb.TAKE_BACK, proposed(found))
        found.state = models.Proposal.State.WITHDRAWN
        found.save(update_fields=["state"])
        return found


def _next(actor: Actor, proposal: UUID, today: date) -> tuple[models.Proposal, str]:
    """Return a proposal, locked, and the post whose turn it is, which the actor must hold."""
    found = _locked(actor, proposal)
    why_not = why_not_next(actor, found, today)
    if why_not is not None:
        raise denied(why_not)
    return found, found.chain.titles[found.approvals.count()]


def _locked(actor: Actor, proposal: UUID) -> models.Proposal:
    proposal_for(actor, proposal)
    found = (
        models.Proposal.objects.select_for_update(of=("self",))
        .select_related("case", "chain")
        .get(number=proposal)
    )
    if found.state != models.Proposal.State.WAITING:
        raise refused(
            Text("该事项已不在审批中", "this is not being approved any more"),
            Text("请刷新页面", "look at how it stands now"),
        )
    return found


def _say(proposal: models.Proposal, title: str, actor: Actor, today: date, reason: str = "") -> int:
    """Write down what a post said, and return how many have spoken."""
    position = proposal.approvals.count()
    models.Approval.objects.create(
        proposal=proposal,
        position=position,
        title=title,
        person=actor.number,
        approved=not reason,
        reason=reason,
        on=today,
    )
    return position + 1


def _tell_next(proposal: models.Proposal, today: date) -> None:
    """Tell those who hold the post whose turn it is; who has had its say only where nobody else holds it."""
    spoken = [each.person for each in proposal.approvals.all()]
    held = people_of(proposal.party, today, proposal.chain.titles[len(spoken)])
    holders = [str(each.number) for each in held.order_by("pk")]
    fresh = [each for each in holders if each not in {proposal.person, *spoken}]
    for person in fresh or holders:
        _tell(proposal, person, str(len(spoken)), Text("请您审批。", "It waits for your approval."))


def _tell(proposal: models.Proposal, person: str, key: str, words: Text) -> None:
    """Tell a person of a proposal, once."""
    case = proposal.case
    procedure = procedure_of(case)
    done = titles_of_acts(procedure)[proposal.verb]
    said = Text(
        f"{procedure.title.zh}（{case.number}）：{done.zh}，本单位审批。{words.zh}",
        f"{procedure.title.en} ({case.number}): {done.en}, approval in your organisation. {words.en}",
    )
    tell(person, said, case.number, f"{proposal.number}.{key}:{person}")


def _mandate(proposal: models.Proposal) -> frozenset[str] | None:
    """Return what an agent may do now; raises Refused where the party has lost the role meanwhile."""
    held = proposal.case.holdings.filter(
        party=proposal.party, role=proposal.role, ended_on__isnull=True
    ).first()
    if held is None:
        raise denied(Text("本单位在本案中已没有角色", "your organisation has no role in this case any more"))
    return frozenset(held.mandate) if held.mandate is not None else None


def _governed(actor: Actor, party: str) -> str:
    """Return the organisation that a party is, where the actor approves for it; raises Refused else."""
    body = body_of(party)
    permit(actor, Verb.GOVERN, organisation_subject(organisation_of(body)))
    return body


def _end(actor: Actor, body: str, code: str, today: date) -> bool:
    held = chain_of(body, code)
    if held is None:
        return False
    held.ended_by, held.ended_on = actor.number, today
    held.save(update_fields=["ended_by", "ended_on"])
    return True


def _verbs_of(code: str) -> frozenset[str]:
    try:
        procedure = newest(code)
    except KeyError:
        raise refused(Text("没有这个程序", "there is no such procedure")) from None
    return frozenset(act.verb for step in procedure.steps for act in step.acts)
