"""Who calls: a person by its session, a program by its token, or nobody; and how often it may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError, HttpError, Throttled
from ninja.security import HttpBearer, SessionAuth
from ninja.throttling import BaseThrottle

from qixi.api.limits import Allowance, spend
from qixi.api.models import Scope, Token
from qixi.api.queries import token_by
from qixi.api.services import note_use
from qixi.registry.domain.may import Actor
from qixi.registry.models import User
from qixi.registry.queries import actor_of


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, at which moment: what services and queries are told of a request."""

    user: User | None
    actor: Actor
    token: Token | None
    now: datetime
    today: date


class Asked(HttpRequest):
    """A request whose caller is known, and what that has left."""

    auth: Caller
    allowance: Allowance


class ScopeLacking(HttpError):  # noqa: N818  a refusal, as Refused is
    """Raised where a token is good, but not for this."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(403, scope.value)


def _admitted(request: HttpRequest, user: User | None, token: Token | None = None) -> Caller:
    """Return the caller; raises Throttled where it has sent too many requests."""
    now = timezone.now()
    rate = settings.API_RATE
    if token is not None:
        who = f"token:{token.mark}"
    elif user is not None:
        who = f"user:{user.pk}"
    else:
        who, rate = f"ip:{BaseThrottle().get_ident(request)}", settings.API_RATE_ANONYMOUS
    allowance = spend(who, rate)
    setattr(request, "allowance", allowance)  # noqa: B010  only a request that was admitted has one
    if allowance.exceeded:
        raise Throttled(wait=allowance.wait)
    today = timezone.localdate(now)
    return Caller(user, actor_of(user, today), token, now, today)


def nobody(request: HttpRequest) -> Caller:
    """Return the caller that nobody knows; raises Throttled for one that tried too often."""
    return _admitted(request, None)


class Bearer(HttpBearer):
    """A token in the head line Authorization. One that is no good is never made up for by a session."""

    openapi_description = "令牌 / a token: Authorization: Bearer qixi_…"

    def __init__(self, scope: Scope | None) -> None:
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Return whom a token is of; raises AuthenticationError or ScopeLacking."""
        now = timezone.now()
        found = token_by(token, now)
        if found is None:
            raise AuthenticationError
        caller = _admitted(request, found.user, found)
        if self._scope is not None and self._scope not in found.scopes:
            raise ScopeLacking(self._scope)
        note_use(found, now)
        return caller


class Session(SessionAuth):
    """A person who signed in; what changes something needs the sign against forged requests."""

    def __call__(self, request: HttpRequest) -> Caller | None:
        """Return the person who signed in, None where nobody did; raises HttpError for a forged request."""
        if not isinstance(request.user, User):
            return None
        self._get_key(request)
        return _admitted(request, request.user)


def known(scope: Scope) -> Sequence[Callable[[HttpRequest], Caller | None]]:
    """Return the ways in for those who are known; a token needs the scope."""
    return [Bearer(scope), Session()]


def anyone(request: HttpRequest) -> Caller:
    """Admit everybody, as who they are: what is public is shown to all."""
    for way in (Bearer(None), Session()):
        found = way(request)
        if found is not None:
            return found
    return nobody(request)
