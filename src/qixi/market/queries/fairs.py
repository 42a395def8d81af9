"""Matchmaking events as whoever asks may see them: read, never written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db.models import Q, QuerySet

from qixi.core import Problem, Refused, Text
from qixi.market.domain.fairs import Answer, Role, follow_ups, slot_times
from qixi.market.models import Fair, FairWish, FollowUp, Guest, Meeting
from qixi.market.queries.offers import matches_of_need
from qixi.policy import default_parameters
from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may
from qixi.registry.models import Asset, PublishedNeed
from qixi.registry.queries.people import as_number, names_of, organisation_of
from qixi.registry.queries.published import published_needs

_CODE = re.compile(r"[A-Za-z0-9_-]{22}")
BEST = 5
"""Of each need's matches, those whose leads are proposed as guests."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A party that might be invited, on which side, and the needs or technologies for which."""

    party: str
    role: Role
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting in somebody's timetable: when, at which table, with whom."""

    begins: time
    ends: time
    table: int
    guest: Guest
    fixed: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A follow-up of a meeting: after how many days, due when, what was said, None until somebody asked."""

    meeting: Meeting
    days: int
    due: date
    is_due: bool
    said: FollowUp | None


def subject_of(fair: Fair) -> Subject:
    """Return what `may` is asked about an event."""
    return Subject(
        Kind.FAIR,
        str(fair.number),
        fair.division_id,
        frozenset({fair.party}),
        frozenset(fair.guests.values_list("party", flat=True)),
        fair.announced_on is not None,
    )


def fair_for(actor: Actor, number: UUID) -> Fair:
    """Return an event that an actor may see; raises Refused for any other, as for none."""
    found = Fair.objects.select_related("division").filter(number=number).first()
    if found is None or may(actor, Verb.SEE, subject_of(found)) is not None:
        raise no_fair()
    return found


def hosted_by(actor: Actor, number: UUID) -> Fair:
    """Return an event that an actor organises; raises Refused for any other, as for none."""
    found = fair_for(actor, number)
    if may(actor, Verb.EDIT, subject_of(found)) is not None:
        raise no_fair()
    return found


def guest_of_code(actor: Actor, number: UUID, code: str) -> Guest:
    """Return the guest of an event whose card has a code, for its organiser; raises Refused for any other."""
    fair = hosted_by(actor, number)
    found = fair.guests.filter(code=code).first() if _CODE.fullmatch(code) else None
    if found is None:
        raise no_fair()
    return found


def no_fair() -> Refused:
    """Return the refusal of what is not there, or not for whoever asks."""
    return Refused(
        Problem(
            "missing",
            Text("没有这场活动", "there is no such event"),
            Text("请核对链接", "check the link"),
        )
    )


def coming(today: date) -> QuerySet[Fair]:
    """Return the announced events that are still to come, the next one first."""
    return Fair.objects.filter(announced_on__isnull=False, day__gte=today).select_related("division")


def own_fairs(actor: Actor) -> QuerySet[Fair]:
    """Return the events that an actor's organisations organise or are invited to, the latest first."""
    parties = actor.parties()
    own = Q(party__in=parties) | Q(pk__in=Guest.objects.filter(party__in=parties).values("fair"))
    return Fair.objects.filter(own).select_related("division").order_by("-day", "-id")


def hosts(actor: Actor) -> list[tuple[str, str]]:
    """Return the organisations for which an actor may prepare an event, with their names."""
    bodies = filter(None, map(organisation_of, actor.posts))
    own = {str(body.number): body.division_id for body in bodies}
    able = [
        number
        for number, division in own.items()
        if may(actor, Verb.OPEN, Subject(Kind.FAIR, "", division, frozenset({number}))) is None
    ]
    return sorted(names_of(able).items(), key=lambda each: each[1])


def guests_as(actor: Actor, fair: Fair) -> list[Guest]:
    """Return the guests of an event for which an actor speaks."""
    return list(fair.guests.filter(party__in=actor.parties()))


