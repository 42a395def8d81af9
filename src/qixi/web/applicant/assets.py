"""Assets: those that everybody sees, those of a party, and the page of one with all that is known of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from qixi.registry.domain.asset import AssetKind, Status
from qixi.registry.domain.may import Kind, Subject, Verb, may
from qixi.registry.models import Asset
from qixi.registry.queries import asset_as_of, names_of, organisations_visible_to
from qixi.registry.queries.assets import Picture, found_in, held_by, standings_on, subject_of, visible_to
from qixi.registry.services import confirm_holding, dispute_holding, hand_over, release
from qixi.web.applicant.asset_acts import seen_in
from qixi.web.clock import today
from qixi.web.faults import tried
from qixi.web.visitor import signed_in, visitor

_ON_A_PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """An asset in a list, with where its right stands."""

    asset: Asset
    status: Status | None


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the assets that the reader may see: to everybody those that are public."""
    return render(
        request, "qixi/applicant/assets.html", _listed(request, visible_to(visitor(request), today()))
    )


@signed_in
@require_safe
def holdings(request: HttpRequest, party: UUID) -> HttpResponse:
    """List what a party leads or holds: one's own, one's organisation's, or as an officer of its division."""
    actor, number = visitor(request), str(party)
    body = organisations_visible_to(actor).filter(number=party).first()
    if number not in actor.parties() and (body is None or not actor.is_officer_of(body.division_id)):
        raise Http404
    held = held_by({number}, today())
    seen = visible_to(actor, today()).filter(pk__in=held.values("pk"))
    own = Subject(Kind.ASSET, holders=frozenset({number}), lead=number)
    words = _listed(request, seen) | {
        "party": number,
        "body": body,
        "why_not": may(actor, Verb.EDIT, own),
        "is_own": number in actor.parties(),
    }
    return render(request, "qixi/applicant/holdings.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
def asset(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show an asset as it was on a day; holders confirm or dispute here, the lead hands over."""
    actor = visitor(request)
    day = _day(request.GET.get("on", "")) or today()
    picture = asset_as_of(actor, str(number), day, today())
    if request.method == "POST":
        way = _ways(request, str(number)).get(request.POST.get("do", ""))
        if way is None:
            raise Http404
        tried(request, way)
        return redirect("asset", number)
    subject = subject_of(picture.asset, today())
    confirmed = {each.party for each in picture.shares if each.standing == "confirmed"}
    own = actor.verified | {actor.number}
    words = {
        "picture": picture,
        "asset": picture.asset,
        "names": names_of(_parties(picture)),
        "day": day,
        "today": today(),
        "can": {
            verb.value: may(actor, verb, subject) is None
            for verb in (Verb.EDIT, Verb.DEAL, Verb.CONFIRM, Verb.PRESERVE)
        },
        "own": own,
        "leads": confirmed - {picture.asset.lead},
        "inventors": list(picture.asset.inventors.order_by("id")) if picture.inside else [],
    }
    return render(request, "qixi/applicant/asset.html", words)


def _ways(request: HttpRequest, number: str) -> dict[str, Callable[[], object]]:
    """Return what a button of an asset's page does, by its name; the services say who may."""
    actor, sent, day = visitor(request), request.POST, today()
    party, reason = sent.get("party", ""), sent.get("reason", "")
    return {
        "confirm": lambda: confirm_holding(actor, number, party, day),
        "dispute": lambda: dispute_holding(actor, number, party, reason, day),
        "lead": lambda: hand_over(actor, number, party, day, seen_in(request)),
        "release": lambda: release(actor, sent.get("encumbrance", ""), reason, day),
    }


def _listed(request: HttpRequest, found: QuerySet[Asset]) -> dict[str, Any]:
    """Return what a list of assets shows, looked through by words and kind."""
    asked = "".join(sign for sign in request.GET.get("text", "") if sign.isprintable()).strip()[:100]
    kind = request.GET.get("kind", "")
    kind = kind if kind in set(AssetKind) else ""
    page = Paginator(found_in(found, asked, kind), _ON_A_PAGE).get_page(request.GET.get("page"))
    standings = standings_on(list(page), today())
    return {
        "page": page,
        "rows": [Row(each, standings.get(each.pk)) for each in page],
        "text": asked,
        "kind": kind,
        "kinds": [(each.value, each.text) for each in AssetKind],
    }


def _parties(picture: Picture) -> set[str]:
    """Return the parties that the page of an asset names."""
    if not picture.inside:
        return set()
    named = {each.party for each in picture.history.shares} | {picture.asset.lead}
    named |= {each.party for each in picture.history.encumbrances}
    return named | {each.person for each in picture.entries}


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
