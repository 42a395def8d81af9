"""The reader's language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from qixi.core.text import Language

COOKIE = "qixi_language"
_YEAR = 366 * 24 * 60 * 60


def spoken() -> Language:
    """Return the language of the request: Chinese unless English was asked for."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def remember(answer: HttpResponse, chosen: str, request: HttpRequest) -> HttpResponse:
    """Keep the language that was chosen in the reader's browser, and return the answer."""
    language = "en" if chosen == "en" else "zh"
    answer.set_cookie(COOKIE, language, max_age=_YEAR, samesite="Lax", secure=request.is_secure())
    return answer
