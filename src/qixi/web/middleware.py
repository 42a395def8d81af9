"""What every page needs of a request."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from qixi.web.language import COOKIE


class SpokenLanguage:
    """Speaks the language that was chosen in this browser; else that of the account, else Chinese.

    What a browser asks for does not count: most are set to a language that nobody chose.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language chosen."""
        chosen = request.COOKIES.get(COOKIE)
        if chosen is None and request.user.is_authenticated:
            chosen = request.user.language
        with translation.override("en" if chosen == "en" else "zh-hans"):
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", "en" if chosen == "en" else "zh-Hans")
        return response


class Legible:
    """Takes no NUL characters from a page's address or form: no hand types them, and no database keeps them.

    Programs are answered by their own door, in their own words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Refuse what cannot be kept."""
        if request.path_info.startswith("/api/"):
            return
        for sent in (request.GET, request.POST):
            if any("\x00" in value for _, values in sent.lists() for value in values):
                raise BadRequest
