"""Cases of one's own, and the page of a case, which its officers see too."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from qixi.casework import queries, services
from qixi.casework.queries import Choice, View
from qixi.casework.queries.chains import proposals_in
from qixi.casework.queries.deliveries import deliveries_in
from qixi.casework.queries.draws import promising
from qixi.casework.queries.evidence import evidence_in
from qixi.casework.queries.lists import waits_for
from qixi.casework.queries.papers import papers_for
from qixi.casework.queries.parties import invitations
from qixi.casework.queries.similar import similar
from qixi.core import Refused, Text
from qixi.market.queries.introductions import introduced_in
from qixi.procedures import Role, Standing
from qixi.procedures.catalogue import newest
from qixi.procedures.guide import ROLES, titles_of_acts
from qixi.procedures.panel import APPOINT
from qixi.registry.domain.may import Actor
from qixi.registry.queries import names_of
from qixi.web.applicant.beginning import Beginning
from qixi.web.clock import today
from qixi.web.components import timeline
from qixi.web.components.forms import fields, sent
from qixi.web.components.rows import rows
from qixi.web.faults import status_of
from qixi.web.public.views import procedures
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import signed_in, visitor

_ON_A_PAGE = 20


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the cases in which the reader or one of its organisations has a role."""
    page = Paginator(queries.mine(visitor(request)), _ON_A_PAGE).get_page(request.GET.get("page"))
    asked = invitations(visitor(request))
    words = {
        "page": page,
        "rows": rows(page, today()),
        "asked": asked,
        "names": names_of(each.applicant for each in asked),
    }
    return render(request, "qixi/applicant/mine.html", words)


@signed_in
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """List what can be begun."""
    return render(request, "qixi/applicant/choose.html", {"procedures": procedures()})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a case: as whom, and where. A draft of the same that nobody wrote in is taken up instead."""
    try:
        procedure = newest(code)
    except KeyError:
        raise Http404 from None
    actor = visitor(request)
    asked = Beginning.asked(actor, procedure, request.POST if request.method == "POST" else None, today())
    status, reasons = 200, asked.faults
    if request.method == "POST" and not asked.faults:
        try:
            row = asked.draft(procedure) or services.open_for(
                actor, procedure, asked.party, asked.division, today(), asked.subject
            )
            return _first_act(actor, row.number)
        except Refused as refused:
            reasons = tuple(each.message() for each in refused.problems)
            status = status_of(refused)
    words = {"procedure": procedure, "asked": asked, "reasons": reasons}
    return render(request, "qixi/applicant/begin.html", words, status=422 if asked.faults else status)


def _first_act(actor: Actor, number: str) -> HttpResponse:
    """Lead on to what is filled in first: by an officer that is another act than by the applicant."""
    choices = queries.view(actor, number, today()).choices
    verb = next((each.act.verb for each in choices if each.form is not None), None)
    return redirect("case", number) if verb is None else redirect("act", number, verb)


@signed_in
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Show a case: how far it has come, what can be done, what is due, what happened."""
    actor = visitor(request)
    view = queries.view(actor, number, today())
    evidence, served = list(evidence_in(view)), list(deliveries_in(view))
    names = names_of(_parties(view) | {each.party for each in evidence} | {each.party for each in served})
    titles = titles_of_acts(view.procedure)
    words = {
        "view": view,
        "title": timeline.subject_title(view),
        "introduced": introduced_in(view.row),
        "way": timeline.way(view.procedure, view.step.phase),
        "roles": [ROLES[each.role] for each in view.standings if _holds(view, each)],
        "waits": waits_for(view.step),
        "choices": _choices(view),
        "content": timeline.content(view),
        "entries": timeline.entries(view, names),
        "served": [
            (each, timeline.title_of_event(view.procedure, view.case.events[each.event.seq]))
            for each in served
        ],
        "papers": papers_for(view),
        "evidence": evidence,
        "proposals": [(each, titles[each.proposal.verb]) for each in proposals_in(actor, view.row, today())],
        "names": names,
        "to_open": any(each.opened_on is None and each.party in actor.parties() for each in served),
        "is_inside": view.is_inside,
        "has_panel": view.step.panel is not None and promising(actor, view.row) != "",
        "similar": similar(actor, view.row) if view.is_officer else (),
        "today": today(),
    }
    return render(request, "qixi/applicant/case.html", words)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Show the form of an act with what is known of it; perform it, or say beside each field what is wrong.

    `seen` is how far the case had come when the page was made, so that nothing is done twice by sending a
    page twice, and nobody decides what has changed meanwhile.
    """
    actor = visitor(request)
    view = queries.view(actor, number, today())
    choice = view.choice(verb)
    if choice is None:
        if all(step.act(verb) is None for step in view.procedure.steps):
            raise Http404
        return _gone(request, view, verb)
    if request.method != "POST":
        is_drawn = verb == APPOINT and view.step.panel is not None  # who sits is not typed in
        return redirect("panel", number) if is_drawn else _form(request, view, choice)
    if request.POST.get("seen") != str(len(view.case.events)):
        return _stale(request, view, verb)
    try:
        _perform(request, view, choice)
    except Refused as refused:
        if status_of(refused) == 404:
            raise
        now = queries.view(actor, number, today())
        if len(now.case.events) != len(view.case.events):  # another was faster, or the same page
            return _stale(request, now, verb)
        return _form(request, view, choice, refused)
    title = choice.act.title
    done = Text(f"已办理：{title.zh}", f"Done: {title.en}")
    waiting = Text(f"已提交本单位审批：{title.zh}", f"Proposed within your organisation: {title.en}")
    messages.success(request, said(waiting if choice.chain else done))
    return redirect("case", number)


def _perform(request: HttpRequest, view: View, choice: Choice) -> None:
    """Do what the page asks for, or have it approved inside the reader's organisation first."""
    actor, number, verb = visitor(request), view.row.number, choice.act.verb
    data = sent(choice.form, request.POST) if choice.form is not None else {}
    if choice.chain:
        services.propose_for(actor, number, verb, data, today())
    else:
        services.act_for(actor, number, verb, data, today(), len(view.case.events))


