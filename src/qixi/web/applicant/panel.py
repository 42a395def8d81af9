"""The draw of a case's panel: numbers promised and revealed, the roster fixed, the proof of it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from qixi.api.downloads import download
from qixi.casework import services
from qixi.casework.queries.draws import Drawing, Told, drawing, record_of
from qixi.procedures.draw import Roster
from qixi.procedures.panel import APPOINT
from qixi.registry.queries import names_of
from qixi.web.clock import today
from qixi.web.components.timeline import subject_title
from qixi.web.faults import tried
from qixi.web.visitor import signed_in, visitor


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """Show how the draw of a panel stands, and let each side do its part in it."""
    found = drawing(visitor(request), number, today())
    if request.method == "POST":
        way = _ways(request, found).get(request.POST.get("do", ""))
        if way is None:
            raise Http404
        tried(request, way)
        return redirect("panel", number)
    roster = found.roster
    words = {
        "found": found,
        "view": found.view,
        "title": subject_title(found.view),
        "names": names_of(_named(found)),
        "can_begin": found.view.is_officer and roster is not None and not found.under_way,
        "fields": sorted({each.traits["field"] for each in roster.experts}) if roster is not None else [],
        "today": today(),
    }
    return render(request, "qixi/applicant/panel.html", words)


@signed_in
@require_safe
def draw(request: HttpRequest, number: str, draw: UUID) -> HttpResponse:
    """Serve the record of a draw, from which whoever has it can hold it again."""
    return download(record_of(visitor(request), number, draw))


def _ways(request: HttpRequest, found: Drawing) -> dict[str, Callable[[], object]]:
    """Return what a button of the page does, by its name."""
    actor, sent, day, number = visitor(request), request.POST, today(), found.view.row.number

    def appoint() -> object:
        held = next(each for each in found.told if each.draw.held_on is not None)
        data = {"experts": list(found.to_appoint), "record": str(held.draw.number)}
        return services.act_for(actor, number, APPOINT, data, day)

    ways: dict[str, Callable[[], object]] = {
        "begin": lambda: services.begin_draw(actor, number, day),
        "keep": lambda: services.promise_number(actor, number, day),
        "promise": lambda: services.promise_number(actor, number, day, sent.get("digest", "").strip() or "-"),
        "commit": lambda: services.commit_roster(actor, number, day, sent.get("field", "")),
        "reveal": lambda: services.reveal_number(actor, number, sent.get("number", "").strip(), day),
        "end": lambda: services.end_draw(actor, number, sent.get("reason", ""), day),
    }
    if found.to_appoint:
        ways["appoint"] = appoint
    return ways


def _named(found: Drawing) -> set[str]:
    """Return the numbers that the page shows by their names."""
    told = {each.party for one in found.told for each in one.promises}
    rosters = [found.roster] if found.roster is not None else []
    named = told | {each for one in found.told for each in (*one.panel, *_barred(one))}
    return named | {each for roster in rosters for each in _everybody(roster)}


def _everybody(roster: Roster) -> set[str]:
    return {n for each in roster.experts for n in (each.id, each.traits["organisation"])}


def _barred(told: Told) -> set[str]:
    return {each["id"] for each in told.roster.get("experts", ())}
