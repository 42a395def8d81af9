"""The addresses of pages."""

from __future__ import annotations

from django.urls import path

from qixi.web.public import views as public

urlpatterns = [
    path("", public.home, name="home"),
    path("healthz", public.healthy, name="healthy"),
]
