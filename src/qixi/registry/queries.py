"""What is known of people and organisations: read, never written."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from qixi.registry.models import Division, Organisation, Post, User


def within(division: str) -> QuerySet[Division]:
    """Return a division and all that lies in it."""
    return Division.objects.filter(code__startswith=division)


def posts_of(user: User, today: date) -> QuerySet[Post]:
    """Return the posts that a person holds on a day."""
    held = Q(until__isnull=True) | Q(until__gte=today)
    return user.posts.filter(held, since__lte=today).select_related("organisation")


def standing_for(organisation: Organisation) -> Organisation:
    """Return the organisation itself, or the one into which it was merged in the end."""
    while organisation.merged_into is not None:
        organisation = organisation.merged_into
    return organisation


def credit_codes() -> frozenset[str]:
    """Return the credit codes that are registered."""
    codes = Organisation.objects.exclude(credit_code=None).values_list("credit_code", flat=True)
    return frozenset(code for code in codes if code)
