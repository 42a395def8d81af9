"""The room as Django knows it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Interface for programs."""

    name = "qixi.api"
    label = "qixi_api"
    verbose_name = "接口 / api"
