"""The clocks that cost money of all patents that somebody looks after: read, never written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from qixi.market.domain.clocks import Burdening, Clock, Held, clocks_of, months_after
from qixi.policy import default_parameters
from qixi.registry.domain.asset import PATENTS, Status
from qixi.registry.domain.encumbrances import Burden
from qixi.registry.domain.may import Actor
from qixi.registry.models import Asset, Encumbrance, Right
from qixi.registry.queries.assets import on_day
from qixi.registry.queries.people import within

AHEAD = 12
"""Months ahead for which clocks are shown."""


@dataclass(frozen=True, slots=True)
class Running:
    """A clock, and the asset it runs on."""

    asset: Asset
    clock: Clock
    left: int


def looked_after(actor: Actor, today: date) -> QuerySet[Asset]:
    """Return the patents that an actor's organisations lead, or that lie in its divisions."""
    own = Q(lead__in=actor.parties()) | within("division__code", actor.divisions)
    return (
        Asset.objects.filter(own, kind__in=PATENTS)
        .select_related("patent")
        .prefetch_related(
            Prefetch("rights", Right.objects.filter(on_day(today)), to_attr="standing_now"),
            Prefetch("encumbrances", Encumbrance.objects.all(), to_attr="burdens"),
        )
    )


def running(actor: Actor, today: date) -> list[Running]:
    """Return the clocks of an actor's patents that run out within a year, the next one first."""
    until = months_after(today, AHEAD)
    found = [
        Running(asset, clock, (clock.due - today).days)
        for asset in looked_after(actor, today).iterator(chunk_size=2_000)
        for clock in _clocks(asset, today)
        if clock.due <= until
    ]
    return sorted(found, key=lambda each: (each.clock.due, each.asset.pk))


def _clocks(asset: Asset, today: date) -> Iterator[Clock]:
    rights, burdens = vars(asset)["standing_now"], vars(asset)["burdens"]
    patent = getattr(asset, "patent", None)
    held = Held(
        sort=_sort(asset.register_number),
        filed_on=asset.filed_on,
        granted_on=patent.granted_on if patent else None,
        fee_due_on=patent.fee_due_on if patent else None,
        publicly_funded=patent.publicly_funded if patent else None,
        in_force=bool(rights) and rights[0].status == Status.IN_FORCE,
        burdens=tuple(Burdening(Burden(each.kind), each.since, each.until) for each in burdens),
    )
    yield from clocks_of(held, default_parameters().on(today, asset.division_id), today)


def _sort(number: str) -> str:
    """Return the place of a Chinese application number that says what is protected, empty for others."""
    stem, _, check = number.removeprefix("CN").partition(".")
    if not (number.startswith("CN") and check and stem.isdigit()):
        return ""
    return stem[4] if len(stem) == 12 else stem[2]
