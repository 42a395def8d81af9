"""What this room holds of a person, and how it forgets it when the account is closed.

The record stays whole: what a person did stands under its number, and inventors are named as the law has it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import F
from django.db.models.functions import Greatest

from qixi.registry.models import Entry, Message, Share, User
from qixi.registry.personal_data import forgets, holds


@holds("account")
def account(user: User) -> Any:
    """Return who the person is here, and by what it signs in: no secret is among it."""
    return {
        "number": str(user.number),
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "phone": user.phone,
        "language": user.language,
        "mail_wanted": user.mail_wanted,
        "sms_wanted": user.sms_wanted,
        "joined": user.date_joined.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "email_addresses": [
            {"email": each.email, "verified": each.verified}
            for each in EmailAddress.objects.filter(user=user)
        ],
        "second_factors": [each.type for each in Authenticator.objects.filter(user=user)],
        "signed_in_by": [
            {"provider": each.provider, "uid": each.uid} for each in SocialAccount.objects.filter(user=user)
        ],
    }


@holds("posts")
def posts(user: User) -> Any:
    """Return the posts that a person holds or held."""
    return [
        {
            "organisation": each.organisation.name,
            "number": str(each.organisation.number),
            "title": each.title,
            "since": str(each.since),
            "until": str(each.until) if each.until else None,
        }
        for each in user.posts.select_related("organisation").order_by("id")
    ]


@holds("messages")
def messages(user: User) -> Any:
    """Return what the person itself was told."""
    return [
        {
            "zh": each.zh,
            "en": each.en,
            "case": each.case,
            "sent": each.sent_at.isoformat(),
            "read": each.read_at.isoformat() if each.read_at else None,
        }
        for each in Message.objects.filter(party=str(user.number)).order_by("id")
    ]


@holds("registers")
def registers(user: User) -> Any:
    """Return where the person stands in the registers, and what it did there."""
    expert = getattr(user, "expert", None)
    return {
        "shares": [
            {"asset": str(each.asset.number), "part": str(each.part), "since": str(each.since)}
            for each in Share.objects.filter(party=str(user.number)).select_related("asset").order_by("id")
        ],
        "inventions": [
            {"asset": str(each.asset.number), "title": each.asset.title, "name": each.name}
            for each in user.inventions.select_related("asset").order_by("id")
        ],
        "expert": {"fields": expert.fields, "since": str(expert.since)} if expert is not None else None,
        "conflicts": [
            {"party": each.party, "reason": each.reason, "since": str(each.since)}
            for each in (expert.conflicts.order_by("id") if expert is not None else ())
        ],
        "done": [
            {"on": str(each.on), "verb": each.verb, "kind": each.kind, "number": each.number}
            for each in Entry.objects.filter(person=str(user.number))
        ],
    }


@forgets("registry")
def forget(user: User, today: date) -> None:
    """End the person's posts and enrolment; remove its addresses, second factors, sign-ins and inbox."""
    user.posts.filter(until__isnull=True).update(until=Greatest(F("since"), today))
    expert = getattr(user, "expert", None)
    if expert is not None and expert.until is None:
        expert.until = max(today, expert.since)
        expert.save(update_fields=["until"])
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=user).delete()
    Message.objects.filter(party=str(user.number)).delete()
