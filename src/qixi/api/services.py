"""The only writer of what the door keeps: one function for each verb, one transaction for each call."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from qixi.api.models import Answer, Scope, Spending, Token
from qixi.api.queries import digest_of, tokens_of
from qixi.core import Problem, Refused, Text
from qixi.registry.models import User

PREFIX = "qixi"
"""How each key begins, so that one that was lost somewhere is known for what it is."""
LONGEST = 366
"""The most days for which a token can be issued."""
_MOST = 20
_SEEN = timedelta(minutes=10)
"""How exactly it is kept when a token was last used: reading must not write each time."""

_FORGOTTEN = 60
"""Seconds for which a window that has ended is kept: no request that fell in it is under way any more."""


def issue_token(
    user: User, name: str, scopes: Collection[Scope], days: int, now: datetime
) -> tuple[Token, str]:
    """Issue a token and return it with its key, which nobody is ever shown again; raises Refused."""
    if not name.strip() or not scopes or not 1 <= days <= LONGEST:
        raise Refused(
            _problem(
                Text(
                    "令牌没有名称、没有权限或期限不当", "the token lacks a name, a scope or a fitting period"
                ),
                Text(
                    f"请填写名称，至少选择一项权限，期限为 1 至 {LONGEST} 天",
                    f"give a name, at least one scope, and 1 to {LONGEST} days",
                ),
            )
        )
    mark = secrets.token_hex(4)
    key = f"{PREFIX}_{mark}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # so that the count below holds
        if tokens_of(user).filter(expires_at__gt=now).count() >= _MOST:
            raise Refused(
                _problem(
                    Text(f"有效令牌已达 {_MOST} 个", f"you hold {_MOST} tokens already"),
                    Text("请先撤销不用的令牌", "revoke those that are not used"),
                )
            )
        token = Token.objects.create(
            user=user,
            name=name.strip()[:100],
            mark=mark,
            digest=digest_of(key),
            scopes=sorted(scope.value for scope in set(scopes)),
            issued_at=now,
            expires_at=now + timedelta(days=days),
        )
    return token, key


def revoke_token(user: User, mark: str, now: datetime) -> None:
    """Revoke a token of a person; raises Refused where the person has none of that mark."""
    if not Token.objects.filter(user=user, mark=mark, revoked_at__isnull=True).update(revoked_at=now):
        raise Refused(
            Problem(
                "missing",
                Text("没有这个令牌", "there is no such token"),
                Text("请核对令牌列表", "look at the list of tokens"),
            )
        )


def note_use(token: Token, now: datetime) -> None:
    """Keep when a token was last used, to within some minutes."""
    if token.used_at is None or token.used_at < now - _SEEN:
        older = Q(used_at__isnull=True) | Q(used_at__lt=now - _SEEN)
        Token.objects.filter(older, pk=token.pk).update(used_at=now)


def once(
    actor: str, key: str, digest: str, now: datetime, perform: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """Perform what a request asks for, once for each key; returns its answer, and whether it is an old one.

    Of several who come at once, one performs, and the others wait for its answer. What was refused left
    nothing behind, so its key is free again. Raises Refused where the key stood in another request before.
    """
    forget_answers(now)
    with transaction.atomic():
        try:
            with transaction.atomic():
                kept = Answer.objects.create(actor=actor, key=key, digest=digest, answered_at=now)
        except IntegrityError:
            return _answer_to(actor, key, digest), True
        kept.content = perform()
        kept.save(update_fields=["content"])
        return kept.content, False


def forget_answers(now: datetime) -> int:
    """Delete the answers that are kept no longer; returns how many there were."""
    kept_since = now - timedelta(hours=settings.API_ANSWERS_KEPT)
    return Answer.objects.filter(answered_at__lte=kept_since).delete()[0]


def count_request(caller: str, begins: int, ends: int) -> int:
    """Count a request of a caller in a window, and return how many it has sent in it, to all processes.

    Whoever is first in a window forgets those that ended some time ago.
    """
    mine = Spending.objects.filter(caller=caller, begins=begins, ends=ends)
    if not mine.update(count=F("count") + 1):
        Spending.objects.filter(ends__lt=begins - _FORGOTTEN).delete()
        try:
            with transaction.atomic():
                return Spending.objects.create(caller=caller, begins=begins, ends=ends, count=1).count
        except IntegrityError:  # another of the caller's was first
            mine.update(count=F("count") + 1)
    return mine.values_list("count", flat=True).get()


def _answer_to(actor: str, key: str, digest: str) -> dict[str, Any]:
    kept = Answer.objects.get(actor=actor, key=key)
    if kept.digest != digest:
        raise Refused(
            Problem(
                "key",
                Text(
                    "这个 Idempotency-Key 已用于另一个请求", "this Idempotency-Key stood in another request"
                ),
                Text("请为每个新请求换用新的键", "use a new key for each new request"),
                column="Idempotency-Key",
            )
        )
    content: dict[str, Any] = kept.content
    return content


def _problem(reason: Text, remedy: Text) -> Problem:
    return Problem("token", reason, remedy)
