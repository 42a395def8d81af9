"""What the commands of the exchange share: Django made ready, only where one of them runs."""

from __future__ import annotations

import os


def ready() -> None:
    """Make settings and rooms of the web side ready; raises Refused for a setting that cannot be used."""
    import django  # noqa: PLC0415  only the commands of the exchange need it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qixi.settings")
    django.setup()
