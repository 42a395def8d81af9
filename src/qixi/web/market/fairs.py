"""Pages of matchmaking events: those to come, one as its reader may see it, a guest's own part, check-in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from qixi.core import Refused, Text
from qixi.market.domain.fairs import MOST_WISHED, Answer, FairForm, Role
from qixi.market.models import Fair, Guest
from qixi.market.queries import fairs as queries
from qixi.market.services import fairs
from qixi.registry.domain.may import Actor, Verb, may
from qixi.registry.queries import names_of
from qixi.web.clock import today
from qixi.web.components.forms import fields, sent
from qixi.web.faults import status_of, told, tried
from qixi.web.market.fair_acts import done_by_guest, done_by_host
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import signed_in, visitor

_ON_A_PAGE = 30
_POSTED = ["GET", "HEAD", "POST"]


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the events to come, and to whoever organises one or is invited those too."""
    actor = visitor(request)
    words = {
        "page": Paginator(queries.coming(today()), _ON_A_PAGE).get_page(request.GET.get("page")),
        "own": queries.own_fairs(actor)[:_ON_A_PAGE] if actor.number else (),
        "hosts": bool(queries.hosts(actor)),
    }
    return render(request, "qixi/market/fairs.html", words)


@signed_in
@require_http_methods(_POSTED)
def new(request: HttpRequest) -> HttpResponse:
    """Prepare an event."""
    actor = visitor(request)
    parties = queries.hosts(actor)
    if not parties:
        raise Http404
    words: dict[str, Any] = {"parties": parties, "fields": fields(FairForm)}
    if request.method == "POST":
        try:
            fair = fairs.prepare(actor, request.POST.get("party", ""), sent(FairForm, request.POST), today())
        except Refused as refused:
            if status_of(refused) == 404:
                raise
            words |= _typed(request, refused) | {"party": request.POST.get("party", "")}
            return render(request, "qixi/market/fair_new.html", words, status=422)
        return redirect("fair", fair.number)
    return render(request, "qixi/market/fair_new.html", words)


