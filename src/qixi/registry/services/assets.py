"""Writing assets: entered and edited by their lead editor."""

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
    RightForm,
    Status,
    register_number,
)
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.domain.shares import fraction
from qixi.registry.models import Asset, Inventor, Right, Share
from qixi.registry.queries.assets import on_day, subject_of, version_of
from qixi.registry.queries.people import as_number, is_party, person_of
from qixi.registry.services.entries import entered, permit, refused, stale
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
    holders = {known_party(each.party): fraction(each.part) for each in form.holders}
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
                made_share(asset, party, part, today, confirmed=party == lead)
                for party, part in holders.items()
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
                ask_to_confirm(asset, party, today)
            return asset
    except IntegrityError:
        if key is None or not Asset.objects.filter(key=key).exists():
            raise
        raise refused(_ENTERED) from None


def edit_asset(
    actor: Actor, number: str, data: Mapping[str, Any], today: date, seen: int | None = None
) -> None:
    """Change how an asset is described, and who sees it; `seen` is the version that was looked at."""
    form = filled(AssetChange, data)
    assert isinstance(form, AssetChange)
    with transaction.atomic():
        asset = locked(actor, Verb.EDIT, number, today, seen)
        before = {name: getattr(asset, name) for name in AssetChange.model_fields}
        for name in AssetChange.model_fields:
            setattr(asset, name, getattr(form, name))
        asset.save(update_fields=list(AssetChange.model_fields))
        changed = sorted(name for name, value in before.items() if value != getattr(asset, name))
        entered("asset", asset.number, "edit", actor.number, today, fields=changed)


def set_right(
    actor: Actor, number: str, data: Mapping[str, Any], today: date, seen: int | None = None
) -> None:
    """Say where the right stands from a day on; an application that is granted is a patent from then on."""
    form = filled(RightForm, data)
    assert isinstance(form, RightForm)
    with transaction.atomic():
        asset = locked(actor, Verb.EDIT, number, today, seen)
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


def hand_over(actor: Actor, number: str, lead: str, today: date, seen: int | None = None) -> None:
    """Make another holder, whose share is confirmed, the lead editor."""
    with transaction.atomic():
        asset = locked(actor, Verb.EDIT, number, today, seen)
        if not shares_of(asset, lead, today).filter(standing=Share.Standing.CONFIRMED).exists():
            raise refused(Text("对方不是已确认的持有人", "that party's share is not confirmed"))
        before, asset.lead = asset.lead, lead
        asset.save(update_fields=["lead"])
        entered("asset", asset.number, "hand_over", actor.number, today, before=before, after=lead)


def locked(actor: Actor, verb: Verb, number: str, today: date, seen: int | None = None) -> Asset:
    """Return an asset, locked, with which the actor may do something; else raise Refused.

    `seen` is the version that the actor looked at: where another has done something since, nothing is done.
    """
    asset = Asset.objects.select_for_update().filter(number=as_number(number)).first()
    permit(actor, verb, subject_of(asset, today) if asset is not None else Subject(Kind.ASSET))
    if asset is None:
        raise refused(Text("没有这项成果", "there is no such asset"))
    if seen is not None and seen != version_of(asset):
        raise stale(Text("有人在您之后改动了这项成果", "somebody has changed the asset since you looked"))
    return asset


def ask_to_confirm(asset: Asset, party: str, since: date) -> None:
    """Tell a party that it is said to hold a share."""
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


def shares_of(asset: Asset, party: str, today: date) -> Any:
    """Return the shares of an asset that a party holds on a day."""
    return asset.shares.filter(on_day(today), party=party)


def made_share(
    asset: Asset, party: str, part: Fraction, since: date, *, confirmed: bool, basis: str = ""
) -> Share:
    """Return a share to be kept, confirmed by its holder or not yet."""
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


def known_party(number: str) -> str:
    """Return the number of a party as it is kept; raises Refused where nobody has it."""
    if not is_party(number):
        raise refused(Text(f"没有编号为 {number} 的人员或机构", f"there is no party of the number {number}"))
    return str(as_number(number))
