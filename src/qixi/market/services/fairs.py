"""Matchmaking events: prepared, announced; guests are invited, answer, wish, are checked in, asked later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Max

from qixi.core import Text
from qixi.market.domain.fairs import MOST_WISHED, Answer, FairForm, Role, follow_ups
from qixi.market.models import Fair, FairWish, FollowUp, Guest, Meeting
from qixi.market.queries.fairs import fair_for, guest_of_code, may_meet, no_fair, standing_party, subject_of
from qixi.policy import default_parameters
from qixi.procedures.forms import filled
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.queries.people import is_party, organisation_of
from qixi.registry.queries.published import published_needs
from qixi.registry.services.entries import entered, permit, refused, stale
from qixi.registry.services.messages import tell

KIND = "fair"
"""What messages and entries about an event are of."""
_MOST_SAID = 2_000
_OVER = Text("活动已经结束", "the event is over")


def prepare(actor: Actor, party: str, data: Mapping[str, Any], today: date) -> Fair:
    """Prepare an event for one of the actor's organisations; nobody else knows of it yet."""
    body = organisation_of(party)
    permit(actor, Verb.OPEN, Subject(Kind.FAIR, "", body.division_id if body else "", frozenset({party})))
    assert body is not None
    stated = _stated(data, today)
    with transaction.atomic():
        fair = Fair.objects.create(
            party=str(body.number), person=actor.number, division=body.division, prepared_on=today, **stated
        )
        entered(KIND, fair.number, "prepare", actor.number, today)
    return fair


def change(actor: Actor, number: UUID, data: Mapping[str, Any], version: int, today: date) -> Fair:
    """State an event anew; `version` is what the actor saw. Guests are told where day, time or place change.

    Raises Refused where meetings that were told would have no slot or no table.
    """
    stated = _stated(data, today)
    with transaction.atomic():
        fair = hosted(actor, number)
        if fair.version != version:
            raise stale(Text("他人刚刚修改了这场活动", "somebody has just changed the event"))
        last = fair.meetings.filter(fixed=True).aggregate(slot=Max("slot"), table=Max("table"))
        if (last["slot"] or 0) >= stated["slots"] or (last["table"] or 0) > stated["tables"]:
            raise refused(
                Text("已通知的会面需要更多场次或桌位", "meetings that were told need more slots or tables")
            )
        moved = any(getattr(fair, name) != stated[name] for name in ("day", "begins", "minutes", "place"))
        for name, value in stated.items():
            setattr(fair, name, value)
        fair.version += 1
        fair.meetings.filter(fixed=False).filter(slot__gte=fair.slots).delete()
        fair.meetings.filter(fixed=False).filter(table__gt=fair.tables).delete()
        _moved_on(fair, *stated, "version")
        entered(KIND, fair.number, "edit", actor.number, today)
        if moved:
            words = Text(
                f"“{fair.title}”的安排有变：{fair.day}，{fair.place}",
                f"“{fair.title}” has changed: {fair.day}, {fair.place}",
            )
            for guest in fair.guests.exclude(answer=Answer.DECLINED):
                tell(guest.party, words, "", f"fair {fair.number} moved {fair.version} {guest.pk}", KIND)
    return fair


def announce(actor: Actor, number: UUID, today: date) -> Fair:
    """Let everybody know of an event."""
    with transaction.atomic():
        fair = hosted(actor, number)
        if fair.announced_on is None:
            fair.announced_on = today
            fair.save(update_fields=["announced_on"])
            entered(KIND, fair.number, "announce", actor.number, today)
    return fair


def choose_needs(actor: Actor, number: UUID, cases: Iterable[str], today: date) -> Fair:
    """Say which published needs an event is about."""
    with transaction.atomic():
        fair = hosted(actor, number)
        wanted = {each for each in cases if "\0" not in each}
        kept = fair.needs.filter(case__in=wanted)
        fair.needs.set({*kept, *published_needs(today).filter(case__in=wanted)})
        entered(KIND, fair.number, "choose", actor.number, today, needs=sorted(wanted))
    return fair


def invite(actor: Actor, number: UUID, guests: Mapping[str, Role], today: date) -> int:
    """Invite parties to an event, each to its side of the table; returns how many are new."""
    with transaction.atomic():
        fair = hosted(actor, number)
        if fair.day < today:
            raise refused(_OVER)
        there = set(fair.guests.values_list("party", flat=True))
        wanted = {standing_party(party): role for party, role in guests.items()}
        for party, role in wanted.items():
            if not is_party(party):
                raise refused(Text("没有这个受邀方", "there is no such party"))
            if party in there:
                continue
            Guest.objects.create(fair=fair, party=party, role=role, invited_on=today)
            words = Text(
                f"邀请您参加“{fair.title}”：{fair.day}，{fair.place}。请答复并选择想见的对象。",
                f"You are invited to “{fair.title}”: {fair.day}, {fair.place}. Answer, and say whom to meet.",
            )
            tell(party, words, "", f"fair {fair.number} invited {party}", KIND)
        new = wanted.keys() - there
        if new:
            entered(KIND, fair.number, "invite", actor.number, today, guests=sorted(new))
    return len(new)


