"""Pages of published needs: what answers them, and how the firm grades what it was shown."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from qixi.core import Refused, Text
from qixi.market.domain.grades import GradeForm
from qixi.market.queries.introductions import of_need, state_of
from qixi.market.queries.offers import matches_of_need, need_shown, opinions_on
from qixi.market.services import matching
from qixi.procedures.answers import answers
from qixi.procedures.catalogue import newest
from qixi.procedures.guide import first_form
from qixi.registry.queries import names_of
from qixi.web.clock import today
from qixi.web.components.forms import fields, sent
from qixi.web.components.published import plain
from qixi.web.faults import told
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import signed_in, visitor

_ON_A_PAGE = 50


@require_safe
def need(request: HttpRequest, number: str) -> HttpResponse:
    """Show a published need; to its firm, officers and the holders concerned also what may answer it."""
    found = need_shown(number, today())
    actor = visitor(request)
    matches = list(matches_of_need(actor, found)[:_ON_A_PAGE])
    opinions = opinions_on(actor, found) if matches else {}
    begun = {key: (case, state_of(step)) for key, (case, step) in of_need(actor, found).items()}
    grades = found.party in actor.posts or found.party in actor.variants
    form = first_form(newest("need"))
    words = {
        "need": found,
        "said": answers(form, plain(form, found)) if form is not None else (),
        "firm": names_of([found.party]).get(found.party, ""),
        "concerned": found.party in actor.parties() or actor.is_officer_of(found.division),
        "ranking": matches[0].ranking if matches else getattr(found, "ranking", None),
        "rows": [(each, opinions.get(each.asset_id), begun.get(each.asset_id)) for each in matches],
        "asks": found.party in actor.posts or actor.is_officer_of(found.division),
        "names": names_of(each.asset.lead for each in matches),
        "fields": fields(GradeForm) if grades else (),
    }
    return render(request, "qixi/market/need.html", words)


@signed_in
@require_POST
def grade(request: HttpRequest, number: str, asset: UUID) -> HttpResponse:
    """Keep how the reader's firm grades what it was shown."""
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    try:
        data = sent(GradeForm, request.POST)
        matching.grade(visitor(request), number, str(asset), data, today(), seen)
    except Refused as refused:
        told(request, refused)
    else:
        messages.success(request, said(Text("评价已记录。", "The grades are recorded.")))
    return redirect("need", number)
