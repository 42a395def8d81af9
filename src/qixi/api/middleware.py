"""What holds for every answer to a program, also where it never reached an operation."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from qixi.api.problems import MEDIA_TYPE, by_status, problem

ROOT = "/api/"
_UPLOADS = re.compile(r"/api/cases/[^/]+/files")
"""Where a file is handed in, which is no JSON."""


class ProblemsOnly:
    """Says every failure under /api/ as problem+json, keeps answers out of caches, and tells what is left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, where the path is a program's."""
        if not request.path_info.startswith(ROOT):
            return self._get_response(request)
        if _carries(request) and request.content_type != _type_for(request.path_info):
            return problem(request, "media-type")
        answer = self._get_response(request)
        if answer.status_code >= 400 and answer.headers.get("Content-Type") != MEDIA_TYPE:
            kept = {name: answer.headers[name] for name in ("Allow",) if name in answer.headers}
            answer = by_status(request, answer.status_code, kept)
        allowance = getattr(request, "allowance", None)
        if allowance is not None:
            for name, value in allowance.headers().items():
                answer.headers[name] = value
        answer.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(answer, ["Accept-Language", "Authorization", "Cookie"])
        return answer


def _type_for(path: str) -> str:
    return "multipart/form-data" if _UPLOADS.fullmatch(path) else "application/json"


def _carries(request: HttpRequest) -> bool:
    return request.META.get("CONTENT_LENGTH") not in {None, "", "0"}
