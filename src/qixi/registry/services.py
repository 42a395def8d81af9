"""The only writer of the registers: one function for each verb, one transaction for each call."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from qixi.core import Problem, Refused, Text
from qixi.registry.models import Division, Organisation, Post, User


def enter_organisation(name: str, credit_code: str, kind: str, division: str) -> Organisation:
    """Enter a verified organisation, or verify the one that has this credit code already."""
    with transaction.atomic():
        place = _division(division)
        found, is_new = Organisation.objects.select_for_update().get_or_create(
            credit_code=credit_code, defaults={"name": name, "kind": kind, "division": place}
        )
        if not is_new:
            found.name, found.kind, found.division = name, kind, place
        found.standing = Organisation.Standing.VERIFIED
        found.save()
        return found


def set_standing(organisation: Organisation, standing: Organisation.Standing) -> None:
    """Verify an organisation or suspend it."""
    with transaction.atomic():
        held = Organisation.objects.select_for_update().get(pk=organisation.pk)
        held.standing = standing
        held.save(update_fields=["standing"])


def merge(variant: Organisation, into: Organisation) -> None:
    """Say that an organisation is another one under a variant of its name; nothing of it is lost.

    Raises Refused where this would go round in a circle, or where it has a credit code of its own.
    """
    with transaction.atomic():
        held = Organisation.objects.select_for_update().get(pk=variant.pk)
        target: Organisation | None = Organisation.objects.select_for_update().get(pk=into.pk)
        if held.credit_code and into.credit_code and held.credit_code != into.credit_code:
            raise Refused(_problem(Text("两个机构的信用代码不同", "the two have different credit codes")))
        while target is not None:
            if target.pk == held.pk:
                raise Refused(_problem(Text("不能并入自身", "an organisation cannot be merged into itself")))
            target = target.merged_into
        held.merged_into = into
        held.save(update_fields=["merged_into"])


def part(variant: Organisation) -> None:
    """Undo a merge: the organisation stands for itself again."""
    with transaction.atomic():
        held = Organisation.objects.select_for_update().get(pk=variant.pk)
        held.merged_into = None
        held.save(update_fields=["merged_into"])


def give_post(user: User, organisation: Organisation, title: Post.Title, since: date) -> Post:
    """Give a person a post; returns the one held where it is held already."""
    with transaction.atomic():
        found, _ = Post.objects.get_or_create(
            user=user, organisation=organisation, title=title, until=None, defaults={"since": since}
        )
        return found


def end_post(post: Post, until: date) -> None:
    """End a post after a day."""
    with transaction.atomic():
        held = Post.objects.select_for_update().get(pk=post.pk)
        held.until = until
        held.save(update_fields=["until"])


def close_account(user: User, today: date) -> None:
    """Close an account: what names the person goes, what the person did stays under its number."""
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        held.username = f"closed-{held.number}"
        held.first_name = held.last_name = held.name = held.phone = held.email = ""
        held.is_active = held.is_staff = held.is_superuser = False
        held.closed_on = today
        held.set_unusable_password()
        held.save()
        held.posts.filter(until__isnull=True).update(until=today)


def _division(code: str) -> Division:
    try:
        return Division.objects.get(code=code)
    except Division.DoesNotExist:
        raise Refused(_problem(Text(f"没有行政区划 {code}", f"there is no division {code}"))) from None


def _problem(reason: Text) -> Problem:
    return Problem("registry", reason, Text("请核对后重试", "check it and try again"))
