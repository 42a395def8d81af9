"""What every page needs of a request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation


class SpokenLanguage:
    """Speaks the language of the account; without one, that of the cookie or Chinese.

    What a browser asks for does not count: most are set to a language that nobody chose.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language chosen."""
        chosen = request.COOKIES.get("qixi_language")
        if chosen is None and request.user.is_authenticated:
            chosen = request.user.language
        with translation.override("en" if chosen == "en" else "zh-hans"):
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", "en" if chosen == "en" else "zh-Hans")
        return response
