"""The page of clocks that cost money."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qixi.market.domain.clocks import Kind
from qixi.market.queries.clocks import running
from qixi.web.clock import today
from qixi.web.components.bars import bars
from qixi.web.visitor import signed_in, visitor

_ON_A_PAGE = 50
_SOON = 30
_KINDS = {Kind.LATE: "refused", Kind.FEE: "draft", Kind.FILING: "notice", Kind.UNUSED: "notice"}


@signed_in
@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """Show what runs out within a year of the patents that the reader looks after, by kind or all."""
    found, asked = running(visitor(request), today()), request.GET.get("kind", "")
    counted = [(kind.text, sum(each.clock.kind is kind for each in found), kind) for kind in Kind]
    shown = [each for each in found if asked in {"", each.clock.kind.value}]
    words = {
        "page": Paginator(shown, _ON_A_PAGE).get_page(request.GET.get("page")),
        "bars": bars([(text, count, _KINDS.get(kind, "closed")) for text, count, kind in counted if count]),
        "kinds": [(kind.value, text) for text, count, kind in counted if count],
        "kind": asked,
        "soon": _SOON,
        "all": len(found),
    }
    return render(request, "qixi/market/clocks.html", words)
