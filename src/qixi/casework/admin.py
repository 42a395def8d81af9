"""Cases for operators: where they stand and whether their effects were performed, never what is in them.

Whoever runs the service is no party of a case: what was filled in stays with its parties and officers, and
nothing is changed here.
"""

from __future__ import annotations

from django.contrib import admin

from qixi.casework import models
from qixi.registry.admin import ReadOnly


@admin.register(models.Case)
class CaseAdmin(ReadOnly):
    """Where cases stand."""

    list_display = ("number", "code", "version", "division", "step", "phase", "outcome", "due_on")
    list_filter = ("code", "phase")
    search_fields = ("number",)


@admin.register(models.Event)
class EventAdmin(ReadOnly):
    """What happened, without what was filled in."""

    list_display = ("case", "seq", "verb", "role", "on", "step", "to")
    list_filter = ("verb", "role")
    list_select_related = ("case",)
    search_fields = ("case__number",)
    exclude = ("data",)


@admin.register(models.Holding)
class HoldingAdmin(ReadOnly):
    """Who has a role in which case, by number."""

    list_display = ("case", "role", "party", "ended_on")
    list_filter = ("role",)
    list_select_related = ("case",)
    search_fields = ("case__number", "party")


@admin.register(models.Outbox)
class OutboxAdmin(ReadOnly):
    """What waits to be performed, or failed, without its content."""

    list_display = ("event", "kind", "performed_at", "tries", "failure")
    list_filter = ("kind", ("performed_at", admin.EmptyFieldListFilter))
    list_select_related = ("event__case",)
    search_fields = ("event__case__number",)
    exclude = ("content",)
