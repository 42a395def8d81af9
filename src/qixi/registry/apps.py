"""The room as Django knows it."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """The registers."""

    name = "qixi.registry"
    verbose_name = "登记 / registry"
