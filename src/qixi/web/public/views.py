"""Pages for everybody: what can be done here, how, and what is announced."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from qixi.casework.queries.lists import announced, awaiting
from qixi.core import Text
from qixi.policy import default_parameters
from qixi.procedures import Procedure
from qixi.procedures.answers import answers
from qixi.procedures.catalogue import catalogue, newest
from qixi.procedures.guide import authority_said, first_form, period_said
from qixi.procedures.values import Clock
from qixi.registry.privacy import privacy_notice
from qixi.registry.queries import division_of, published_needs
from qixi.web.clock import today
from qixi.web.components.diagram import diagram
from qixi.web.components.forms import fields
from qixi.web.components.published import plain
from qixi.web.components.rows import rows
from qixi.web.language import remember, spoken
from qixi.web.visitor import visitor

_ON_A_PAGE = 20


def procedures() -> list[Procedure]:
    """Return the procedures that can be begun: of each the newest version."""
    return [newest(code) for code in sorted({code for code, _ in catalogue()})]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what can be done here, and what is announced now."""
    actor = visitor(request)
    words = {
        "procedures": procedures(),
        "notices": announced()[:5],
        "rows": rows(awaiting(actor)[:5], today()) if actor.number else [],
    }
    return render(request, "qixi/public/home.html", words)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """List the procedures."""
    return render(request, "qixi/public/procedures.html", {"procedures": procedures()})


@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Show the service guide of a procedure: law, competence, steps, what to fill in, periods."""
    try:
        procedure = newest(code)
    except KeyError:
        raise Http404 from None
    rules = default_parameters().on(today())
    form = first_form(procedure)
    words = {
        "procedure": procedure,
        "competence": authority_said(procedure),
        "fields": fields(form) if form is not None else (),
        "diagram": diagram(procedure, spoken()),
        "steps": [
            (step, [(act, procedure.step(act.to).title if act.to else None) for act in step.acts])
            for step in procedure.steps
            if step.acts
        ],
        "clocks": [
            (step, clock, period_said(clock, rules), _regional(clock))
            for step in procedure.steps
            for clock in step.clocks
        ],
    }
    return render(request, "qixi/public/guide.html", words)


def _regional(clock: Clock) -> list[tuple[str, Text]]:
    """Return what divisions have laid down for a period themselves, by their names."""
    found = [
        (division_of(each.division), each) for each in default_parameters().regional(clock.days, today())
    ]
    return [
        (division.name if division is not None else each.division, each.said()) for division, each in found
    ]


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """List what is announced now."""
    page = Paginator(announced(), _ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "qixi/public/notices.html", {"page": page})


@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """List the needs that everybody may read."""
    page = Paginator(published_needs(today()), _ON_A_PAGE).get_page(request.GET.get("page"))
    form = first_form(newest("need"))
    found = [(each, answers(form, plain(form, each))) for each in page] if form is not None else []
    return render(request, "qixi/public/needs.html", {"page": page, "needs": found})


@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """Show one notice: what its procedure publishes, until when, and how to object."""
    found = next((each for each in announced() if each.row.number == number), None)
    if found is None:
        raise Http404
    form = first_form(found.procedure)
    said = answers(form, found.content) if form is not None else ()
    return render(request, "qixi/public/notice.html", {"notice": found, "said": said})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what is kept of people, and why."""
    return render(request, "qixi/public/privacy.html", {"sections": privacy_notice()})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language that was chosen, and go back to where the reader was."""
    onward = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure())
    printable = onward.isprintable()  # a line's end would end the header
    return remember(
        HttpResponseRedirect(onward if is_ours and printable and onward[0] == "/" else reverse("home")),
        request.POST.get("language", ""),
        request,
    )


def healthy(request: HttpRequest) -> HttpResponse:
    """Say that the service and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
