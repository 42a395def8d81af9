"""Pages for taking stock: lists are handed in, looked at, taken in, undone, and brought into the library."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qixi.casework.services import open_for
from qixi.core import Problem, Refused, Text
from qixi.market.models import Intake, IntakeRow
from qixi.market.queries.intakes import fields_for_heads, intake_of, intakes_of, progress_of, rows_of
from qixi.market.services import intakes
from qixi.procedures.catalogue import newest
from qixi.registry.queries import names_of
from qixi.registry.queries.people import organisation_of
from qixi.web.clock import today
from qixi.web.components.bars import bars
from qixi.web.faults import told
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import signed_in, visitor

_ON_A_PAGE = 50
_UNDER_WAY = {Intake.State.READING, Intake.State.TAKING, Intake.State.UNDOING}
_KINDS = {
    IntakeRow.Outcome.NEW: "in_force",
    IntakeRow.Outcome.CHANGED: "in_force",
    IntakeRow.Outcome.REFUSED: "refused",
    IntakeRow.Outcome.WAITING: "draft",
}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """Show the lists that the reader's organisations handed in; take another one."""
    actor = visitor(request)
    if request.method == "POST":
        given = request.FILES.get("file")
        try:
            if not isinstance(given, UploadedFile):
                raise _choose()
            party = request.POST.get("party", "")
            made = intakes.hand_in(actor, party, given.name or "", given.read(), today())
        except Refused as refused:
            told(request, refused)
            return redirect("lists")
        return redirect("list", made.number)
    page = Paginator(intakes_of(actor), _ON_A_PAGE).get_page(request.GET.get("page"))
    words = {
        "page": page,
        "parties": sorted(names_of(actor.posts).items(), key=lambda each: each[1]),
        "most": settings.UPLOAD_MOST // 2**20,
    }
    return render(request, "qixi/market/lists.html", words)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: UUID) -> HttpResponse:
    """Show a list, how far it has come and what became of its rows; do the next thing with it."""
    actor = visitor(request)
    intake = intake_of(actor, number)
    if request.method == "POST":
        try:
            return _done(request, intake)
        except Refused as refused:
            told(request, refused)
            return redirect("list", number)
    outcome = request.GET.get("outcome", "")
    rows = rows_of(intake, outcome if outcome in IntakeRow.Outcome.values else "")
    progress = progress_of(intake)
    counted = [
        (_bilingual(each.label), progress.counts[each], _KINDS.get(each, "closed"))
        for each in IntakeRow.Outcome
        if progress.counts.get(each)
    ]
    words = {
        "intake": intake,
        "progress": progress,
        "bars": bars(counted),
        "page": Paginator(rows, _ON_A_PAGE).get_page(request.GET.get("page")),
        "outcome": outcome,
        "outcomes": [(each.value, each.label) for each in IntakeRow.Outcome if progress.counts.get(each)],
        "is_under_way": intake.state in _UNDER_WAY,
        "assignable": sorted({*intake.unknown, *intake.heads}),
        "fields": fields_for_heads(),
    }
    return render(request, "qixi/market/list.html", words)


def _done(request: HttpRequest, intake: Intake) -> HttpResponse:
    actor, asked = visitor(request), request.POST.get("do", "")
    if asked == "assign":
        pairs = zip(request.POST.getlist("head"), request.POST.getlist("field"), strict=False)
        intakes.assign_heads(actor, intake.number, {head: field for head, field in pairs if field})
    elif asked == "begin":
        intakes.begin(actor, intake.number)
    elif asked == "undo":
        intakes.begin_undoing(actor, intake.number)
    elif asked == "library":
        body = organisation_of(intake.party)
        division = body.division_id if body is not None else ""
        case = open_for(actor, newest("library"), intake.party, division, today(), str(intake.number))
        return redirect("case", case.number)
    else:
        messages.warning(request, said(Text("请重新选择。", "Choose again.")))
    return redirect("list", intake.number)


def _choose() -> Refused:
    return Refused(
        Problem(
            "form",
            Text("没有选择文件", "no file was chosen"),
            Text("请先选择一个文件", "choose a file first"),
        )
    )


def _bilingual(label: str) -> Text:
    zh, _, en = label.partition(" / ")
    return Text(zh, en)
