"""A demonstration lets anybody in as one of its invented people; any other service knows no such page."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from qixi.registry.demo import ACCOUNTS, person_called

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """Show the accounts of each role, and let the reader in as one of them by a click."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        person = person_called(request.POST.get("account", ""))
        if person is None:
            raise Http404
        login(request, person, backend=_BACKEND)
        return redirect("home")
    return render(request, "qixi/public/demo.html", {"accounts": ACCOUNTS})
