"""What is known of chains of approval: which posts approve an act, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from qixi.casework import models
from qixi.core import Problem, Refused, Text
from qixi.procedures import Role, Standing
from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may
from qixi.registry.models import Post
from qixi.registry.queries import organisation_of, people_of

_OF_ORGANISATIONS = frozenset({Role.APPLICANT, Role.AGENT, Role.PARTNER})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal: the post whose turn it is (empty when it is over), why the reader does not speak, if so."""

    proposal: models.Proposal
    title: str
    why_not: Text | None


def body_of(party: str) -> str:
    """Return the number of the organisation that a party is now, after merges; its own where it is none."""
    found = organisation_of(party)
    return str(found.number) if found is not None else party


def chains_of(standings: Iterable[Standing], code: str) -> Mapping[str, models.Chain]:
    """Return the chains that stand for a procedure, by the party of each standing."""
    parties = {each.party: "" for each in standings if each.role in _OF_ORGANISATIONS}
    bodies = {party: body_of(party) for party in parties}
    found = models.Chain.objects.filter(party__in=bodies.values(), code=code, ended_on__isnull=True)
    chains = {each.party: each for each in found}
    return {party: chains[body] for party, body in bodies.items() if body in chains}


def chain_of(party: str, code: str) -> models.Chain | None:
    """Return the chain that an organisation has for a procedure, None where it has none."""
    return chains_of([Standing(party, Role.APPLICANT)], code).get(party)


def titles_for(chains: Mapping[str, models.Chain], standing: Standing, verb: str) -> tuple[str, ...]:
    """Return the posts that approve an act of a standing one after the other, none where it is free."""
    chain = chains.get(standing.party) if standing.role in _OF_ORGANISATIONS else None
    if chain is None or (chain.verbs is not None and verb not in chain.verbs):
        return ()
    return tuple(chain.titles)


def people_missing(chain: models.Chain, today: date) -> tuple[str, ...]:
    """Return the posts of a chain that nobody holds."""
    return tuple(title for title in chain.titles if not people_of(chain.party, today, title).exists())


def proposals(actor: Actor, today: date) -> list[Waiting]:
    """Return what waits for approval in the actor's organisations, what is the actor's turn first."""
    found = (
        models.Proposal.objects.filter(party__in=actor.parties(), state=models.Proposal.State.WAITING)
        .select_related("case", "chain")
        .prefetch_related("approvals")
    )
    waiting = [_waiting(actor, each, today) for each in found.order_by("id")]
    return sorted(waiting, key=lambda each: each.why_not is not None)


def proposals_in(actor: Actor, row: models.Case, today: date) -> list[Waiting]:
    """Return what the actor's organisations have proposed in a case, the latest first."""
    found = models.Proposal.objects.filter(case=row, party__in=actor.parties()).select_related("chain")
    return [_waiting(actor, each, today) for each in found.prefetch_related("approvals").order_by("-id")]


def proposal_for(actor: Actor, proposal: UUID) -> models.Proposal:
    """Return a proposal of one of the actor's organisations; raises Refused where there is none."""
    one = models.Proposal.objects.filter(number=proposal).select_related("case", "chain").first()
    if one is None or may(actor, Verb.SEE, proposed(one)) is not None:
        raise Refused(
            Problem(
                "missing",
                Text("没有这项审批", "there is no such proposal"),
                Text("请核对链接", "check the link"),
            )
        )
    return one


def look_at(actor: Actor, proposal: UUID, today: date) -> Waiting:
    """Return how a proposal of an organisation of the actor stands; raises Refused where there is none."""
    return _waiting(actor, proposal_for(actor, proposal), today)


def why_not_next(actor: Actor, proposal: models.Proposal, today: date) -> Text | None:
    """Return why an actor does not speak next to a proposal, None where it does.

    Nobody speaks twice in one chain, nor approves what it proposed itself, unless it alone holds the post.
    """
    if proposal.state != models.Proposal.State.WAITING:
        return Text("该事项已不在审批中", "this is not being approved any more")
    spoken = [approval.person for approval in proposal.approvals.all()]
    title = proposal.chain.titles[len(spoken)]
    holding = {str(each.number) for each in people_of(proposal.party, today, title)}
    had_a_say = {each for each in (proposal.person, *spoken) if holding - {each}}
    reason = may(actor, Verb.APPROVE, proposed(proposal, frozenset({title}), frozenset(had_a_say)))
    if reason is not None and title not in actor.titles_in(proposal.party):
        label = Post.Title(title).label
        return Text(f"现由“{label}”审批", f"it is the turn of {label}")
    return reason


def proposed(
    proposal: models.Proposal, posts: frozenset[str] = frozenset(), spoken: frozenset[str] = frozenset()
) -> Subject:
    """Return what `may` is asked about a proposal: whose it is, who made it, whose turn it is."""
    return Subject(
        Kind.PROPOSAL,
        str(proposal.number),
        holders=frozenset({proposal.party}),
        lead=proposal.person,
        posts=posts,
        spoken=spoken,
    )


def _waiting(actor: Actor, proposal: models.Proposal, today: date) -> Waiting:
    spoken = len(proposal.approvals.all())
    is_waiting = proposal.state == models.Proposal.State.WAITING
    title = proposal.chain.titles[spoken] if is_waiting else ""
    return Waiting(proposal, title, why_not_next(actor, proposal, today))
