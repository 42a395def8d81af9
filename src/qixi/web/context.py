"""What every page shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from qixi.web.language import spoken


def house(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of a page needs: its language, and whether this is a demonstration."""
    return {"language": spoken(), "demo": settings.DEMO}
