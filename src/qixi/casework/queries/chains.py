"""What is known of chains of approval: which posts approve an act, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from qixi.casework import models
from qixi.procedures import Role, Standing
from qixi.registry.queries import organisation_of, people_of

_OF_ORGANISATIONS = frozenset({Role.APPLICANT, Role.AGENT, Role.PARTNER})


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


def is_alone(party: str, title: str, person: str, today: date) -> bool:
    """Say whether nobody but one person holds a post in an organisation."""
    return not people_of(party, today, title).exclude(number=UUID(person)).exists()
