"""Experts, and what keeps them from sitting in a case: read, never written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Q, QuerySet

from qixi.core import Problem, Refused, Text
from qixi.procedures import draw
from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may
from qixi.registry.models import Asset, Conflict, Entry, Expert, Inventor, Organisation, Post, Share
from qixi.registry.queries.assets import on_day
from qixi.registry.queries.people import as_number, held_on, organisation_of, variants_of, within

_SAME_BODY = Text("与当事人同一机构", "of the same organisation as a party")
_IS_PARTY = Text("本人是当事人", "is a party")
_CO_INVENTOR = Text(
    "与当事人或本案成果有共同发明关系", "a co-inventor of a party, or of the asset in question"
)
_DECLARED = Text("本人申报回避", "declared by the expert")


def experts_on(day: date, field: str = "") -> QuerySet[Expert]:
    """Return the experts enrolled on a day, those who know a field where one is named."""
    found = Expert.objects.filter(on_day(day), user__is_active=True).select_related("user", "organisation")
    if field:
        # Which entry of a list matches is asked here: the two databases do not ask it alike.
        knows = [each.pk for each in found if field in each.fields]
        found = found.filter(pk__in=knows)
    return found.order_by("id")


def experts_visible_to(actor: Actor, field: str = "", *, retired: bool = False) -> QuerySet[Expert]:
    """Return the experts of an officer's divisions by their names, those who have retired too where asked."""
    found = Expert.objects.filter(within("organisation__division__code", actor.divisions))
    if not retired:
        found = found.filter(until__isnull=True)
    if field:
        found = found.filter(pk__in=[each.pk for each in found if field in each.fields])
    return found.select_related("user", "organisation__division").order_by("user__name", "id")


def expert_for(actor: Actor, number: str) -> Expert:
    """Return an expert to itself and to officers of its division; raises Refused for all others."""
    found = Expert.objects.select_related("user", "organisation__division")
    expert = found.filter(user__number=as_number(number)).first()
    division = expert.organisation.division_id if expert is not None else ""
    subject = Subject(
        Kind.EXPERT, number, division, frozenset({number}) if expert is not None else frozenset()
    )
    if expert is None or may(actor, Verb.SEE, subject) is not None:
        raise Refused(
            Problem(
                "missing",
                Text("没有这名专家", "there is no such expert"),
                Text("请核对编号", "check the number"),
            )
        )
    return expert


def conflicts_declared(expert: Expert) -> QuerySet[Conflict]:
    """Return the parties that an expert declared not to be free of: those that hold first, then the ended."""
    return expert.conflicts.order_by(F("until").desc(nulls_first=True), "-since", "-id")


def roster_of(
    case: str, experts: Iterable[Expert], parties: Iterable[str], asset: str, seats: int, today: date
) -> draw.Roster:
    """Return who can be drawn for a case, with what bars whom; quotas are added by whoever draws.

    Traits are `organisation`, a number, and `field`, the main one. `asset` is the number of the one in
    question, or empty.
    """
    known = tuple(experts)
    pool = tuple(
        draw.Expert(
            str(each.user.number),
            {"organisation": _standing_number(each.organisation), "field": str(each.fields[0])},
        )
        for each in known
    )
    return draw.Roster(case, pool, seats, conflicts=conflicts_of(known, parties, asset, today))


def conflicts_of(
    experts: Iterable[Expert], parties: Iterable[str], asset: str, today: date
) -> dict[str, str]:
    """Return the experts that cannot sit, by their numbers, each with the first reason that there is."""
    persons, bodies = _sides(parties, today)
    numbers = persons | bodies
    assets = Asset.objects.filter(
        Q(number=as_number(asset))
        | Q(lead__in=numbers)
        | Q(pk__in=Share.objects.filter(on_day(today), party__in=numbers).values("asset"))
    )
    with_parties = Inventor.objects.filter(user__number__in=persons).values("asset")
    made = Inventor.objects.filter(Q(asset__in=assets) | Q(asset__in=with_parties))
    inventors = set(made.exclude(user__isnull=True).values_list("user", flat=True))
    names = set(made.values_list("name", flat=True))
    declared = set(Conflict.objects.filter(on_day(today), party__in=numbers).values_list("expert", flat=True))
    found = {}
    for each in experts:
        reason = None
        if str(each.user.number) in persons:
            reason = _IS_PARTY
        elif _bodies_of(each, today) & bodies:
            reason = _SAME_BODY
        elif each.user_id in inventors or each.user.name in names:
            reason = _CO_INVENTOR
        elif each.pk in declared:
            reason = _DECLARED
        if reason is not None:
            found[str(each.user.number)] = str(reason)
    return found


def stood_aside(experts: Iterable[str], parties: Iterable[str], since: date) -> frozenset[str]:
    """Return those of some experts who no longer sit, by what they did themselves since a day.

    They declared a conflict with a party, ended their enrolment or closed the account. What others entered
    about them does not count: whoever could unseat an expert could draw until the panel suits.
    """
    named = Expert.objects.filter(user__number__in=list(map(as_number, experts))).select_related("user")
    known = {str(each.user.number): each for each in named}
    declared = Conflict.objects.filter(
        Q(until__isnull=True) | Q(since__gte=since), expert__in=known.values(), party__in=list(parties)
    )
    bound = set(declared.values_list("expert", flat=True))
    left = set(
        Entry.objects.filter(
            kind="expert", verb="retire", number__in=known, person=F("number"), on__gte=since
        ).values_list("number", flat=True)
    )
    return frozenset(
        number
        for number, each in known.items()
        if each.pk in bound or number in left or not each.user.is_active
    )


def _sides(parties: Iterable[str], today: date) -> tuple[set[str], set[str]]:
    """Return the persons that are parties, and the organisations that are or in which these have posts."""
    persons, bodies = set(), set()
    for party in parties:
        body = organisation_of(party)
        if body is None:
            persons.add(party)
        else:
            bodies.add(str(body.number))
    held = Post.objects.filter(held_on(today), user__number__in=list(map(as_number, persons)))
    bodies |= {_standing_number(post.organisation) for post in held.select_related("organisation")}
    return persons, bodies | set(variants_of(bodies))


def _bodies_of(expert: Expert, today: date) -> set[str]:
    posts = Post.objects.filter(held_on(today), user=expert.user).select_related("organisation")
    return {_standing_number(expert.organisation), *(_standing_number(post.organisation) for post in posts)}


def _standing_number(organisation: Organisation) -> str:
    found = organisation_of(str(organisation.number))
    return str((found or organisation).number)
