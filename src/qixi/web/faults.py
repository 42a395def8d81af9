"""What is shown where something went wrong: never a trace, always what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _shown(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "qixi/fault.html", {"status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request could not be read."""
    return _shown(request, 400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that this is not allowed."""
    return _shown(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page."""
    return _shown(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that the fault is on this side, and kept for the operator."""
    return _shown(request, 500)
