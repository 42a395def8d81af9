"""Writing shares: confirmed, disputed, claimed, transferred; on every day they make one whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction

from qixi.core import Text
from qixi.procedures.forms import filled
from qixi.registry.domain.asset import ClaimForm, TransferForm, register_number
from qixi.registry.domain.encumbrances import Burden
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.domain.shares import fraction
from qixi.registry.models import Asset, Share
from qixi.registry.queries.assets import on_day
from qixi.registry.services.assets import ask_to_confirm, known_party, locked, made_share, shares_of
from qixi.registry.services.entries import entered, permit, refused
from qixi.registry.services.messages import tell


def confirm_holding(actor: Actor, number: str, party: str, today: date) -> None:
    """Confirm the share that a party holds, as that party."""
    _say(actor, number, party, Share.Standing.CONFIRMED, "", today)


def dispute_holding(actor: Actor, number: str, party: str, reason: str, today: date) -> None:
    """Dispute the share that a party is said to hold, as a holder, with the reason."""
    if not reason.strip():
        raise refused(Text("请写明异议理由", "say why it is disputed"))
    _say(actor, number, party, Share.Standing.DISPUTED, reason, today)


def claim_holding(actor: Actor, party: str, data: Mapping[str, Any], today: date) -> None:
    """Claim a part in what others have entered under a number; its lead editor is told, the claimant nothing.

    Whoever claims learns no more than that the claim was written down. `data` fills in ClaimForm.
    """
    form = filled(ClaimForm, data)
    assert isinstance(form, ClaimForm)
    permit(actor, Verb.OPEN, Subject(Kind.ASSET, holders=frozenset({party}) - {actor.number}))
    _, key = register_number(form.kind, form.number)
    with transaction.atomic():
        asset = Asset.objects.filter(key=key).first()
        if asset is not None:
            made = entered(
                "asset", asset.number, "claim", actor.number, today, party=party, reason=form.reason
            )
            tell(
                asset.lead,
                Text(f"有人对“{asset.title}”提出权属主张", f"Somebody claims a part in “{asset.title}”"),
                "",
                f"claim {made.pk}",
                "asset",
            )


def transfer_share(
    actor: Actor, number: str, data: Mapping[str, Any], today: date, seen: int | None = None
) -> None:
    """Transfer a holder's share, or a part of it, as that holder; the receiver then confirms it.

    Raises Refused where the share is not confirmed or the asset is pledged or preserved by an authority.
    """
    form = filled(TransferForm, data)
    assert isinstance(form, TransferForm)
    part, receiver = fraction(form.part), known_party(form.receiver)
    with transaction.atomic():
        asset = locked(actor, Verb.DEAL, number, today, seen)
        _acts_as(actor, form.giver)
        if form.on > today:
            raise refused(Text("转让日期不得晚于今天", "the day of the transfer lies ahead"))
        if receiver == form.giver:
            raise refused(Text("不能转让给自己", "the receiver is the giver"))
        _unburdened(asset, form.on)
        given = list(asset.shares.filter(party=form.giver, until__isnull=True).order_by("id"))
        _transferable(given, part, form.on)
        rest = sum((each.part for each in given), Fraction(0)) - part
        for each in given:
            each.until = form.on - timedelta(1)
            each.save(update_fields=["until"])
        if rest:
            made_share(asset, form.giver, rest, form.on, confirmed=True).save()
        made_share(asset, receiver, part, form.on, confirmed=False, basis=form.basis).save()
        entered(
            "asset",
            asset.number,
            "transfer",
            actor.number,
            today,
            giver=form.giver,
            receiver=receiver,
            part=form.part,
            since=str(form.on),
            basis=form.basis,
        )
        ask_to_confirm(asset, receiver, form.on)


def _say(actor: Actor, number: str, party: str, standing: Share.Standing, reason: str, today: date) -> None:
    with transaction.atomic():
        asset = locked(actor, Verb.CONFIRM, number, today)
        if standing is Share.Standing.CONFIRMED:
            _acts_as(actor, party)
        shares = shares_of(asset, party, today)
        if not shares.exists():
            raise refused(Text("该方不是持有人", "that party holds no share"))
        shares.update(standing=standing)
        entered("asset", asset.number, standing.value, actor.number, today, party=party, reason=reason)


def _acts_as(actor: Actor, party: str) -> None:
    """Raise Refused where the actor is not that party, or one of its verified organisations."""
    if party not in actor.verified | {actor.number}:
        raise refused(Text("只能由该持有人自己办理", "that holder alone does this"))


def _unburdened(asset: Asset, on: date) -> None:
    held = asset.encumbrances.filter(on_day(on), kind__in=[Burden.PLEDGE, Burden.CUSTODY]).first()
    if held is not None:
        name = Burden(held.kind).text
        raise refused(
            Text(
                f"该成果处于{name.zh}期间，不能转让",
                f"it is under a {name.en.lower()} and cannot be transferred",
            )
        )


def _transferable(given: list[Share], part: Fraction, on: date) -> None:
    if not given or sum((each.part for each in given), Fraction(0)) < part:
        raise refused(Text("转让份额超过所持份额", "the giver holds less than that"))
    if any(each.standing != Share.Standing.CONFIRMED for each in given):
        raise refused(Text("份额尚未确认或有异议", "the share is not confirmed, or disputed"))
    latest = max(each.since for each in given)
    if latest >= on:
        raise refused(
            Text(f"份额自 {latest} 起持有，转让须更晚", f"the share is held from {latest}: transfer it later")
        )
