"""Writing experts: enrolled by officers, with the conflicts that they declare."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from qixi.core import Text
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.models import Conflict, Expert
from qixi.registry.queries.people import is_party, organisation_of, person_of
from qixi.registry.services.entries import entered, permit, refused

_MOST_FIELDS = 20


def enrol_expert(actor: Actor, person: str, organisation: str, fields: Iterable[str], today: date) -> Expert:
    """Enrol a person as an expert, or change what it knows, as an officer of its organisation's division."""
    named = [each.strip()[:60] for each in fields if each.strip()]
    with transaction.atomic():
        body, user = organisation_of(organisation), person_of(person)
        permit(actor, Verb.VERIFY, Subject(Kind.EXPERT, division=body.division_id if body else ""))
        if body is None or user is None:
            raise refused(Text("没有这个人员或机构", "there is no such person or organisation"))
        if not named or len(named) > _MOST_FIELDS:
            raise refused(
                Text(
                    f"请填写 1 至 {_MOST_FIELDS} 个专业领域", f"name 1 to {_MOST_FIELDS} fields of knowledge"
                )
            )
        expert, _ = Expert.objects.update_or_create(
            user=user,
            defaults={"organisation": body, "fields": named, "until": None},
            create_defaults={"organisation": body, "fields": named, "since": today},
        )
        entered("expert", user.number, "enrol", actor.number, today, fields=named, at=str(body.number))
        return expert


def retire_expert(actor: Actor, person: str, today: date) -> None:
    """End an expert's enrolment with a day: as the expert, or as an officer."""
    with transaction.atomic():
        expert = _expert(actor, person)
        expert.until = max(today, expert.since)
        expert.save(update_fields=["until"])
        entered("expert", expert.user.number, "retire", actor.number, today)


def declare_conflict(actor: Actor, party: str, reason: str, today: date) -> Conflict:
    """Declare, as an expert, not to be free of a party; the expert does not sit where it has a role."""
    with transaction.atomic():
        expert = _expert(actor, actor.number)
        if not is_party(party):
            raise refused(Text("没有这个人员或机构", "there is no such person or organisation"))
        if not reason.strip():
            raise refused(Text("请写明回避理由", "say what the conflict is"))
        found, is_new = Conflict.objects.get_or_create(
            expert=expert, party=party, until=None, defaults={"reason": reason[:500], "since": today}
        )
        if is_new:
            entered("expert", actor.number, "declare", actor.number, today, party=party)
        return found


def end_conflict(actor: Actor, party: str, today: date) -> None:
    """Declare, as an expert, to be free of a party from now on."""
    with transaction.atomic():
        expert = _expert(actor, actor.number)
        if not expert.conflicts.filter(party=party, until__isnull=True).update(until=today):
            raise refused(Text("没有申报过该项回避", "no such conflict was declared"))
        entered("expert", actor.number, "free", actor.number, today, party=party)


def _expert(actor: Actor, person: str) -> Expert:
    """Return an enrolled expert, locked, who is the actor or one of its division."""
    user = person_of(person)
    found = Expert.objects.select_for_update(of=("self",)).filter(user=user, until__isnull=True).first()
    division = found.organisation.division_id if found is not None else ""
    itself = frozenset({str(user.number)} if user is not None else ())
    permit(actor, Verb.EDIT, Subject(Kind.EXPERT, person, division, holders=itself))
    if found is None:
        raise refused(Text("没有这名专家", "there is no such expert"))
    return found
