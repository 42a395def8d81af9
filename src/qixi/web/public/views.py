"""The front page, and whether the service is well."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Show what can be done here."""
    return render(request, "qixi/home.html")


def healthy(request: HttpRequest) -> HttpResponse:
    """Say that the service and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