def _form(
    request: HttpRequest, view: View, choice: Choice, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    problems = refused.problems if refused is not None else ()
    known = timeline.prefilled(view, choice) if choice.form is not None else {}
    shown = fields(choice.form, known, typed, problems) if choice.form is not None else ()
    beside = {field.name for field in shown if field.faults}
    words = {
        "view": view,
        "title": timeline.subject_title(view),
        "choice": choice,
        "to": view.procedure.step(choice.act.to).title if choice.act.to else None,
        "fields": shown,
        "wrong": [field for field in shown if field.faults],
        "reasons": [each.message() for each in problems if (each.column or "").split(".")[0] not in beside],
        "is_stale": status == 409,
        "handed": timeline.handed(view),
    }
    status = status_of(refused) if refused is not None else status
    return render(request, "qixi/applicant/act.html", words, status=status)


def _stale(request: HttpRequest, view: View, verb: str) -> HttpResponse:
    """Answer a page that was made before the case went on; what was typed in is kept."""
    choice = view.choice(verb)
    if choice is None or _is_done(request, view, verb):
        return _gone(request, view, verb)
    return _form(request, view, choice, status=409)


def _gone(request: HttpRequest, view: View, verb: str) -> HttpResponse:
    """Answer for an act that cannot be done any more, or not by this reader."""
    if not _is_done(request, view, verb):
        messages.warning(
            request,
            said(
                Text(
                    f"案件现处于“{view.step.title.zh}”环节，这件事现在不能办理。",
                    f'The case is in the step "{view.step.title.en}" now: this cannot be done.',
                )
            ),
        )
    return redirect("case", view.row.number)


def _is_done(request: HttpRequest, view: View, verb: str) -> bool:
    """Say whether the same page was sent before: what it asks for is the next thing that happened."""
    seen = request.POST.get("seen", "")
    if request.method != "POST" or not seen.isascii() or not seen.isdigit():
        return False
    after = [event for event in view.events if str(event.seq) == seen]
    parties = visitor(request).parties()
    return any(event.verb == verb and event.party in parties for event in after)


def _holds(view: View, standing: Standing) -> bool:
    """Say whether a reader has a role and not only may take it: anybody may object to what is announced."""
    return standing.role is not Role.OBJECTOR or any(
        event.role is Role.OBJECTOR and event.party == standing.party for event in view.case.events
    )


def _parties(view: View) -> set[str]:
    """Return the parties that a reader may know of: those of the events that it sees."""
    return {event.party for event in view.events} | {
        each for event in view.events for each in event.data.get("experts", ())
    }


def _choices(view: View) -> list[Choice]:
    """Return each act once: as it can be done where it can."""
    verbs = dict.fromkeys(choice.act.verb for choice in view.choices)
    return [found for verb in verbs if (found := view.choice(verb)) is not None]
