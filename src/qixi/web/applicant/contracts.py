"""Contracts that cases recorded: those of the reader's organisations, or of an officer's divisions."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from qixi.registry.queries import contracts_visible_to, names_of
from qixi.web.visitor import signed_in, visitor

_ON_A_PAGE = 30


@signed_in
@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """List the contracts that the reader may see, the latest first."""
    page = Paginator(contracts_visible_to(visitor(request)), _ON_A_PAGE).get_page(request.GET.get("page"))
    words = {"page": page, "names": names_of(each.party for each in page)}
    return render(request, "qixi/applicant/contracts.html", words)
