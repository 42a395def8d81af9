"""The room as Django knows it."""

from django.apps import AppConfig


class MarketConfig(AppConfig):
    """What meets."""

    name = "qixi.market"
    verbose_name = "供需 / market"

    def ready(self) -> None:
        """Have lists worked at in the background, and the effects of cases performed here."""
        from qixi.market import effects, personal_records, work  # noqa: F401, PLC0415  models are there
