"""Organisations that may be one under two names, for officers to look at: read, never written."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from qixi.registry.domain.may import Actor
from qixi.registry.domain.names import name_key, openings
from qixi.registry.models import Entry, Organisation
from qixi.registry.queries.people import within


def organisations_visible_to(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations an actor may see: its own, those of its divisions, as an operator all."""
    if actor.operator:
        return Organisation.objects.all()
    own = Q(number__in=actor.parties() - {actor.number})
    return Organisation.objects.filter(own | within("division__code", actor.divisions))


def likely_variants(actor: Actor, organisation: Organisation) -> QuerySet[Organisation]:
    """Return what an officer may look at as another name of an organisation: spelt alike, or with a part.

    What has a credit code of its own is another body.
    """
    key = organisation.name_key
    alike = Q(name_key=key) | Q(name_key__startswith=key) | Q(name_key__in=list(openings(key)))
    found = organisations_visible_to(actor).filter(alike, merged_into__isnull=True)
    if organisation.credit_code:
        found = found.filter(credit_code__isnull=True)
    return found.exclude(pk=organisation.pk).order_by("name", "id")


def named_like(actor: Actor, name: str) -> QuerySet[Organisation]:
    """Return the organisations an actor may see whose name is spelt like one, or begins or ends alike."""
    key = name_key(name)
    if not key:
        return Organisation.objects.none()
    return organisations_visible_to(actor).filter(name_key__contains=key).order_by("name", "id")


def history_of(actor: Actor, organisation: Organisation) -> QuerySet[Entry]:
    """Return what was done about an organisation beside its cases; nothing to whoever may not see it."""
    if not organisations_visible_to(actor).filter(pk=organisation.pk).exists():
        return Entry.objects.none()
    return Entry.objects.filter(kind__in=["organisation", "post"], number=str(organisation.number))