@require_http_methods(_POSTED)
def one(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show an event: to its organiser everything, to a guest its own part, to others when and where."""
    actor = visitor(request)
    fair = queries.fair_for(actor, number)
    hosting = may(actor, Verb.EDIT, queries.subject_of(fair)) is None
    if request.method == "POST":
        done = done_by_host(request, fair)
        tried(request, done)
        return redirect("fair", number)
    own = queries.guests_as(actor, fair)
    words = {
        "fair": fair,
        "hosting": hosting,
        "times": queries.times_of(fair),
        "host": names_of([fair.party]).get(fair.party, ""),
        "guests": [guest_words(each, fair, told_only=True) for each in own],
        "needs": fair.needs.order_by("id"),
    }
    if hosting:
        words |= _hosted(actor, fair)
    words["names"] = names_of(_named(words, fair, hosting=hosting))
    return render(request, "qixi/market/fair.html", words)


@signed_in
@require_http_methods(_POSTED)
def guest(request: HttpRequest, number: UUID, guest: UUID) -> HttpResponse:
    """Show a guest's part of an event, to the guest and to the organiser, who may answer for it."""
    actor = visitor(request)
    fair = queries.fair_for(actor, number)
    found = fair.guests.filter(number=guest).first()
    hosting = may(actor, Verb.EDIT, queries.subject_of(fair)) is None
    if found is None or not (hosting or found.party in actor.parties()):
        raise queries.no_fair()
    if request.method == "POST":
        tried(request, done_by_guest(request, fair, found))
        return redirect("fair_guest", number, guest)
    mine = guest_words(found, fair, told_only=not hosting)
    others = {each["guest"].party for each in mine["others"]} | {each.guest.party for each in mine["lines"]}
    words = {
        "fair": fair,
        "mine": mine,
        "times": queries.times_of(fair),
        "names": names_of({found.party, *others}),
    }
    return render(request, "qixi/market/fair_guest.html", words)


@signed_in
@require_http_methods(_POSTED)
def arrival(request: HttpRequest, number: UUID, code: str) -> HttpResponse:
    """Show whose card has a code, and check the guest in: for the organiser alone."""
    actor = visitor(request)
    found = queries.guest_of_code(actor, number, code)
    if request.method == "POST":
        try:
            fairs.check_in(actor, number, code, timezone.now(), today())
        except Refused as refused:
            told(request, refused)
        else:
            messages.success(request, said(Text("已签到。", "Checked in.")))
        return redirect("fair_arrival", number, code)
    words = {
        "fair": found.fair,
        "guest": found,
        "name": names_of([found.party]).get(found.party, ""),
        "lines": (lines := queries.timetable_of(found, found.fair)),
        "names": names_of(each.guest.party for each in lines),
        "is_early": today() < found.fair.day,
    }
    return render(request, "qixi/market/fair_arrival.html", words)


def guest_words(found: Guest, fair: Fair, *, told_only: bool) -> dict[str, Any]:
    """Return what a page shows of a guest's part: its answer, its wishes, its timetable."""
    wishes = queries.wishes_of(found)
    return {
        "guest": found,
        "is_over": fair.day < today(),
        "weights": range(1, MOST_WISHED + 1),
        "others": [{"guest": each, "wish": wishes.get(each.pk)} for each in queries.may_meet(found)],
        "lines": queries.timetable_of(found, fair, told_only=told_only),
        "is_solved": fair.meetings.filter(fixed=True).exists(),
    }


def _hosted(actor: Actor, fair: Fair) -> dict[str, Any]:
    guests = list(fair.guests.all())
    meetings = list(queries.meetings_of(fair))
    times = queries.times_of(fair)
    asked = queries.questions(fair, today())
    known = {name: getattr(fair, name) for name in FairForm.model_fields if name != "starts"}
    return {
        "fields": fields(FairForm, known | {"starts": f"{fair.begins:%H:%M}"}),
        "choosable": queries.needs_to_choose(fair, today()),
        "proposed": queries.proposed(actor, fair),
        "roles": [(each.value, each.text) for each in Role],
        "invited": guests,
        "coming": sum(each.answer == Answer.COMING for each in guests),
        "arrived": sum(each.checked_in_at is not None for each in guests),
        "slots": [
            (times[slot], [each for each in meetings if each.slot == slot]) for slot in range(fair.slots)
        ],
        "tables": [(each, [m for m in meetings if each.pk in (m.firm_id, m.team_id)]) for each in guests],
        "meetings": len(meetings),
        "untold": any(not each.fixed for each in meetings),
        "is_stale": fair.solved_seq is not None and fair.solved_seq != fair.seq,
        "unmet": queries.unmet(fair),
        "questions": [each for each in asked if each.is_due],
        "next_question": min((each.due for each in asked if not each.is_due), default=None),
    }


def _named(words: dict[str, Any], fair: Fair, *, hosting: bool) -> set[str]:
    """Return the parties that a page names: to the organiser all guests, to a guest those it may meet."""
    named = {each["guest"].party for part in words["guests"] for each in part["others"]}
    named |= {line.guest.party for part in words["guests"] for line in part["lines"]}
    named |= {part["guest"].party for part in words["guests"]} | {each.party for each in words["needs"]}
    if hosting:
        named |= {each.party for each in words["invited"]} | {each.party for each in words["proposed"]}
        named |= {need.party for need, _ in words["choosable"]}
    return named


def _typed(request: HttpRequest, refused: Refused) -> dict[str, Any]:
    shown = fields(FairForm, typed=request.POST, problems=refused.problems)
    columns = {each.column for each in refused.problems}
    return {
        "fields": shown,
        "wrong": [each for each in shown if each.faults],
        "reasons": [each.message() for each in refused.problems if None in columns and each.column is None],
    }
