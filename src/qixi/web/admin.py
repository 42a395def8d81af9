"""What the libraries would let operators edit: accounts are dealt with by services alone.

Second factors, addresses and outside accounts are each person's own, groups are asked by nobody. How to reach
an OpenID Connect provider is set here, by superusers; tasks are looked at, without what they were given.
"""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group
from django_tasks_db.models import DBTaskResult

from qixi.registry.admin import ReadOnly

_NOBODY_EDITS: tuple[Any, ...] = (
    Authenticator,
    DBTaskResult,
    EmailAddress,
    EmailConfirmation,
    Group,
    SocialAccount,
    SocialToken,
)
for _model in _NOBODY_EDITS:
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


@admin.register(DBTaskResult)
class Tasks(ReadOnly):
    """Work in the background: what is queued, runs, is done or has failed."""

    list_display = ("task_path", "status", "enqueued_at", "started_at", "finished_at")
    list_filter = ("status",)
    fields = ("id", "task_path", "status", "queue_name", "enqueued_at", "started_at", "finished_at")
