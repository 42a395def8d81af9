"""Matching published needs with what is on offer, and firms' grades of what they were shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from qixi import __version__
from qixi.core import Text
from qixi.market import index
from qixi.market.domain.grades import GradeForm
from qixi.market.models import Match, Opinion, Ranking
from qixi.market.queries.records import need_record
from qixi.procedures.forms import filled
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.models import Asset, PublishedNeed
from qixi.registry.queries.published import published_needs
from qixi.registry.services.entries import entered, permit, refused, stale

TOP = 50
"""Matches that are kept of each need."""
EXPLAINED = 20
"""Of these, the best ones that get full reasons."""
_PAUSE = timedelta(minutes=10)


def unmatched(today: date, now: datetime) -> QuerySet[PublishedNeed]:
    """Return the published needs that are to be matched, those that never were first.

    One that was is matched again when it is published anew, or what is on offer has changed and it has
    not been for a while.
    """
    changed = ~Q(ranking__snapshot=index.newest_snapshot()) & Q(ranking__made_at__lt=now - _PAUSE)
    stale = Q(ranking__isnull=True) | ~Q(ranking__seq=F("seq")) | changed
    return published_needs(today).filter(stale).order_by(F("ranking__made_at").asc(nulls_first=True), "id")


def match(need: PublishedNeed, now: datetime) -> Ranking:
    """Match a need with what is on offer, and keep its best assets with reasons in place of those before."""
    record = need_record(need)
    answer = index.search(record, top=TOP, explain=EXPLAINED)
    found = answer.found
    told = [(each.reasons, _both(each.suggestion)) for each in map(index.told, found.explanations)]
    told += [((each,), {}) for each in answer.brief]
    assets = {
        str(each.number): each
        for each in Asset.objects.filter(number__in=[m.asset_id for m in found.ranking.matches])
    }
    with transaction.atomic():
        PublishedNeed.objects.select_for_update().get(pk=need.pk)
        Ranking.objects.filter(need=need).delete()
        ranking = Ranking.objects.create(
            need=need,
            seq=need.seq,
            engine=f"qixi {__version__}",
            snapshot=answer.snapshot,
            passed=found.passed,
            made_at=now,
        )
        Match.objects.bulk_create(
            Match(
                ranking=ranking,
                need=need,
                asset=assets[each.asset_id],
                rank=each.rank,
                score=each.score,
                business=each.business,
                fit=each.need,
                portfolio=each.portfolio,
                known=each.known,
                reasons=[_both(reason) for reason in reasons],
                suggestion=suggestion,
            )
            for each, (reasons, suggestion) in zip(found.ranking.matches, told, strict=True)
            if each.asset_id in assets
        )
    return ranking


def grade(
    actor: Actor, case: str, asset: str, data: Mapping[str, Any], today: date, version: int = 0
) -> Opinion:
    """Say for a firm how an asset that it was shown for its need is graded; `version` is what it saw of it.

    Raises Refused where the need is not the actor's firm's, the asset was not shown, or somebody of the
    firm has said something else since.
    """
    form = filled(GradeForm, data)
    assert isinstance(form, GradeForm)
    need = PublishedNeed.objects.filter(case=case).first()
    own = Subject(Kind.NEED, case, need.division if need else "", frozenset({need.party} if need else ()))
    permit(actor, Verb.EDIT, own)
    shown = Match.objects.select_related("ranking").filter(need=need, asset__number=asset).first()
    if need is None or shown is None:
        raise refused(Text("该成果不在本需求的匹配结果中", "this was not shown for the need"))
    said: dict[str, Any] = form.model_dump() | {
        "person": actor.number,
        "rank": shown.rank,
        "score": shown.score,
        "snapshot": shown.ranking.snapshot,
        "on": today,
    }
    try:
        with transaction.atomic():
            before = Opinion.objects.select_for_update().filter(
                need=need, asset=shown.asset, party=need.party
            )
            opinion = before.first()
            if (opinion.version if opinion else 0) != version:
                raise stale(_MEANWHILE)
            if opinion is None:
                opinion = Opinion.objects.create(need=need, asset=shown.asset, party=need.party, **said)
            else:
                before.update(version=version + 1, **said)
                opinion.refresh_from_db()
            entered("need", case, "grade", actor.number, today, asset=asset, **form.model_dump())
            return opinion
    except IntegrityError:
        raise stale(_MEANWHILE) from None


_MEANWHILE = Text("同事刚刚作了评价", "somebody of your firm has just graded it")


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
