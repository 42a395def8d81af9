"""The room as Django knows it."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Cases."""

    name = "qixi.casework"
    verbose_name = "办理 / casework"
