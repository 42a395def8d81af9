"""What is known of people and organisations: read, never written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from qixi.registry.domain.may import Actor, Kind, Subject
from qixi.registry.models import Division, Invitation, Organisation, Post, User

_NOBODY = UUID(int=0)


def within(field: str, divisions: Iterable[str]) -> Q:
    """Return the condition that a division, in that field, is one of some or lies in one; none for none."""
    return reduce(or_, (Q(**{f"{field}__startswith": each}) for each in divisions), Q(pk__in=[]))


def divisions_in(division: str) -> QuerySet[Division]:
    """Return a division and all that lies in it; all there are for the empty code."""
    return Division.objects.filter(within("code", [division]))


def division_of(code: str) -> Division | None:
    """Return the division of a code, which may end in the zeros of the long form: 330100 is 3301."""
    short = code
    while len(short) > 2 and short.endswith("00"):
        short = short[:-2]
    return Division.objects.filter(code=short).first()


def held_on(day: date, at: str = "") -> Q:
    """Return the condition that a post is held on a day: it has begun, and has not ended by then."""
    ends = Q(**{f"{at}until__isnull": True}) | Q(**{f"{at}until__gt": day})
    return ends & Q(**{f"{at}since__lte": day})


def posts_of(user: User, today: date) -> QuerySet[Post]:
    """Return the posts that a person holds on a day."""
    return user.posts.filter(held_on(today)).select_related("organisation__merged_into")


def actor_of(user: User | None, today: date) -> Actor:
    """Return who asks: nobody where there is no account or it is closed, else the person with its posts.

    A post in an organisation that was merged is one in that into which it was, and a post in that lets act
    under the numbers of all that were. An officer is who holds that post in a verified office; its divisions
    are those of its offices.
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
    variants = variants_of(titles)
    verified |= {old for old, number in variants.items() if number in verified}
    return Actor(str(user.number), titles, frozenset(verified), frozenset(divisions), user.is_staff, variants)


def variants_of(numbers: Iterable[str]) -> dict[str, str]:
    """Return the numbers of organisations that were merged into some, at any remove, each with that one's."""
    found: dict[str, str] = {}
    stands = {number: number for number in numbers}
    while stands:
        rows = Organisation.objects.filter(merged_into__number__in=stands).values_list(
            "number", "merged_into__number"
        )
        stands = {str(old): stands[str(into)] for old, into in rows}
        found |= stands
    return found


def numbers_of(body: Organisation) -> frozenset[str]:
    """Return the numbers of an organisation: its own, and those of all that were merged into it."""
    number = str(body.number)
    return frozenset({number, *variants_of([number])})


def standing_for(organisation: Organisation) -> Organisation:
    """Return the organisation itself, or the one into which it was merged in the end."""
    while organisation.merged_into is not None:
        organisation = organisation.merged_into
    return organisation


def person_of(number: str) -> User | None:
    """Return the person that a party is, None where it is an organisation, nobody, or has left."""
    return User.objects.filter(number=as_number(number), is_active=True).first()


def is_party(number: str) -> bool:
    """Say whether a number is that of a person or an organisation."""
    found = as_number(number)
    return (
        Organisation.objects.filter(number=found).exists()
        or User.objects.filter(number=found, is_active=True).exists()
    )


def organisation_of(number: str) -> Organisation | None:
    """Return the organisation that a party is, None where it is a person or nobody."""
    found = (
        Organisation.objects.filter(number=as_number(number))
        .select_related("division", "merged_into")
        .first()
    )
    return standing_for(found) if found is not None else None


def names_of(parties: Iterable[str]) -> Mapping[str, str]:
    """Return the names of parties, persons and organisations alike, by their numbers."""
    numbers = set(map(as_number, parties)) - {_NOBODY}
    found = {str(o.number): o.name for o in Organisation.objects.filter(number__in=numbers)}
    found |= {str(u.number): str(u) for u in User.objects.filter(number__in=numbers)}
    return found


def as_number(value: str) -> UUID:
    """Return the number of a party or an asset; anything else that somebody may have written is nobody's."""
    try:
        return UUID(value)
    except ValueError:
        return _NOBODY


def organisation_subject(body: Organisation | None) -> Subject:
    """Return what `may` is asked about an organisation; of none there is, nothing that anybody may see."""
    if body is None:
        return Subject(Kind.ORGANISATION)
    number = str(body.number)
    return Subject(Kind.ORGANISATION, number, body.division_id, frozenset({number}))


def organisation_under(credit_code: str) -> Organisation | None:
    """Return the organisation that is registered under a credit code."""
    return Organisation.objects.filter(credit_code=credit_code).select_related("division").first()


def has_credit_code(code: str) -> bool:
    """Say whether an organisation is registered under a credit code."""
    return Organisation.objects.filter(credit_code=code).exists()


def credit_code_claim(code: str) -> str:
    """Return what a case claims that enters an organisation under a credit code."""
    return f"credit code {code}"


def posts_in(body: Organisation) -> QuerySet[Post]:
    """Return the posts in an organisation, and in those that were merged into it, that have not ended."""
    numbers = [str(body.number), *variants_of([str(body.number)])]
    return Post.objects.filter(organisation__number__in=numbers, until__isnull=True)


def offered_in(body: Organisation, today: date) -> QuerySet[Invitation]:
    """Return the invitations to posts in an organisation that can still be accepted."""
    numbers = [str(body.number), *variants_of([str(body.number)])]
    return Invitation.objects.filter(
        organisation__number__in=numbers,
        accepted_on__isnull=True,
        withdrawn_on__isnull=True,
        expires_on__gte=today,
    ).order_by("id")


def account_called(username: str) -> User | None:
    """Return the account of a user name, None where there is none or it is locked."""
    return User.objects.filter(username=username, is_active=True).first()


def people_of(organisation: str, today: date, *titles: str) -> QuerySet[User]:
    """Return the people who hold one of some posts in an organisation, or any post where none is named."""
    body = organisation_of(organisation)
    if body is None:
        return User.objects.none()
    numbers = [str(body.number), *variants_of([str(body.number)])]
    named = Q(posts__title__in=titles) if titles else Q()
    return User.objects.filter(
        held_on(today, "posts__"), named, posts__organisation__number__in=numbers, is_active=True
    ).distinct()


def officers_of(division: str, today: date) -> QuerySet[User]:
    """Return the officers of the nearest verified office: of the division itself, else of one above it."""
    codes = [division[:end] for end in range(len(division), 1, -1)]
    posts = Post.objects.filter(
        held_on(today),
        title=Post.Title.OFFICER,
        user__is_active=True,
        organisation__kind=Organisation.Kind.OFFICE,
        organisation__standing=Organisation.Standing.VERIFIED,
        organisation__division__in=codes,
    )
    there = set(posts.values_list("organisation__division", flat=True))
    nearest = max(there, key=len, default="")
    return User.objects.filter(posts__in=posts.filter(organisation__division=nearest)).distinct()
