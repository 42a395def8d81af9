"""The room as Django knows it."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages."""

    name = "qixi.web"
    label = "qixi_web"
    verbose_name = "网页 / web"
