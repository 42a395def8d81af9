"""Writing who takes part in a case: agents by mandate, co-applicants by consent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from qixi.casework import models
from qixi.casework.queries import procedure_of, row_of, subject_of
from qixi.casework.queries.draws import on_roster
from qixi.casework.queries.parties import consent_for, governed_by_chain, is_of_the_office, verbs_for_agents
from qixi.casework.queries.subjects import kind_of
from qixi.casework.services.rows import denied, entered, hold, locked_open, refused
from qixi.core import Text
from qixi.procedures import Role, Standing
from qixi.registry.domain.may import Actor, Verb
from qixi.registry.queries import names_of, person_of, posts_of, standing_for
from qixi.registry.services.entries import permit

_INSIDE = (Role.APPLICANT, Role.PARTNER, Role.AGENT)


def give_mandate(
    actor: Actor, number: str, agent: str, verbs: Iterable[str] | None, today: date
) -> models.Holding:
    """Make a party the agent of the applicant, for some acts or for all (None); an earlier mandate ends.

    The applicant does so; where its organisation has a chain of approval, whoever approves last in it.
    """
    with transaction.atomic():
        row = _as_applicant(actor, number)
        named = None if verbs is None else frozenset(verbs)
        known = verbs_for_agents(procedure_of(row))
        if named is not None and not named:
            raise refused(
                Text("尚未选择委托事项", "no act was chosen"),
                Text("请选择委托事项，或者选择全部事项", "choose the acts, or choose all of them"),
            )
        if named is not None and named - known:
            raise refused(
                Text("委托事项不在本程序之内", "the mandate names acts that an agent cannot perform here"),
                Text("请从列出的事项中选择", "choose from those that are listed"),
            )
        _fit_to_join(row, agent, today, Role.AGENT)
        row.holdings.filter(party=agent, role=Role.AGENT, ended_on__isnull=True).update(ended_on=today)
        hold(row, Standing(agent, Role.AGENT, named), today)
        entered(row, "mandate", actor, today, agent, verbs=sorted(named) if named is not None else None)
        return row.holdings.get(party=agent, role=Role.AGENT, ended_on__isnull=True)


def end_mandate(actor: Actor, number: str, agent: str, today: date) -> None:
    """End the mandate of an agent: the applicant does so, or the agent itself."""
    with transaction.atomic():
        row_of(actor, number)
        row = locked_open(number)
        permit(actor, Verb.LEAVE if agent in actor.parties() else Verb.MANDATE, subject_of(row))
        ended = row.holdings.filter(party=agent, role=Role.AGENT, ended_on__isnull=True).update(
            ended_on=today
        )
        if not ended:
            raise refused(Text("没有该项委托", "there is no such mandate"))
        entered(row, "mandate_ended", actor, today, agent)


def invite(actor: Actor, number: str, party: str, today: date) -> models.Consent:
    """Ask a party to be a co-applicant; it is in the case once it agrees, and sees nothing before."""
    with transaction.atomic():
        row = _as_applicant(actor, number)
        if kind_of(procedure_of(row).subject).partners is not None:
            raise refused(Text("本程序的另一方由办理对象确定", "the subject says who the other side is"))
        _fit_to_join(row, party, today, Role.PARTNER)
        if row.consents.filter(party=party, answer=models.Consent.Answer.ASKED).exists():
            raise refused(Text("已经邀请过该方，正待答复", "that party was asked and has not answered yet"))
        return models.Consent.objects.create(case=row, party=party, asked_by=actor.number, asked_on=today)


def answer_invitation(actor: Actor, invitation: UUID, accepted: bool, today: date) -> models.Consent:
    """Agree to be a co-applicant, or decline; this is answered once, by the party that was asked."""
    with transaction.atomic():
        found = consent_for(actor, invitation)
        row = locked_open(found.case.number)
        found = models.Consent.objects.select_for_update().get(pk=found.pk)
        _answered(found, "accepted" if accepted else "declined", actor, today)
        if accepted:
            _fit_to_join(row, found.party, today, Role.PARTNER)
            hold(row, Standing(found.party, Role.PARTNER), today)
        return found


def withdraw_invitation(actor: Actor, number: str, party: str, today: date) -> None:
    """Take back what a party was asked and has not answered."""
    with transaction.atomic():
        row = _as_applicant(actor, number)
        found = row.consents.filter(party=party, answer=models.Consent.Answer.ASKED).first()
        if found is None:
            raise refused(Text("没有待答复的邀请", "there is no invitation that waits for an answer"))
        _answered(found, "withdrawn", actor, today)


def leave(actor: Actor, number: str, today: date) -> None:
    """Take back one's consent: a co-applicant is out of the case from then on, and its record stays."""
    with transaction.atomic():
        row_of(actor, number)
        row = locked_open(number)
        permit(actor, Verb.LEAVE, subject_of(row))
        held = row.holdings.filter(party__in=actor.parties(), role=Role.PARTNER, ended_on__isnull=True)
        parties = sorted(held.values_list("party", flat=True))
        if not parties:
            raise denied(Text("由共同申请人办理", "a co-applicant does this"))
        held.update(ended_on=today)
        for party in parties:
            entered(row, "left", actor, today, party)


def _as_applicant(actor: Actor, number: str) -> models.Case:
    row_of(actor, number)
    row = locked_open(number)
    permit(actor, Verb.MANDATE, governed_by_chain(row))
    return row


def _fit_to_join(row: models.Case, party: str, today: date, role: Role) -> None:
    if party not in names_of([party]):
        raise refused(Text("没有这个机构或人员", "there is no such person or organisation"))
    held = row.holdings.filter(party=party, role__in=_INSIDE, ended_on__isnull=True)
    if held.exclude(role=role).exists() or (role is Role.PARTNER and held.exists()):
        raise refused(Text("该方已在本案中", "that party is in the case already"))
    who = person_of(party)
    bodies = [post.organisation for post in posts_of(who, today)] if who is not None else []
    if {party, *(str(standing_for(each).number) for each in bodies)} & on_roster(row):
        raise refused(
            Text(
                "名单确定后，名单上的专家及其单位不能参加本案",
                "who is on a roster of this case, or its organisation, cannot take part any more",
            )
        )
    if is_of_the_office(party, row.division, today):
        raise refused(
            Text("经办部门及其人员不能参加本案", "the office in charge and its officers cannot take part")
        )


def _answered(consent: models.Consent, answer: str, actor: Actor, today: date) -> None:
    if consent.answer != models.Consent.Answer.ASKED:
        raise refused(Text("该邀请已经答复", "this was answered already"))
    consent.answer, consent.answered_by, consent.answered_on = answer, actor.number, today
    consent.save(update_fields=["answer", "answered_by", "answered_on"])
