"""What is known of people and organisations: read, never written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q, QuerySet

from qixi.registry.domain.may import Actor
from qixi.registry.models import Division, Organisation, Post, User


def within(division: str) -> QuerySet[Division]:
    """Return a division and all that lies in it."""
    return Division.objects.filter(code__startswith=division)


def posts_of(user: User, today: date) -> QuerySet[Post]:
    """Return the posts that a person holds on a day."""
    held = Q(until__isnull=True) | Q(until__gte=today)
    return user.posts.filter(held, since__lte=today).select_related("organisation__merged_into")


def actor_of(user: User | None, today: date) -> Actor:
    """Return who asks: nobody where there is no account or it is closed, else the person with its posts.

    A post in an organisation that was merged is one in that into which it was. An officer is who holds that
    post in a verified office; its divisions are those of its offices.
    """
    if user is None or not user.is_active:
        return Actor()
    posts: dict[str, set[str]] = {}
    verified, divisions = set(), set()
    for post in posts_of(user, today):
        organisation = standing_for(post.organisation)
        number = str(organisation.number)
        posts.setdefault(number, set()).add(post.title)
        if organisation.standing != Organisation.Standing.VERIFIED:
            continue
        verified.add(number)
        if post.title == Post.Title.OFFICER and organisation.kind == Organisation.Kind.OFFICE:
            divisions.add(organisation.division_id)
    titles = {number: frozenset(held) for number, held in posts.items()}
    return Actor(str(user.number), titles, frozenset(verified), frozenset(divisions), user.is_staff)


def standing_for(organisation: Organisation) -> Organisation:
    """Return the organisation itself, or the one into which it was merged in the end."""
    while organisation.merged_into is not None:
        organisation = organisation.merged_into
    return organisation


def organisation_of(number: str) -> Organisation | None:
    """Return the organisation that a party is, None where it is a person or nobody."""
    found = Organisation.objects.filter(number=number).select_related("division", "merged_into").first()
    return standing_for(found) if found is not None else None


def names_of(parties: Iterable[str]) -> Mapping[str, str]:
    """Return the names of parties, persons and organisations alike, by their numbers."""
    numbers = {party for party in parties if party}
    found = {str(o.number): o.name for o in Organisation.objects.filter(number__in=numbers)}
    found |= {str(u.number): str(u) for u in User.objects.filter(number__in=numbers)}
    return found


def has_credit_code(code: str) -> bool:
    """Say whether an organisation is registered under a credit code."""
    return Organisation.objects.filter(credit_code=code).exists()
