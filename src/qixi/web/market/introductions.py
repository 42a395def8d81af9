"""Pages of introductions: a firm asks for one, and officers see what came of those in their divisions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from qixi.core import Refused, Text
from qixi.market.models import Amount
from qixi.market.queries.introductions import (
    amounts_in_divisions_of,
    in_all,
    in_divisions_of,
    state_of,
    totals,
    with_amounts,
)
from qixi.market.services.introductions import ask
from qixi.registry.queries import names_of
from qixi.registry.queries.people import division_of
from qixi.web.clock import today
from qixi.web.faults import told
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import for_officers, signed_in, visitor

_ON_A_PAGE = 30


@signed_in
@require_POST
def begin(request: HttpRequest, number: str, asset: UUID) -> HttpResponse:
    """Begin the introduction of a need's firm to the holder of a match, or lead to the one there is."""
    try:
        case = ask(visitor(request), number, str(asset), today())
    except Refused as refused:
        told(request, refused)
        return redirect("need", number)
    if case.length == 1:
        messages.success(request, said(Text("请填写后送出。", "Fill it in, then send it.")))
    return redirect("case", case.number)


@for_officers
@require_safe
def introductions(request: HttpRequest) -> HttpResponse:
    """List the introductions of the reader's divisions, or the amounts behind a number of this page."""
    kind = request.GET.get("kind", "")
    if kind in Amount.Kind.values:
        return _amounts(request, Amount.Kind(kind))
    actor = visitor(request)
    by_division = totals(amounts_in_divisions_of(actor))
    page = Paginator(in_divisions_of(actor), _ON_A_PAGE).get_page(request.GET.get("page"))
    found = with_amounts(page)
    names = {code: place.name for code in by_division if (place := division_of(code)) is not None}
    words = {
        "kinds": list(Amount.Kind),
        "page": page,
        "rows": [(each, state_of(each.step)) for each in found],
        "names": names_of(party for each in found for party in (each.introduction.need.party, each.holder)),
        "divisions": [(code, names.get(code, code), row) for code, row in by_division.items()],
        "all": in_all(by_division),
    }
    return render(request, "qixi/market/introductions.html", words)


def _amounts(request: HttpRequest, kind: Amount.Kind) -> HttpResponse:
    asked = request.GET
    seen = amounts_in_divisions_of(
        visitor(request), kind.value, asked.get("division", ""), asked.get("case", "")
    )
    page = Paginator(seen, _ON_A_PAGE).get_page(asked.get("page"))
    words = {"kind": kind, "page": page, "names": names_of(each.party for each in page)}
    return render(request, "qixi/market/introductions.html", words)
