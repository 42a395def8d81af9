"""What every page needs of a request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import add_never_cache_headers

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


class Bounded:
    """Takes no body that is longer than what may be handed in, or of unknown length, before it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say that it is too long; the rest of the house could only say so afterwards."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_chunked = "HTTP_TRANSFER_ENCODING" in request.META
        if is_chunked or not (length.isascii() and length.isdigit()):
            return _turned_away(411, "请说明内容的长度。 / Say how long the content is.")
        if int(length) > settings.BODY_MOST:
            most = settings.BODY_MOST // 2**20
            words = (
                f"一次最多提交 {most} MB，请分次上传。 / At most {most} MB at once: send files one by one."
            )
            return _turned_away(413, words)
        return self._get_response(request)


class Private:
    """Keeps what is shown to people who signed in out of every cache, their own browser's too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and say that the answer is not to be kept."""
        signed_in = request.user.is_authenticated
        answer = self._get_response(request)
        if signed_in or request.user.is_authenticated:
            add_never_cache_headers(answer)
            answer.headers["Cache-Control"] = "private, no-store"
        return answer


def _turned_away(status: int, words: str) -> HttpResponse:
    """Answer in plain words: of whoever asks, nothing was read yet."""
    answer = HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)
    answer.headers["Connection"] = "close"
    return answer


class Legible:
    """Takes no NUL characters from a page's address, form or cookies: no database keeps them.

    Programs are answered by their own door, in their own words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request pass, unless a cookie or a header would break what looks it up."""
        if any("\x00" in value for value in (*request.COOKIES.values(), *request.headers.values())):
            return _turned_away(400, "请求无法识别。 / This request could not be read.")
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Refuse what cannot be kept."""
        if request.path_info.startswith("/api/"):
            return
        for sent in (request.GET, request.POST):
            if any("\x00" in value for _, values in sent.lists() for value in values):
                raise BadRequest
