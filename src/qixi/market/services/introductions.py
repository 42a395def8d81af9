"""Introducing firms to the holders of what they were shown, and posting the money that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from qixi.casework.models import Case
from qixi.casework.queries import visible_to
from qixi.casework.services import open_for
from qixi.core import Text
from qixi.market.models import Amount, Introduction, Match
from qixi.market.queries.introductions import CODE, open_case_of
from qixi.market.queries.offers import matches_of_need, need_shown
from qixi.procedures.catalogue import newest
from qixi.procedures.effects import Cause
from qixi.registry.domain.may import Actor
from qixi.registry.services.entries import refused


def ask(actor: Actor, case: str, asset: str, today: date) -> Case:
    """Begin the case by which the firm of a need asks to meet the holder of an asset it was shown.

    An officer does so for the firm. Where such a case is open and the actor may know of it, it is returned:
    of two who ask at once, both get the same. Raises Refused for what was not shown to the actor.
    """
    need = need_shown(case, today)
    shown = matches_of_need(actor, need).filter(asset__number=asset).first()
    if shown is None:
        raise refused(Text("该成果不在本需求的匹配结果中", "this was not shown for the need"))
    if shown.asset.lead == need.party:
        raise refused(Text("该成果由本企业自己持有", "the firm holds this itself"))
    with transaction.atomic():
        found = _introduction(shown)
        begun = open_case_of(found)
        if begun is not None and _may_know(actor, begun):
            return begun
        begun = open_for(actor, newest(CODE), need.party, need.division, today, str(found.number))
        Introduction.objects.filter(pk=found.pk).update(
            case=begun.number, rank=shown.rank, score=shown.score, snapshot=shown.ranking.snapshot
        )
        return begun


def _introduction(shown: Match) -> Introduction:
    """Return the introduction of a match, locked: it is kept from the first time that somebody asks."""
    told = {"rank": shown.rank, "score": shown.score, "snapshot": shown.ranking.snapshot}
    found, _ = Introduction.objects.get_or_create(need=shown.need, asset=shown.asset, defaults=told)
    return Introduction.objects.select_for_update().get(pk=found.pk)


def _may_know(actor: Actor, begun: Case) -> bool:
    return visible_to(actor).filter(pk=begun.pk).exists()


def post(cause: Cause, content: Mapping[str, Any]) -> None:
    """Post an amount, once however often that is done."""
    stated = {name: content[name] for name in ("kind", "yuan", "on", "paper", "party")}
    Amount.objects.get_or_create(
        key=cause.key, defaults={"case": cause.case, "division": cause.division, **stated}
    )
