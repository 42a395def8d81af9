"""The day that pages work with; services and queries are given it and never ask."""

from __future__ import annotations

from datetime import date

from django.utils import timezone


def today() -> date:
    """Return today's date where the service is."""
    return timezone.localdate()
