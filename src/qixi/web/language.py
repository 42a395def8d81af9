"""The reader's language."""

from __future__ import annotations

from django.utils.translation import get_language

from qixi.core.text import Language


def spoken() -> Language:
    """Return the language of the request: Chinese unless English was asked for."""
    return "en" if (get_language() or "").startswith("en") else "zh"
