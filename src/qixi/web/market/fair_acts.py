"""What the buttons of an event's pages do, each for whoever may."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest

from qixi.market.domain.fairs import FairForm, Role
from qixi.market.models import Fair, Guest
from qixi.market.services import fairs, timetables
from qixi.web.clock import today
from qixi.web.components.forms import sent
from qixi.web.parties import named_party
from qixi.web.visitor import visitor

_Way = Callable[[], object]
_LONGEST = 9


def done_by_host(request: HttpRequest, fair: Fair) -> _Way:
    """Return what an organiser's button does."""
    actor, day, typed, number = visitor(request), today(), request.POST, fair.number
    ways: dict[str, _Way] = {
        "change": lambda: fairs.change(
            actor, number, sent(FairForm, typed), whole(typed.get("version")), day
        ),
        "announce": lambda: fairs.announce(actor, number, day),
        "needs": lambda: fairs.choose_needs(actor, number, typed.getlist("need"), day),
        "invite": lambda: fairs.invite(actor, number, _chosen(typed.getlist("guest")), day),
        "add": lambda: fairs.invite(
            actor, number, {named_party(typed.get("party", "")): _role(typed.get("role", ""))}, day
        ),
        "solve": lambda: timetables.ask_for_timetable(actor, number, day),
        "tell": lambda: timetables.tell_timetable(actor, number, day),
        "follow_up": lambda: fairs.record_follow_up(
            actor, number, whole(typed.get("meeting")), whole(typed.get("days")), typed.get("said", ""), day
        ),
    }
    return _way(ways, typed.get("do", ""))


def done_by_guest(request: HttpRequest, fair: Fair, guest: Guest) -> _Way:
    """Return what a guest's button does."""
    actor, day, typed, number = visitor(request), today(), request.POST, fair.number
    ways: dict[str, _Way] = {
        "answer": lambda: fairs.answer(
            actor,
            number,
            guest.number,
            coming=typed.get("coming") == "yes",
            away=[whole(each) for each in typed.getlist("away")],
            today=day,
        ),
        "wish": lambda: fairs.wish(
            actor, number, guest.number, _weights(typed.getlist("other"), typed.getlist("weight")), day
        ),
    }
    return _way(ways, typed.get("do", ""))


def whole(typed: str | None) -> int:
    """Return a whole number that a page sent; -1 for anything else, which is nothing that there is."""
    words = typed or ""
    return int(words) if words.isascii() and words.isdigit() and len(words) <= _LONGEST else -1


def _way(ways: dict[str, _Way], asked: str) -> _Way:
    way = ways.get(asked)
    if way is None:
        raise Http404
    return way


def _role(typed: str) -> Role:
    return Role.TEAM if typed == Role.TEAM.value else Role.FIRM


def _chosen(typed: list[str]) -> dict[str, Role]:
    """Return the proposals that were ticked: each is the side and the party."""
    pairs = (each.partition(" ") for each in typed)
    return {party: _role(role) for role, _, party in pairs}


def _weights(others: list[str], weights: list[str]) -> dict[UUID, int]:
    """Return the wishes that were chosen, by the other guest's number."""
    found = {}
    for other, weight in zip(others, weights, strict=False):
        if not weight:
            continue
        try:
            found[UUID(other)] = whole(weight)
        except ValueError:
            raise Http404 from None
    return found
