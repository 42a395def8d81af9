"""Files as they are sent: as attachments, so that no browser shows one as a page, and kept by no cache."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from qixi.casework.queries.papers import Made

BINARY: dict[str, Any] = {
    "responses": {
        200: {
            "description": "OK",
            "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}
"""What the OpenAPI document says of an operation that sends a file."""


def download(made: Made) -> HttpResponse:
    """Return a file to be kept by whoever asked for it."""
    answer = HttpResponse(made.content, content_type=made.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, made.name) or "attachment"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
