"""What every page shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from qixi.registry.queries import unread
from qixi.web.language import spoken
from qixi.web.visitor import visitor


def house(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page needs: language, who looks, whether this is a demonstration."""
    return {
        "language": spoken(),
        "demo": settings.DEMO,
        "visitor": SimpleLazyObject(lambda: visitor(request)),
        "unread": SimpleLazyObject(lambda: unread(visitor(request))),
        "here": request.path,
    }
