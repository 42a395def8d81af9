"""How the work in the background goes, and what was given up."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qixi.casework.queries.work import failures, progress, stopped
from qixi.casework.services import try_again
from qixi.core import Text
from qixi.web.clock import today
from qixi.web.templatetags.qixi import said
from qixi.web.visitor import for_operators, visitor

_ON_A_PAGE = 50


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def work(request: HttpRequest) -> HttpResponse:
    """Show what waits, what failed and why; what was given up is tried again by a button."""
    actor = visitor(request)
    if request.method == "POST":
        count = try_again(actor)
        messages.success(request, said(Text(f"{count} 项将重试。", f"{count} will be tried again.")))
        return redirect("work")
    page = Paginator(failures(actor), _ON_A_PAGE).get_page(request.GET.get("page"))
    words = {"progress": progress(actor, today()), "page": page, "stopped": stopped(actor)[:_ON_A_PAGE]}
    return render(request, "qixi/office/work.html", words)
