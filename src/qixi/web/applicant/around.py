"""What belongs to a case beside its acts: files handed in, papers, who takes part, approvals inside."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qixi.api.downloads import download
from qixi.casework import queries, services
from qixi.casework.domain.files import plain_name
from qixi.casework.queries import papers
from qixi.casework.queries.evidence import evidence_for
from qixi.casework.queries.parties import consent_for, consents_in, entries_in, parties_of, verbs_for_agents
from qixi.core import Text
from qixi.procedures.guide import titles_of_acts
from qixi.registry.queries import names_of
from qixi.web.clock import today
from qixi.web.components.timeline import subject_title
from qixi.web.faults import tried
from qixi.web.language import spoken
from qixi.web.parties import named_party
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import signed_in, visitor


@signed_in
@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Hand in files with a case; each that is not taken is named with the reason."""
    actor = visitor(request)
    queries.row_of(actor, number)
    given = request.FILES.getlist("file")
    if not given:
        messages.warning(request, said(Text("请先选择文件。", "Choose a file first.")))
    for each in given:
        assert isinstance(each, UploadedFile)
        if (each.size or 0) > settings.UPLOAD_MOST:
            most = settings.UPLOAD_MOST // 2**20
            name = plain_name(each.name or "")
            words = Text(f"{name}：文件超过 {most} MB。", f"{name}: the file has more than {most} MB.")
            messages.error(request, said(words))
            continue
        _received(request, number, each.name or "", each.read())
    return redirect("case", number)


@signed_in
@require_POST
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Keep that the reader has opened what was served on it."""
    tried(request, lambda: services.open_papers(visitor(request), number, today()))
    return redirect("case", number)


@signed_in
@require_safe
def file(request: HttpRequest, number: str, evidence: UUID) -> HttpResponse:
    """Serve a file that was handed in, never to be shown as a page of this house."""
    return download(evidence_for(visitor(request), number, evidence, today()))


@signed_in
@require_safe
def whole(request: HttpRequest, number: str) -> HttpResponse:
    """Serve the whole file of a case as PDF."""
    return download(papers.file_for(visitor(request), number, today(), spoken()))


@signed_in
@require_safe
def bundle(request: HttpRequest, number: str) -> HttpResponse:
    """Serve the whole of a case as a ZIP file for programs."""
    return download(papers.bundle_for(visitor(request), number, today(), spoken()))


@signed_in
@require_safe
def paper(request: HttpRequest, number: str, name: str, form: str) -> HttpResponse:
    """Serve a paper that the procedure declares, as PDF or DOCX."""
    if form == "pdf":
        return download(papers.paper_for(visitor(request), number, name, today(), spoken(), "pdf"))
    if form == "docx":
        return download(papers.paper_for(visitor(request), number, name, today(), spoken(), "docx"))
    raise Http404


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def parties(request: HttpRequest, number: str) -> HttpResponse:
    """Show who takes part in a case; its applicant gives mandates and invites co-applicants here."""
    actor = visitor(request)
    view = queries.view(actor, number, today())
    if request.method == "POST":
        tried(request, lambda: _changed(request, number))
        return redirect("parties", number)
    held, asked = list(parties_of(actor, number)), list(consents_in(actor, number))
    entries = list(entries_in(actor, number))
    named = {each.party for each in held} | {each.party for each in asked}
    named |= {each.party for each in entries} | {each.person for each in entries}
    titles = titles_of_acts(view.procedure)
    words = {
        "view": view,
        "title": subject_title(view),
        "held": held,
        "asked": asked,
        "entries": entries,
        "names": names_of(named),
        "verbs": [(verb, titles[verb]) for verb in sorted(verbs_for_agents(view.procedure))],
        "titles": titles,
        "own": actor.parties(),
    }
    return render(request, "qixi/applicant/parties.html", words)


@signed_in
@require_POST
def invitation(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """Answer whether the reader's party joins a case as co-applicant."""
    actor = visitor(request)
    number = consent_for(actor, invitation).case.number
    accepted = request.POST.get("answer") == "yes"
    done = tried(request, lambda: services.answer_invitation(actor, invitation, accepted, today()))
    return redirect("case", number) if accepted and done else redirect("mine")


@signed_in
@require_POST
def proposal(request: HttpRequest, number: str, proposal: UUID) -> HttpResponse:
    """Approve what one's own organisation proposes in a case, send it back, or take it back."""
    actor, day = visitor(request), today()
    ways: dict[str, Callable[[], object]] = {
        "approve": lambda: services.approve(actor, proposal, day),
        "return": lambda: services.return_proposal(actor, proposal, request.POST.get("reason", ""), day),
        "withdraw": lambda: services.withdraw_proposal(actor, proposal),
    }
    way = ways.get(request.POST.get("do", ""))
    if way is None:
        raise Http404
    tried(request, way)
    return redirect("case", number)


def _received(request: HttpRequest, number: str, name: str, content: bytes) -> None:
    way = partial(services.attach, visitor(request), number, name, content, today())
    if tried(request, way, done=False):
        messages.success(request, said(Text(f"已收到：{name}", f"Received: {name}")))


def _changed(request: HttpRequest, number: str) -> object:
    """Change who takes part, as the page's button says."""
    actor, day = visitor(request), today()
    verbs = None if request.POST.get("all") == "yes" else request.POST.getlist("verb")
    ways: dict[str, Callable[[str], object]] = {
        "mandate": lambda party: services.give_mandate(actor, number, party, verbs, day),
        "end": lambda party: services.end_mandate(actor, number, party, day),
        "invite": lambda party: services.invite(actor, number, party, day),
        "uninvite": lambda party: services.withdraw_invitation(actor, number, party, day),
        "leave": lambda party: services.leave(actor, number, day),
    }
    way = ways.get(request.POST.get("do", ""))
    if way is None:
        raise Http404
    return way(named_party(request.POST.get("party", "")))
