"""Writing licences, pledges and preservations: none beside another that bars it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from qixi.core import Text
from qixi.procedures.forms import filled
from qixi.registry.domain.asset import AssetKind, EncumbranceForm
from qixi.registry.domain.encumbrances import ALONE, LICENCES, Burden, Burdened, barred
from qixi.registry.domain.may import Actor, Verb
from qixi.registry.models import Asset, Encumbrance, Share
from qixi.registry.queries.assets import burdens_of, on_day
from qixi.registry.queries.people import as_number, is_party
from qixi.registry.services.assets import locked
from qixi.registry.services.entries import entered, refused


def encumber(
    actor: Actor, number: str, data: Mapping[str, Any], today: date, seen: int | None = None
) -> Encumbrance:
    """Enter a licence or a pledge as a holder, or, as an officer, what an authority preserves.

    Where there are several holders, one alone enters an ordinary licence; what binds them all comes from a
    case in which they consent. Raises Refused where something bars it.
    """
    form = _filled(data)
    with transaction.atomic():
        verb = Verb.PRESERVE if form.kind is Burden.CUSTODY else Verb.DEAL
        asset = locked(actor, verb, number, today, seen)
        held = asset.shares.filter(on_day(today))
        own = Q(party__in=actor.verified | {actor.number}, standing=Share.Standing.CONFIRMED)
        if verb is Verb.DEAL and not held.filter(own).exists():
            raise refused(Text("您没有已确认的份额", "you hold no confirmed share"))
        if verb is Verb.DEAL and form.kind not in ALONE and held.exclude(own).exists():
            raise refused(
                Text(
                    "有其他共有人或份额未确认，须经全体共有人同意",
                    "there are other holders, or a share is not confirmed: all of them must consent",
                )
            )
        return _enter(asset, form, actor.number, today)


def encumber_by_case(cause: str, number: str, data: Mapping[str, Any], today: date) -> None:
    """Enter what a case has decided, once for each `cause`."""
    form = _filled(data)
    with transaction.atomic():
        asset = Asset.objects.select_for_update().get(number=as_number(number))
        if not Encumbrance.objects.filter(cause=cause).exists():
            _enter(asset, form, "", today, cause)


def release(actor: Actor, number: str, reason: str, today: date) -> None:
    """End a licence or pledge with a day, as whoever has it or, for what is preserved, as an officer.

    A holder cannot end what it has granted; an open licence it withdraws, which leaves those taken before.
    """
    with transaction.atomic():
        held = Encumbrance.objects.select_related("asset").filter(number=as_number(number)).first()
        asset_number = str(held.asset.number) if held is not None else ""
        custody = held is not None and held.kind == Burden.CUSTODY
        open_to_all = held is not None and held.kind == Burden.OPEN
        verb = Verb.PRESERVE if custody else Verb.DEAL if open_to_all else Verb.SEE_CONFIDENTIAL
        locked(actor, verb, asset_number, today)
        if held is None or (held.until is not None and held.until < today):
            raise refused(Text("没有这项负担，或已结束", "there is no such right, or it has ended"))
        if verb is Verb.SEE_CONFIDENTIAL and held.party not in actor.verified | {actor.number}:
            raise refused(Text("须由权利人办理解除", "whoever has that right releases it"))
        if not reason.strip():
            raise refused(Text("请写明解除依据", "say what the release rests on"))
        _end(held, actor.number, reason, today)


def release_by_case(case: str, number: str, today: date) -> None:
    """End the encumbrance that is named, or all that the case entered; what has ended already stays so."""
    with transaction.atomic():
        meant = Q(number=as_number(number)) if number else Q(cause__startswith=f"{case}#")
        for held in Encumbrance.objects.select_for_update(of=("self",)).filter(meant).select_related("asset"):
            if held.until is None or held.until > today:
                _end(held, "", case, today)


def _enter(
    asset: Asset, form: EncumbranceForm, person: str, today: date, cause: str | None = None
) -> Encumbrance:
    party = str(as_number(form.party)) if form.party else ""
    if form.kind not in {Burden.OPEN, Burden.CUSTODY} and not is_party(party):
        raise refused(Text("请填写被许可人或质权人", "say who the licensee or pledgee is"))
    if form.kind is Burden.OPEN and asset.kind != AssetKind.PATENT:
        raise refused(Text("只有已授权的专利可以开放许可", "only a granted patent is licensed openly"))
    if form.kind in LICENCES and asset.shares.filter(on_day(form.since), party=party).exists():
        raise refused(Text("持有人不必许可给自己", "a holder needs no licence"))
    new = Burdened(form.kind, form.since, form.until, form.territory)
    reasons = barred(new, burdens_of(asset), consent=form.consent)
    if reasons:
        raise refused(*reasons)
    made = Encumbrance.objects.create(
        asset=asset,
        kind=form.kind.value,
        party="" if form.kind is Burden.OPEN else party,
        territory=form.territory,
        since=form.since,
        until=form.until,
        basis=form.basis,
        cause=cause,
    )
    entered(
        "asset",
        asset.number,
        "encumber",
        person,
        today,
        encumbrance=str(made.number),
        kind=form.kind.value,
        consent=form.consent,
    )
    return made


def _end(held: Encumbrance, person: str, reason: str, today: date) -> None:
    held.until = max(today, held.since)
    held.save(update_fields=["until"])
    entered("asset", held.asset.number, "release", person, today, encumbrance=str(held.number), reason=reason)


def _filled(data: Mapping[str, Any]) -> EncumbranceForm:
    form = filled(EncumbranceForm, data)
    assert isinstance(form, EncumbranceForm)
    return form
