"""The room as Django knows it."""

from django.apps import AppConfig

from qixi.policy import default_calendar, default_parameters


class RegistryConfig(AppConfig):
    """The registers."""

    name = "qixi.registry"
    verbose_name = "登记 / registry"

    def ready(self) -> None:
        """Have the effects of cases performed here, and personal data exported and forgotten.

        Rules are read at once: whoever runs the service hears what is wrong with its own before it serves.
        """
        from qixi.registry import effects, personal_records  # noqa: F401, PLC0415  models are there from here on

        default_parameters()
        default_calendar()
