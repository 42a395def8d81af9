"""Writing assets: entered and edited by their lead, their shares confirmed, disputed and transferred."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db import IntegrityError, transaction

from qixi.core import Text
from qixi.procedures.forms import filled
from qixi.registry.domain.asset import (
    AssetChange,
    AssetForm,
    AssetKind,
    ClaimForm,
    RightForm,
    Status,
    TransferForm,
    register_number,
)
from qixi.registry.domain.encumbrances import Burden
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.domain.shares import fraction
from qixi.registry.models import Asset, Inventor, Right, Share
from qixi.registry.queries.assets import on_day, subject_of
from qixi.registry.queries.people import as_number, is_party, person_of
from qixi.registry.services.entries import entered, permit, refused
from qixi.registry.services.messages import tell
from qixi.registry.services.organisations import placed

_ENTERED = Text(
    "该申请号或登记号已登记；如与您有关，请提出权属主张",
    "this number is entered already; if it concerns you, make a claim to it",
)


def enter_asset(actor: Actor, lead: str, data: Mapping[str, Any], today: date) -> Asset:
    """Enter an asset as its lead editor, which is the actor or one of its verified organisations.

    The lead's own share is confirmed thereby; the other holders confirm or dispute theirs. `data` fills in
    AssetForm. Raises Refused where the number is entered already.
    """
    form = filled(AssetForm, data)
    assert isinstance(form, AssetForm)
    holders = {_party(each.party): fraction(each.part) for each in form.holders}
    if lead not in holders:
        raise refused(Text("牵头编辑方须是持有人", "the lead editor is one of the holders"))
    place = placed(form.division)
    own = Subject(Kind.ASSET, division=place.code, holders=frozenset({lead}) - {actor.number}, lead=lead)
    permit(actor, Verb.OPEN, own)
    permit(actor, Verb.EDIT, Subject(Kind.ASSET, holders=frozenset({lead}), lead=lead))
    shown, key = register_number(form.kind, form.number) if form.number else ("", None)
    try:
        with transaction.atomic():
            asset = Asset.objects.create(
                kind=form.kind.value,
                title=form.title,
                summary=form.summary,
                confidential=form.confidential,
                register_number=shown,
                key=key,
                filed_on=form.filed_on,
                division=place,
                lead=lead,
                public=form.public,
                entered_on=today,
            )
            Share.objects.bulk_create(
                _share(asset, party, part, today, confirmed=party == lead) for party, part in holders.items()
            )
            Inventor.objects.bulk_create(
                Inventor(asset=asset, name=each.name, user=person_of(each.person)) for each in form.inventors
            )
            if form.kind is AssetKind.APPLICATION:
                Right.objects.create(
                    asset=asset, status=Status.PENDING, since=form.filed_on or today, basis=shown
                )
            entered("asset", asset.number, "enter", actor.number, today, lead=lead)
            for party in holders.keys() - {lead}:
                _ask_to_confirm(asset, party, today)
            return asset
    except IntegrityError:
        if key is None or not Asset.objects.filter(key=key).exists():
            raise
        raise refused(_ENTERED) from None


def edit_asset(actor: Actor, number: str, data: Mapping[str, Any], today: date) -> None:
    """Change how an asset is described, and who sees it."""
    form = filled(AssetChange, data)
    assert isinstance(form, AssetChange)
    with transaction.atomic():
        asset = locked(actor, Verb.EDIT, number, today)
        before = {name: getattr(asset, name) for name in AssetChange.model_fields}
        for name in AssetChange.model_fields:
            setattr(asset, name, getattr(form, name))
        asset.save(update_fields=list(AssetChange.model_fields))
        changed = sorted(name for name, value in before.items() if value != getattr(asset, name))
        entered("asset", asset.number, "edit", actor.number, today, fields=changed)


def set_right(actor: Actor, number: str, data: Mapping[str, Any], today: date) -> None:
    """Say where the right stands from a day on; an application that is granted is a patent from then on."""
    form = filled(RightForm, data)
    assert isinstance(form, RightForm)
    with transaction.atomic():
        asset = locked(actor, Verb.EDIT, number, today)
        now = asset.rights.filter(until__isnull=True).first()
        if now is not None and form.since <= now.since:
            raise refused(
                Text(
                    f"现有状态自 {now.since} 起，新状态须更晚",
                    f"it stands as it does from {now.since}: be later",
                )
            )
        if form.since > today:
            raise refused(Text("日期不得晚于今天", "the day lies ahead"))
        if now is not None:
            now.until = form.since - timedelta(1)
            now.save(update_fields=["until"])
        Right.objects.create(asset=asset, status=form.status, since=form.since, basis=form.basis)
        if asset.kind == AssetKind.APPLICATION and form.status is Status.IN_FORCE:
            asset.kind = AssetKind.PATENT
            asset.save(update_fields=["kind"])
        entered(
            "asset", asset.number, "right", actor.number, today, status=form.status, since=str(form.since)
        )


def hand_over(actor: Actor, number: str, lead: str, today: date) -> None:
    """Make another holder, whose share is confirmed, the lead editor."""
    with transaction.atomic():
        asset = locked(actor, Verb.EDIT, number, today)
        if not _shares(asset, lead, today).filter(standing=Share.Standing.CONFIRMED).exists():
            raise refused(Text("对方不是已确认的持有人", "that party's share is not confirmed"))
        before, asset.lead = asset.lead, lead
        asset.save(update_fields=["lead"])
        entered("asset", asset.number, "hand_over", actor.number, today, before=before, after=lead)


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


def transfer_share(actor: Actor, number: str, data: Mapping[str, Any], today: date) -> None:
    """Transfer a holder's share, or a part of it, as that holder; the receiver then confirms it.

    Raises Refused where the share is not confirmed or the asset is pledged or preserved by an authority.
    """
    form = filled(TransferForm, data)
    assert isinstance(form, TransferForm)
    part, receiver = fraction(form.part), _party(form.receiver)
    with transaction.atomic():
        asset = locked(actor, Verb.DEAL, number, today)
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
            _share(asset, form.giver, rest, form.on, confirmed=True).save()
        _share(asset, receiver, part, form.on, confirmed=False, basis=form.basis).save()
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
        _ask_to_confirm(asset, receiver, form.on)


def locked(actor: Actor, verb: Verb, number: str, today: date) -> Asset:
    """Return an asset, locked, with which the actor may do something; else raise Refused."""
    asset = Asset.objects.select_for_update().filter(number=as_number(number)).first()
    permit(actor, verb, subject_of(asset, today) if asset is not None else Subject(Kind.ASSET))
    if asset is None:
        raise refused(Text("没有这项成果", "there is no such asset"))
    return asset


def _say(actor: Actor, number: str, party: str, standing: Share.Standing, reason: str, today: date) -> None:
    with transaction.atomic():
        asset = locked(actor, Verb.CONFIRM, number, today)
        if standing is Share.Standing.CONFIRMED:
            _acts_as(actor, party)
        shares = _shares(asset, party, today)
        if not shares.exists():
            raise refused(Text("该方不是持有人", "that party holds no share"))
        shares.update(standing=standing)
        entered("asset", asset.number, standing.value, actor.number, today, party=party, reason=reason)


def _ask_to_confirm(asset: Asset, party: str, since: date) -> None:
    tell(
        party,
        Text(
            f"请确认您在“{asset.title}”中的份额，或提出异议",
            f"Confirm your share of “{asset.title}”, or dispute it",
        ),
        "",
        f"share {asset.number} {party} {since}",
        "asset",
    )


def _shares(asset: Asset, party: str, today: date) -> Any:
    return asset.shares.filter(on_day(today), party=party)


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


def _share(
    asset: Asset, party: str, part: Fraction, since: date, *, confirmed: bool, basis: str = ""
) -> Share:
    standing = Share.Standing.CONFIRMED if confirmed else Share.Standing.STATED
    return Share(
        asset=asset,
        party=party,
        numerator=part.numerator,
        denominator=part.denominator,
        standing=standing,
        since=since,
        basis=basis,
    )


def _party(number: str) -> str:
    if not is_party(number):
        raise refused(Text(f"没有编号为 {number} 的人员或机构", f"there is no party of the number {number}"))
    return str(as_number(number))