def answer(
    actor: Actor, number: UUID, guest: UUID, *, coming: bool, away: Iterable[int] = (), today: date
) -> Guest:
    """Say for a guest whether it comes, and in which slots it is away; its organiser may say so for it.

    Meetings that it cannot keep are taken out of the timetable, even if they were told.
    """
    with transaction.atomic():
        fair, found = _guest(actor, number, guest, today)
        found.answer = Answer.COMING if coming else Answer.DECLINED
        found.answered_on = today
        found.away = sorted({slot for slot in away if 0 <= slot < fair.slots}) if coming else []
        found.save(update_fields=["answer", "answered_on", "away"])
        own = Meeting.objects.filter(fair=fair, firm=found) | Meeting.objects.filter(fair=fair, team=found)
        (own.filter(slot__in=found.away) if coming else own).delete()
        _moved_on(fair)
        entered(
            KIND,
            fair.number,
            "answer",
            actor.number,
            today,
            party=found.party,
            coming=coming,
            away=found.away,
        )
    return found


def wish(actor: Actor, number: UUID, guest: UUID, weights: Mapping[UUID, int], today: date) -> int:
    """Say for a guest whom it would meet, and how much, 1 to 3, in place of what was said before."""
    with transaction.atomic():
        fair, found = _guest(actor, number, guest, today)
        others = {each.number: each for each in may_meet(found)}
        if not weights.keys() <= others.keys():
            raise refused(Text("只能选择对方的来宾", "choose guests of the other side"))
        if not all(1 <= weight <= MOST_WISHED for weight in weights.values()):
            raise refused(Text("意愿强度为 1 至 3", "a wish weighs 1 to 3"))
        found.wishes.all().delete()
        FairWish.objects.bulk_create(
            FairWish(guest=found, other=others[other], weight=weight) for other, weight in weights.items()
        )
        _moved_on(fair)
        entered(KIND, fair.number, "wish", actor.number, today, party=found.party, wishes=len(weights))
    return len(weights)


def check_in(actor: Actor, number: UUID, code: str, now: datetime, today: date) -> Guest:
    """Note that the guest with a code is there, on the day or later; the first time counts."""
    with transaction.atomic():
        fair = hosted(actor, number)
        found = guest_of_code(actor, number, code)
        if today < fair.day:
            raise refused(Text("活动当天才能签到", "guests are checked in from the day of the event on"))
        if found.checked_in_at is None:
            found.checked_in_at = now
            found.save(update_fields=["checked_in_at"])
            entered(KIND, fair.number, "check_in", actor.number, today, party=found.party)
    return found


def record_follow_up(actor: Actor, number: UUID, meeting: int, days: int, said: str, today: date) -> FollowUp:
    """Write down what was said of a meeting some days after the event, once it is due."""
    with transaction.atomic():
        fair = hosted(actor, number)
        found = fair.meetings.filter(pk=meeting, fixed=True).first()
        due = dict(follow_ups(fair.day, default_parameters().on(fair.day, fair.division_id)))
        if found is None or days not in due:
            raise no_fair()
        words = said.replace("\0", "").strip()[:_MOST_SAID]
        if due[days] > today:
            raise refused(Text(f"{due[days]} 起才能回访", f"this follow-up is due on {due[days]}"))
        if not words:
            raise refused(Text("请写明对方所说", "write down what was said"))
        kept, _ = FollowUp.objects.update_or_create(
            meeting=found, days=days, defaults={"said": words, "person": actor.number, "on": today}
        )
        entered(KIND, fair.number, "follow_up", actor.number, today, meeting=found.pk, days=days, said=words)
    return kept


def hosted(actor: Actor, number: UUID) -> Fair:
    """Return an event of the actor's, locked; raises Refused for any other."""
    fair = fair_for(actor, number)
    permit(actor, Verb.EDIT, subject_of(fair))
    return Fair.objects.select_for_update().get(pk=fair.pk)


def _stated(data: Mapping[str, Any], today: date) -> dict[str, Any]:
    form = filled(FairForm, data)
    assert isinstance(form, FairForm)
    if form.day < today:
        raise refused(Text("日期已经过去", "the day is over"))
    return form.model_dump(exclude={"starts"}) | {"begins": form.begins}


def _guest(actor: Actor, number: UUID, guest: UUID, today: date) -> tuple[Fair, Guest]:
    """Return an event, locked, and a guest of it for which the actor speaks, or which it invited."""
    fair = Fair.objects.select_for_update().get(pk=fair_for(actor, number).pk)
    found = fair.guests.filter(number=guest).first()
    if found is None:
        raise no_fair()
    if found.party not in actor.parties():
        permit(actor, Verb.EDIT, subject_of(fair))
    if fair.day < today:
        raise refused(_OVER)
    return fair, found


def _moved_on(fair: Fair, *names: str) -> None:
    """Keep what was changed of an event, and that its timetable rests on an older state from now on."""
    if names:
        fair.save(update_fields=[*names])
    Fair.objects.filter(pk=fair.pk).update(seq=F("seq") + 1)
