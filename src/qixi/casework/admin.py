"""Cases for operators: where they stand and whether their effects were performed, never what is in them.

Whoever runs the service is no party of a case: what was filled in stays with its parties and officers, and
nothing is changed here.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from qixi.casework import models
from qixi.registry.admin import ReadOnly


@admin.register(models.Case)
class CaseAdmin(ReadOnly):
    """Where cases stand."""

    list_display: ClassVar = ["number", "code", "version", "division", "step", "phase", "outcome", "due_on"]
    list_filter: ClassVar = ["code", "phase", "outcome"]
    search_fields: ClassVar = ["number"]


@admin.register(models.Event)
class EventAdmin(ReadOnly):
    """What happened, without what was filled in."""

    list_display: ClassVar = ["case", "seq", "verb", "role", "on", "step", "to"]
    list_filter: ClassVar = ["verb", "role"]
    list_select_related: ClassVar = ["case"]
    search_fields: ClassVar = ["case__number"]
    exclude: ClassVar = ["data"]


@admin.register(models.Holding)
class HoldingAdmin(ReadOnly):
    """Who has a role in which case, by number."""

    list_display: ClassVar = ["case", "role", "party", "ended_on"]
    list_filter: ClassVar = ["role"]
    list_select_related: ClassVar = ["case"]
    search_fields: ClassVar = ["case__number", "party"]


@admin.register(models.Outbox)
class OutboxAdmin(ReadOnly):
    """What waits to be performed, or failed, without its content."""

    list_display: ClassVar = ["event", "kind", "performed_at", "tries", "failure"]
    list_filter: ClassVar = ["kind", ("performed_at", admin.EmptyFieldListFilter)]
    list_select_related: ClassVar = ["event__case"]
    search_fields: ClassVar = ["event__case__number"]
    exclude: ClassVar = ["content"]
