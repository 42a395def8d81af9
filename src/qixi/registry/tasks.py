"""What is done in the background: telling people outside of the inbox."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django_tasks import task

from qixi.registry.models import Message, Post, User
from qixi.registry.queries.people import people_of, person_of

_TOLD = (
    Post.Title.HANDLER,
    Post.Title.APPROVER,
    Post.Title.TRANSFER,
    Post.Title.LEADER,
    Post.Title.OFFICER,
)
_PATIENCE = 10
"""Seconds to wait for the gateway."""


@task()
def deliver(message: int) -> None:
    """Send a message of the inbox by mail and as a short message to those who want it so."""
    told = Message.objects.get(pk=message)
    for person in _people(told.party):
        text = told.zh if person.language == "zh" else told.en
        if settings.MAIL and person.mail_wanted and person.email:
            subject = f"[七夕 Qixi] {told.case}".strip()
            EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [person.email]).send()
        if settings.SMS_GATEWAY and person.sms_wanted and person.phone:
            _short_message(person.phone, text)


def _people(party: str) -> Iterable[User]:
    person = person_of(party)
    return [person] if person is not None else people_of(party, timezone.localdate(), *_TOLD)


def _short_message(phone: str, text: str) -> None:
    """Post a short message to the gateway: JSON with `to` and `text`, and the token where one is set."""
    request = urllib.request.Request(  # noqa: S310  settings allow http and https alone
        settings.SMS_GATEWAY,
        json.dumps({"to": phone, "text": text}, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8"},
    )
    if settings.SMS_TOKEN:
        request.add_header("Authorization", f"Bearer {settings.SMS_TOKEN}")
    with urllib.request.urlopen(request, timeout=_PATIENCE):  # noqa: S310
        pass
