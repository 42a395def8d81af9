"""Who asks for a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may
from qixi.registry.models import User
from qixi.registry.queries import actor_of
from qixi.web.clock import today

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def visitor(request: HttpRequest) -> Actor:
    """Return who asks, with its posts of today; nobody where nobody signed in. It is looked up once."""
    user = getattr(request, "user", None)
    person = user if isinstance(user, User) else None
    known: dict[int | None, Actor] = vars(request).setdefault("_visitor", {})
    key = person.pk if person is not None else None
    if key not in known:
        known[key] = actor_of(person, today())
    return known[key]


def signed_in(page: Page[P]) -> Page[P]:
    """Show a page only to people who signed in; others are asked to."""
    return login_required(page)


def for_operators(page: Page[P]) -> Page[P]:
    """Show a page only to operators of the service; for all others it is not there."""
    return _only(page, Verb.ADMINISTER)


def for_officers(page: Page[P]) -> Page[P]:
    """Show a page only to officers; for all others it is not there."""
    return _only(page, Verb.DESK)


def _only(page: Page[P], verb: Verb) -> Page[P]:
    @login_required
    @wraps(page)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if may(visitor(request), verb, Subject(Kind.SERVICE)) is not None:
            raise Http404
        return page(request, *args, **kwargs)

    return shown
