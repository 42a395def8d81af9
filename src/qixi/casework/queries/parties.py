"""What is known of who takes part in cases: mandates, invitations, what was done about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from qixi.casework import models
from qixi.casework.queries.cases import procedure_of, row_of, standings_in, subject_of
from qixi.casework.queries.chains import chain_of
from qixi.core import Problem, Refused, Text
from qixi.procedures import Role
from qixi.procedures.values import Procedure
from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may
from qixi.registry.models import Organisation, Post
from qixi.registry.queries import organisation_of
from qixi.registry.queries.people import person_of, posts_of


@dataclass(frozen=True, slots=True)
class Invited:
    """A case that a party is asked to join as co-applicant: what it is about, and who asks."""

    consent: models.Consent
    procedure: Procedure
    applicant: str


def verbs_for_agents(procedure: Procedure) -> frozenset[str]:
    """Return the acts of a procedure that a mandate can name."""
    return frozenset(act.verb for step in procedure.steps for act in step.acts if step.is_for_agents(act))


def governed_by_chain(row: models.Case) -> Subject:
    """Return what `may` is asked about who takes part in a case.

    Who could hand it to an agent without the chain of approval of the applicant would have a way around that.
    """
    subject = subject_of(row)
    chains = (chain_of(each, row.code) for each in sorted(subject.holders))
    return replace(subject, posts=frozenset(chain.titles[-1] for chain in chains if chain is not None))


def invitations(actor: Actor) -> list[Invited]:
    """Return the invitations that wait for an answer of the actor or one of its organisations."""
    asked = models.Consent.objects.filter(
        party__in=actor.parties(), answer=models.Consent.Answer.ASKED
    ).select_related("case")
    return [
        Invited(each, procedure_of(each.case), each.case.events.get(seq=0).party)
        for each in asked.order_by("id")
    ]


def consent_for(actor: Actor, invitation: UUID) -> models.Consent:
    """Return an invitation to the actor or one of its organisations; raises Refused where there is none."""
    consent = models.Consent.objects.filter(number=invitation).select_related("case").first()
    asked = Subject(Kind.INVITATION, holders=frozenset({consent.party} if consent is not None else ()))
    if consent is None or may(actor, Verb.ANSWER, asked) is not None:
        raise Refused(
            Problem(
                "missing",
                Text("没有这份邀请", "there is no such invitation"),
                Text("请核对链接", "check the link"),
            )
        )
    return consent


def parties_of(actor: Actor, number: str) -> QuerySet[models.Holding]:
    """Return who has or had a role in a case, for those who see it from inside; to others only themselves.

    Experts are shown to officers alone: what a panel's procedure shows of them stands in its events.
    """
    row = row_of(actor, number)
    found = row.holdings.order_by("id")
    roles = {each.role for each in standings_in(actor, row)}
    if not roles - {Role.OBJECTOR}:
        return found.filter(party__in=actor.parties())
    return found if Role.OFFICER in roles else found.exclude(role=Role.EXPERT)


def consents_in(actor: Actor, number: str) -> QuerySet[models.Consent]:
    """Return who was asked to join a case and what was said; none to those who do not see it from inside."""
    row = row_of(actor, number)
    inside = any(each.role is not Role.OBJECTOR for each in standings_in(actor, row))
    return row.consents.order_by("id") if inside else row.consents.none()


def entries_in(actor: Actor, number: str) -> QuerySet[models.Entry]:
    """Return what was done about a case beside its acts; nothing to those who do not see it from inside."""
    row = row_of(actor, number)
    inside = any(each.role is not Role.OBJECTOR for each in standings_in(actor, row))
    return row.entries.order_by("id") if inside else row.entries.none()


def is_of_the_office(party: str, division: str, today: date) -> bool:
    """Say whether a party is an office, or one of the officers of a division: they decide, and do not ask."""
    body = organisation_of(party)
    if body is not None:
        return body.kind == Organisation.Kind.OFFICE
    person = person_of(party)
    if person is None:
        return False
    offices = posts_of(person, today).filter(
        title=Post.Title.OFFICER, organisation__kind=Organisation.Kind.OFFICE
    )
    return any(division.startswith(code) for code in offices.values_list("organisation__division", flat=True))
