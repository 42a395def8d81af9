"""How much there is, by division: each counts what lies in it and below. Read, never written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from qixi.registry.models import Asset, Division, Organisation
from qixi.registry.queries.people import divisions_in, within
from qixi.registry.queries.published import published_needs


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is in a division and below: organisations and assets by kind, published needs."""

    division: Division
    organisations: Mapping[str, int]
    assets: Mapping[str, int]
    needs: int

    @property
    def total(self) -> int:
        """All there is."""
        return sum((*self.organisations.values(), *self.assets.values(), self.needs))

    @property
    def bodies(self) -> int:
        """All verified organisations."""
        return sum(self.organisations.values())

    @property
    def held(self) -> int:
        """All assets."""
        return sum(self.assets.values())


def figures(division: str, today: date) -> tuple[Figures, ...]:
    """Return the figures of a division, and of each of its parts; none where there is no such division."""
    whole = Division.objects.filter(code=division).first()
    if whole is None:
        return ()
    there = divisions_in(division)
    bodies = Organisation.objects.filter(
        standing=Organisation.Standing.VERIFIED, merged_into__isnull=True, division__in=there
    )
    organisations = _counted(bodies, "division", "kind")
    assets = _counted(Asset.objects.filter(division__in=there), "division", "kind")
    needs = _counted(published_needs(today).filter(within("division", [division])), "division")
    return tuple(
        Figures(
            each,
            _by_kind(organisations, each.code),
            _by_kind(assets, each.code),
            _sum(needs, each.code),
        )
        for each in (whole, *whole.parts.order_by("code"))
    )


def _counted(rows: QuerySet[Any], *by: str) -> list[tuple[object, ...]]:
    return list(rows.order_by().values_list(*by).annotate(Count("pk")))


def _by_kind(rows: Iterable[tuple[object, ...]], code: str) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for place, kind, count in rows:
        if str(place).startswith(code):
            found[str(kind)] += int(str(count))
    return found


def _sum(rows: Iterable[tuple[object, ...]], code: str) -> int:
    return sum(int(str(count)) for place, count in rows if str(place).startswith(code))
