"""What is on offer, what matches what, and who may see it: read, never written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from qixi.core import Need, Problem, Refused, Text
from qixi.market import index
from qixi.market.domain.stock import Stage
from qixi.market.models import Match, Opinion
from qixi.market.queries.records import on_offer
from qixi.match.facets import Filters
from qixi.match.taxonomy import normal_symbol
from qixi.registry.domain.may import Actor
from qixi.registry.models import Asset, PublishedNeed
from qixi.registry.queries.published import published_needs

SHOWN = 100
"""Assets that a search shows at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: words, and the beginning of an IPC symbol and of a division."""

    words: str = ""
    ipc: str = ""
    division: str = ""

    @property
    def filters(self) -> Filters:
        """The symbol as the engine filters by it; what is no symbol filters nothing."""
        return Filters(ipc=(self.ipc,)) if self.ipc and normal_symbol(self.ipc) is not None else Filters()


def found(wanted: Wanted, today: date) -> list[tuple[Asset, tuple[Text, ...]]]:
    """Return the assets on offer that answer some words, the best first, with reasons."""
    answer = index.search(Need("asked", "", wanted.words), wanted.filters, SHOWN)
    told = [index.told(each).reasons for each in answer.found.explanations]
    told += [(each,) for each in answer.brief]
    numbers = [each.asset_id for each in answer.found.ranking.matches]
    there = {str(each.number): each for each in on_offer(today).filter(number__in=numbers)}
    return [
        (there[number], reasons)
        for number, reasons in zip(numbers, told, strict=True)
        if number in there and there[number].division_id.startswith(wanted.division)
    ]


def browsed(wanted: Wanted, today: date) -> QuerySet[Asset]:
    """Return what is on offer in a division, the latest first."""
    return (
        on_offer(today).filter(division__code__startswith=wanted.division).order_by("-listing__since", "-id")
    )


def offered(number: UUID, today: date) -> Asset:
    """Return an asset on offer; raises Refused for any other, as for none."""
    asset = on_offer(today).filter(number=number).first()
    if asset is None:
        raise _missing()
    return asset


def need_shown(case: str, today: date) -> PublishedNeed:
    """Return a need that everybody may read; raises Refused for any other, as for none."""
    need = published_needs(today).filter(case=case).first()
    if need is None:
        raise _missing()
    return need


def matches_of_need(actor: Actor, need: PublishedNeed) -> QuerySet[Match]:
    """Return the matches of a need that an actor may see, the best first.

    Its firm and the officers of its division see all that is on offer still; a holder sees its own.
    """
    offered = Match.objects.filter(need=need, asset__public=True, asset__listing__isnull=False)
    found = offered.exclude(asset__listing__stage=Stage.BASE).select_related(
        "asset__listing", "asset__patent", "asset__division", "ranking"
    )
    if need.party in actor.parties() or actor.is_officer_of(need.division):
        return found
    return found.filter(asset__lead__in=actor.parties())


def matches_of_asset(actor: Actor, asset: Asset, today: date) -> QuerySet[Match]:
    """Return the published needs that an asset may answer, as far as an actor may see the match, best first.

    Its lead and the officers of its division see all, a firm those of its own needs.
    """
    found = Match.objects.filter(asset=asset, need__in=published_needs(today)).select_related("need")
    found = found.order_by("-score", "need_id")
    if asset.lead in actor.parties() or actor.is_officer_of(asset.division_id):
        return found
    return found.filter(need__party__in=actor.parties())


def opinions_on(actor: Actor, need: PublishedNeed) -> dict[int, Opinion]:
    """Return how its firm graded assets for a need, by asset, for the firm, officers and the holder."""
    seen = Q(need=need)
    if need.party not in actor.parties() and not actor.is_officer_of(need.division):
        seen &= Q(asset__lead__in=actor.parties())
    return {each.asset_id: each for each in Opinion.objects.filter(seen)}


def _missing() -> Refused:
    return Refused(
        Problem(
            "missing", Text("没有这条记录", "there is no such record"), Text("请核对链接", "check the link")
        )
    )
