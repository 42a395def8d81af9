"""Versions of procedures: what would become of open cases under another, and moving them there and back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from qixi.casework.queries.versions import moves, open_under, rehearsed
from qixi.casework.services import rebase
from qixi.core import Refused, Text
from qixi.procedures.catalogue import catalogue
from qixi.registry.queries import names_of
from qixi.web.clock import today
from qixi.web.faults import told
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import for_operators, visitor

_LATEST = 50


@for_operators
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """List the procedures with their versions, and how many open cases run under each."""
    found = [
        (code, [(number, catalogue().get((code, number)), count) for number, count in counts.items()])
        for code, counts in open_under().items()
    ]
    return render(request, "qixi/office/versions.html", {"found": found})


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Show what would become of open cases under a version; those ticked are moved there."""
    target = catalogue().get((code, version))
    if target is None:
        raise Http404
    if request.method == "POST":
        _moved(request, version)
        return redirect("version", code, version)
    latest = list(moves(code)[:_LATEST])
    words = {
        "procedure": target,
        "found": rehearsed(target),
        "moves": latest,
        "names": names_of(each.person for each in latest),
    }
    return render(request, "qixi/office/version.html", words)


def _moved(request: HttpRequest, version: int) -> None:
    """Move the cases that were ticked, each for itself, and say what came of it."""
    count = 0
    for number in dict.fromkeys(request.POST.getlist("case")):
        try:
            rebase(visitor(request), number, version, today())
        except Refused as refused:
            messages.warning(request, number)
            told(request, refused)
        else:
            count += 1
    words = Text(f"{count} 个案件改用第 {version} 版。", f"{count} cases are under version {version} now.")
    messages.success(request, said(words))
