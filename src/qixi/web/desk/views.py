"""The officers' desk: what is due, what waits for whom, and acts on many cases at once."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from qixi.casework import queries, services
from qixi.casework.queries import Choice, lists
from qixi.casework.queries.lists import Wanted
from qixi.casework.services.many import MOST
from qixi.core import Refused, Text
from qixi.procedures import Outcome, Phase, Role
from qixi.procedures.guide import ROLES
from qixi.procedures.shapes import ENDED
from qixi.procedures.values import Act
from qixi.registry.queries import division_of, named_like, organisations_visible_to
from qixi.registry.queries import figures as registered
from qixi.web.clock import today
from qixi.web.components.bars import bars
from qixi.web.components.forms import fields, sent
from qixi.web.components.rows import Row, rows
from qixi.web.components.timeline import PHASES, way
from qixi.web.public.views import procedures
from qixi.web.visitor import for_officers, visitor

_DUE = (("overdue", Text("已逾期", "Overdue")), ("soon", Text("七日内到期", "Due within seven days")))


@for_officers
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """List the open cases of the officer's divisions, the most urgent first."""
    wanted = _wanted(request.GET)
    found = lists.board(visitor(request), wanted, today())
    page = Paginator(found, MOST).get_page(request.GET.get("page"))
    shown = rows(page, today())
    words = {
        "page": page,
        "rows": shown,
        "wanted": wanted,
        "phases": [(phase.value, title) for phase, title in PHASES.items() if phase is not Phase.CLOSED],
        "procedures": procedures(),
        "due": _DUE,
        "roles": [(role.value, ROLES[role]) for role in (Role.OFFICER, Role.APPLICANT, Role.EXPERT)],
        "acts": _acts(shown),
    }
    return render(request, "qixi/desk/board.html", words)


@for_officers
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest) -> HttpResponse:
    """Perform one act in several cases, after its form was filled in once; say what came of each."""
    numbers = list(dict.fromkeys(request.POST.getlist("case")))[:MOST]
    verb = request.POST.get("verb", "")
    if request.method != "POST" or not numbers or not verb:
        return redirect("desk")
    actor = visitor(request)
    found = {number: _choice(request, number, verb) for number in numbers}
    choice = next((each for each in found.values() if each is not None), None)
    words: dict[str, Any] = {"numbers": numbers, "verb": verb, "choice": choice, "found": found}
    if choice is None:
        return render(request, "qixi/desk/together.html", words, status=409)
    form = choice.form
    if "confirmed" not in request.POST:
        words["fields"] = fields(form) if form is not None else ()
        return render(request, "qixi/desk/together.html", words)
    data = sent(form, request.POST) if form is not None else {}
    results = services.act_on_many(actor, numbers, verb, data, today())
    problems = [each for result in results for each in result.problems if each.code == "form"]
    if form is not None and problems and all(each.problems for each in results):
        words["fields"] = shown = fields(form, None, request.POST, problems)
        words["wrong"] = [field for field in shown if field.faults]
        return render(request, "qixi/desk/together.html", words, status=422)
    words["done"] = sum(not each.problems for each in results)
    return render(request, "qixi/desk/results.html", words | {"results": results})


@for_officers
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show what the cases of the officer's divisions, or of one that lies in them, add up to."""
    actor, asked = visitor(request), request.GET.get("division", "")
    division = asked if asked.isascii() and asked.isdigit() and actor.is_officer_of(asked) else ""
    alone = division or (min(actor.divisions) if len(actor.divisions) == 1 else "")
    found = [
        {
            "procedure": each.procedure,
            "total": each.total,
            "overdue": each.overdue,
            "median": each.median_days,
            "phases": bars(
                [
                    (PHASES[mark.phase], each.phases.get(mark.phase, 0), mark.phase.value)
                    for mark in way(each.procedure, Phase.CLOSED)
                ]
            ),
            "outcomes": bars(
                [
                    (ENDED[outcome], count, outcome.value)
                    for outcome in Outcome
                    if (count := each.outcomes.get(outcome))
                ]
            ),
        }
        for each in lists.figures(actor, today(), division)
    ]
    words = {
        "found": found,
        "division": division_of(alone) if alone else None,
        "is_part": division not in {"", *actor.divisions},
        "parts": lists.parts(actor, today(), alone) if alone else [],
        "registered": [each for each in registered(alone, today()) if each.total] if alone else [],
    }
    return render(request, "qixi/desk/figures.html", words)


@for_officers
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Find organisations of the officer's divisions by their names, as they are spelt or nearly."""
    actor, name = visitor(request), request.GET.get("name", "").strip()[:200]
    found = named_like(actor, name) if name else organisations_visible_to(actor).order_by("name", "id")
    page = Paginator(found.select_related("division"), MOST).get_page(request.GET.get("page"))
    return render(request, "qixi/desk/organisations.html", {"page": page, "name": name})


def _wanted(asked: QueryDict) -> Wanted:
    """Return what is looked for; what is no value of a filter filters nothing."""
    phase, waits, due = asked.get("phase", ""), asked.get("waits", ""), asked.get("due", "")
    text = "".join(sign for sign in asked.get("text", "") if sign.isprintable()).strip()
    return Wanted(
        phase=Phase(phase) if phase in set(Phase) else None,
        code=code if (code := asked.get("code", "")) in {each.code for each in procedures()} else "",
        due=due if due in dict(_DUE) else "",
        waits=Role(waits) if waits in set(Role) else None,
        text=text[:100],
    )


def _acts(shown: list[Row]) -> list[Act]:
    """Return the officers' acts in the steps of the cases shown, each verb once."""
    acts = (act for row in shown for act in row.step.acts if Role.OFFICER in act.by)
    return list({act.verb: act for act in acts}.values())


def _choice(request: HttpRequest, number: str, verb: str) -> Choice | None:
    """Return the act as it can be done in one of several cases, None where it cannot, or there is none."""
    try:
        return queries.view(visitor(request), number, today()).choice(verb)
    except Refused:
        return None
