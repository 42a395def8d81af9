"""Pages of what is on offer, for everybody: browsed, searched, one by one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qixi.market.domain.stock import Stage, Way
from qixi.market.queries.offers import Wanted, browsed, found, matches_of_asset, offered
from qixi.registry.queries import names_of
from qixi.web.clock import today
from qixi.web.visitor import visitor

_ON_A_PAGE = 20


@require_safe
def technologies(request: HttpRequest) -> HttpResponse:
    """List what is on offer, or what answers the words that were typed."""
    wanted, asked = _wanted(request), request.GET.get("page")
    if wanted.words:
        page: Page[Any] = Paginator(found(wanted, today()), _ON_A_PAGE).get_page(asked)
        rows = list(page)
    else:
        page = Paginator(browsed(wanted, today()), _ON_A_PAGE).get_page(asked)
        rows = [(asset, ()) for asset in page]
    names = names_of(asset.lead for asset, _ in rows)
    words = {
        "wanted": wanted,
        "page": page,
        "rows": rows,
        "names": names,
        "stages": {each.value: each.text for each in Stage},
    }
    return render(request, "qixi/market/technologies.html", words)


@require_safe
def technology(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show one technology, and to those concerned the needs that it may answer."""
    asset = offered(number, today())
    actor = visitor(request)
    matches = list(matches_of_asset(actor, asset, today())[:50])
    names = names_of({asset.lead, *(each.need.party for each in matches)})
    words = {
        "asset": asset,
        "patent": getattr(asset, "patent", None),
        "right": next(iter(vars(asset)["standing_now"]), None),
        "ways": [Way(each).text for each in asset.listing.ways],
        "stage": Stage(asset.listing.stage).text,
        "matches": matches,
        "names": names,
        "concerned": asset.lead in actor.parties() or actor.is_officer_of(asset.division_id),
    }
    return render(request, "qixi/market/technology.html", words)


def _wanted(request: HttpRequest) -> Wanted:
    def plain(name: str, most: int) -> str:
        return "".join(sign for sign in request.GET.get(name, "") if sign.isprintable()).strip()[:most]

    division = plain("division", 9)
    return Wanted(plain("q", 2_000), plain("ipc", 20).upper(), division if division.isdigit() else "")
