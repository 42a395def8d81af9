"""The room as Django knows it."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The registers."""

    name = "qixi.registry"
    verbose_name = "登记 / registry"

    def ready(self) -> None:
        """Have the effects of cases performed here, and personal data exported and forgotten."""
        from qixi.registry import effects, remembered  # noqa: F401, PLC0415  models are there from here on
