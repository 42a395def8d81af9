"""A firm's published need and an asset that it was shown for it, without an engine."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from qixi.casework.effects import perform_waiting
from qixi.casework.services import act_for, open_for
from qixi.market.domain.stock import Stage
from qixi.market.models import Listing, Match, Ranking
from qixi.procedures.catalogue import newest
from qixi.registry.domain.may import Actor
from qixi.registry.models import Asset, PublishedNeed
from qixi.registry.services import enter_asset

NEED = {
    "title": "主轴热误差补偿",
    "problem": "主轴升温后轴向伸长约三十微米，需要在线补偿方法。",
    "way": "licence",
}


def published(
    firm: Actor, party: str, officer: Actor, today: date, division: str = "330106"
) -> PublishedNeed:
    """Let a firm state a need, and an officer publish it."""
    case = open_for(firm, newest("need"), party, division, today).number
    act_for(firm, case, "submit", NEED, today)
    act_for(officer, case, "publish", {}, today)
    perform_waiting()
    return PublishedNeed.objects.get(case=case)


def held(holder: Actor, party: str, today: date, **more: Any) -> Asset:
    """Let a party have an asset in its transfer library."""
    form = {
        "kind": "achievement",
        "title": "主轴热误差在线补偿装置",
        "summary": "补偿后轴向误差小于八微米。",
        "division": "330106",
        "public": True,
        "holders": [{"party": party, "part": "1"}],
    }
    asset = enter_asset(holder, party, form | more, today)
    Listing.objects.create(asset=asset, stage=Stage.TRANSFER, since=today)
    return asset


def shown(need: PublishedNeed, *assets: Asset) -> list[Match]:
    """Let a need have been matched with some assets."""
    now = timezone.now()
    ranking = Ranking.objects.create(
        need=need, seq=need.seq, engine="qixi", snapshot="0" * 12, passed=len(assets), made_at=now
    )
    scores = {"score": 0.8, "business": 0.5, "fit": 0.9, "portfolio": 0.4, "known": 1.0}
    return [
        Match.objects.create(ranking=ranking, need=need, asset=asset, rank=rank, **scores)
        for rank, asset in enumerate(assets, 1)
    ]