def needs_to_choose(fair: Fair, today: date) -> list[tuple[PublishedNeed, bool]]:
    """Return the needs of its division that an event may be about, with whether they are chosen."""
    chosen = set(fair.needs.values_list("pk", flat=True))
    there = published_needs(today).filter(Q(division__startswith=fair.division_id) | Q(pk__in=chosen))
    return [(each, each.pk in chosen) for each in there]


def proposed(actor: Actor, fair: Fair) -> list[Proposal]:
    """Return who might be invited yet: the chosen needs' firms, and the leads of their best matches.

    Of the matches only those count that the actor may see.
    """
    found: dict[str, tuple[Role, dict[str, None]]] = {}
    needs = list(fair.needs.order_by("id"))
    for need in needs:
        found.setdefault(standing_party(need.party), (Role.FIRM, {}))[1][need.title] = None
    for asset in technologies(actor, needs):
        role, reasons = found.setdefault(standing_party(asset.lead), (Role.TEAM, {}))
        if role is Role.TEAM:
            reasons[asset.title] = None
    there = set(fair.guests.values_list("party", flat=True))
    return [Proposal(p, role, tuple(why)) for p, (role, why) in found.items() if p not in there]


def standing_party(party: str) -> str:
    """Return the number of a party as it is now: of an organisation that was merged, the other one's."""
    body = organisation_of(party)
    return str(body.number if body is not None else as_number(party))


def technologies(actor: Actor, needs: list[PublishedNeed]) -> list[Asset]:
    """Return the technologies that answer some needs best, as far as an actor may see that they do."""
    found: dict[int, Asset] = {}
    for need in needs:
        for each in matches_of_need(actor, need)[:BEST]:
            found.setdefault(each.asset_id, each.asset)
    return list(found.values())


def may_meet(guest: Guest) -> QuerySet[Guest]:
    """Return the guests of the other side for whom a guest may wish."""
    others = Guest.objects.filter(fair=guest.fair_id).exclude(role=guest.role)
    return others.exclude(answer=Answer.DECLINED)


def wishes_of(guest: Guest) -> Mapping[int, FairWish]:
    """Return what a guest wishes, by the other guest."""
    return {each.other_id: each for each in guest.wishes.all()}


def times_of(fair: Fair) -> tuple[tuple[time, time], ...]:
    """Return when the slots of an event begin and end."""
    return slot_times(fair.begins, fair.minutes, fair.slots)


def meetings_of(fair: Fair) -> QuerySet[Meeting]:
    """Return the meetings of an event, by slot and table."""
    return fair.meetings.select_related("firm", "team")


def timetable_of(guest: Guest, fair: Fair, *, told_only: bool = False) -> list[Line]:
    """Return the meetings of a guest in their order, or only those that were told."""
    found = meetings_of(fair).filter(Q(firm=guest) | Q(team=guest))
    times = times_of(fair)
    return [
        Line(*times[each.slot], each.table, each.team if each.firm_id == guest.pk else each.firm, each.fixed)
        for each in (found.filter(fixed=True) if told_only else found)
    ]


def unmet(fair: Fair) -> list[FairWish]:
    """Return the wishes that the timetable does not meet, each with the reason why."""
    found = FairWish.objects.filter(guest__fair=fair).exclude(why={})
    return list(found.select_related("guest", "other"))


def questions(fair: Fair, today: date) -> list[Question]:
    """Return the follow-ups of the meetings that took place, the one that is due first at the head."""
    rules = default_parameters().on(fair.day, fair.division_id)
    held = meetings_of(fair).filter(
        fixed=True, firm__checked_in_at__isnull=False, team__checked_in_at__isnull=False
    )
    found = []
    for meeting in held.prefetch_related("follow_ups"):
        said = {each.days: each for each in meeting.follow_ups.all()}
        found += [
            Question(meeting, days, due, due <= today, said.get(days))
            for days, due in follow_ups(fair.day, rules)
        ]
    return sorted(found, key=lambda each: (each.said is not None, each.due))
