"""Experts: the roster that officers keep, and each expert's own page of what it is not free of."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qixi.casework.queries import mine
from qixi.procedures import Phase, Role
from qixi.registry.queries import conflicts_declared, expert_for, experts_visible_to, names_of
from qixi.registry.services import declare_conflict, end_conflict, enrol_expert, retire_expert
from qixi.web.clock import today
from qixi.web.components.rows import rows
from qixi.web.faults import tried
from qixi.web.parties import named_party
from qixi.web.visitor import for_officers, signed_in, visitor

_ON_A_PAGE = 50


@for_officers
@require_http_methods(["GET", "HEAD", "POST"])
def experts(request: HttpRequest) -> HttpResponse:
    """List the experts of the officer's divisions; enrol one."""
    actor = visitor(request)
    if request.method == "POST":
        tried(request, lambda: _enrolled(request, request.POST.get("person", "").strip()))
        return redirect("experts")
    field, retired = request.GET.get("field", "").strip()[:60], request.GET.get("retired") == "yes"
    page = Paginator(experts_visible_to(actor, field, retired=retired), _ON_A_PAGE)
    known = sorted({each for one in experts_visible_to(actor) for each in one.fields})
    words = {
        "page": page.get_page(request.GET.get("page")),
        "known": known,
        "field": field,
        "retired": retired,
    }
    return render(request, "qixi/desk/experts.html", words)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def expert(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show an expert to itself and its officers; the one declares conflicts, the others keep the roster."""
    actor = visitor(request)
    found = expert_for(actor, str(number))
    if request.method == "POST":
        way = _ways(request, str(number)).get(request.POST.get("do", ""))
        if way is None:
            raise Http404
        tried(request, way)
        return redirect("expert", number)
    own = actor.number == str(number)
    conflicts = list(conflicts_declared(found))
    sits = mine(actor).filter(holdings__role=Role.EXPERT, holdings__party=actor.number) if own else None
    words = {
        "expert": found,
        "conflicts": conflicts,
        "names": names_of(each.party for each in conflicts),
        "own": own,
        "is_officer": actor.is_officer_of(found.organisation.division_id),
        "rows": rows(sits.exclude(phase=Phase.CLOSED).distinct(), today()) if sits is not None else [],
    }
    return render(request, "qixi/desk/expert.html", words)


def _ways(request: HttpRequest, number: str) -> dict[str, Callable[[], object]]:
    """Return what a button of an expert's page does, by its name; the services say who may."""
    actor, sent, day = visitor(request), request.POST, today()
    ways: dict[str, Callable[[], object]] = {
        "retire": lambda: retire_expert(actor, number, day),
        "enrol": lambda: _enrolled(request, number),
    }
    if actor.number == number:
        party, reason = sent.get("party", ""), sent.get("reason", "")
        ways["declare"] = lambda: declare_conflict(actor, named_party(party), reason, day)
        ways["free"] = lambda: end_conflict(actor, party, day)
    return ways


def _enrolled(request: HttpRequest, person: str) -> object:
    """Enrol a person, or change what is known of an expert, by what was filled in."""
    organisation = named_party(request.POST.get("organisation", ""))
    fields = request.POST.get("fields", "").replace("，", "\n").replace("、", "\n").splitlines()
    return enrol_expert(visitor(request), person, organisation, fields, today())
