"""The room as Django knows it."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Cases."""

    name = "qixi.casework"
    verbose_name = "办理 / casework"

    def ready(self) -> None:
        """Have what cases hold of a person exported."""
        from qixi.casework import personal_records  # noqa: F401, PLC0415  models are there from here on
