"""Taking patents into the register from a list: entered or brought up to date, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from qixi.core import Text
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.domain.names import name_key
from qixi.registry.domain.patent import PatentForm
from qixi.registry.models import Asset, Entry, Inventor, Organisation, Patent, Right
from qixi.registry.queries.people import as_number, numbers_of, standing_for, within
from qixi.registry.services.assets import made_share
from qixi.registry.services.entries import entered, permit, refused

_OF_ASSET = ("title", "summary", "filed_on")
_OF_PATENT = (
    "applicants",
    "ipc",
    "keywords",
    "claims",
    "publication_no",
    "family",
    "granted_on",
    "fee_due_on",
    "publicly_funded",
)
_WHOLE = Fraction(1)
_OF_LISTS = ("take_in", "update", "take_back", "list", "unlist")
"""What is entered of an asset where lists are taken in and undone, and the library takes it in and out."""


@dataclass(frozen=True, slots=True)
class Source:
    """Who takes patents in from where: the organisation that will lead them, and the list's number."""

    actor: Actor
    lead: Organisation
    basis: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a patent. `before` holds what was changed, as JSON; it is None where it is new.

    `shared` are applicants beside the lead: its share is stated, and confirmed once settled with them.
    """

    asset: Asset
    before: Mapping[str, Any] | None
    shared: tuple[str, ...] = ()


def take_in(source: Source, stated: PatentForm, today: date) -> Taken:
    """Enter a patent with its lead, or bring it up to date where the lead has it already.

    What a list leaves empty stays as it is. An office takes in what is others': the applicant leads it who is
    registered in one of its divisions, the office itself where there is none. Raises Refused where another
    party leads it, a body takes in what it is no applicant of, or is not verified.
    """
    may_take_in(source)
    lead = _lead(source, stated)
    own = Subject(Kind.ASSET, division=lead.division_id, holders=frozenset({str(lead.number)}))
    permit(source.actor, Verb.OPEN, own)
    shown, key = stated.numbers(str(source.lead.number))
    with transaction.atomic():
        asset = Asset.objects.select_for_update().filter(key=key).first()
        if asset is None:
            return _entered(lead, stated, (shown, key), source, today)
        if asset.lead not in numbers_of(lead) | numbers_of(source.lead):
            raise refused(
                Text(
                    f"{shown} 已由其他单位登记；如与贵单位有关，请提出权属主张",
                    f"{shown} is entered by another body; if it concerns yours, make a claim to it",
                )
            )
        return Taken(asset, _updated(asset, stated, source, today), _others(lead, stated.applicants))


def may_take_in(source: Source) -> None:
    """Raise Refused unless the one who takes in may enter assets for a body: it must be verified."""
    number = str(source.lead.number)
    permit(source.actor, Verb.EDIT, Subject(Kind.ASSET, holders=frozenset({number}), lead=number))


def _entered(
    lead: Organisation, stated: PatentForm, numbers: tuple[str, str], source: Source, today: date
) -> Taken:
    shared = _others(lead, stated.applicants)
    asset = Asset.objects.create(
        kind=stated.kind.value,
        title=stated.title,
        summary=stated.summary,
        register_number=numbers[0],
        key=numbers[1],
        filed_on=stated.filed_on,
        division_id=lead.division_id,
        lead=str(lead.number),
        entered_on=today,
    )
    certain = lead == source.lead and not shared
    basis = "、".join(stated.applicants)[:200]
    made_share(asset, str(lead.number), _WHOLE, today, confirmed=certain, basis=basis).save(force_insert=True)
    Patent.objects.create(asset=asset, **{name: _kept(stated, name) for name in _OF_PATENT})
    Inventor.objects.bulk_create(Inventor(asset=asset, name=name) for name in stated.inventors)
    if stated.status is not None:
        since = min(stated.granted_on or stated.filed_on or today, today)
        Right.objects.create(asset=asset, status=stated.status, since=since, basis=source.basis)
    entered("asset", asset.number, "take_in", source.actor.number, today, basis=source.basis)
    return Taken(asset, None, shared)


def _lead(source: Source, stated: PatentForm) -> Organisation:
    """Return who leads a patent of a list; raises Refused where the list's own body has no part in it."""
    keys = {name_key(name) for name in stated.applicants}
    if source.lead.kind == Organisation.Kind.OFFICE and source.actor.is_officer_of(source.lead.division_id):
        registered = Organisation.objects.filter(
            within("division__code", source.actor.divisions),
            name_key__in=keys,
            standing=Organisation.Standing.VERIFIED,
        )
        named = {standing_for(each) for each in registered.select_related("merged_into")}
        return named.pop() if len(named) == 1 else source.lead
    if not keys & _keys(source.lead):
        shown = "、".join(stated.applicants)[:120] or "—"
        raise refused(
            Text(
                f"申请人（{shown}）中没有“{source.lead.name}”；受让所得的请逐项登记并注明依据",
                f"“{source.lead.name}” is not among the applicants ({shown}); "
                "enter what was acquired one by one, with its basis",
            )
        )
    return source.lead


def take_back(source: Source, taken: Taken, today: date) -> bool:
    """Undo `take_in`: put back what it changed, or remove what it entered.

    Says whether that was done: what has been used since (a case, a licence, a later change) stays.
    """
    with transaction.atomic():
        asset = Asset.objects.select_for_update().get(pk=taken.asset.pk)
        own = Subject(Kind.ASSET, division=asset.division_id, holders=frozenset({asset.lead}))
        permit(source.actor, Verb.OPEN, own)
        if taken.before is not None:
            return _put_back(asset, taken.before, source, today)
        if _used(asset):
            return False
        try:
            with transaction.atomic():
                asset.inventors.all().delete()
                asset.rights.filter(basis=source.basis).delete()
                asset.shares.all().delete()
                asset.delete()
        except ProtectedError:
            return False
        entered("asset", taken.asset.number, "take_back", source.actor.number, today, basis=source.basis)
    return True


def _updated(asset: Asset, stated: PatentForm, source: Source, today: date) -> dict[str, Any]:
    """Bring an asset up to date; returns what stood where something changed."""
    patent, _ = Patent.objects.get_or_create(asset=asset)
    before: dict[str, Any] = {}
    for row, names in ((asset, _OF_ASSET), (patent, _OF_PATENT)):
        for name in names:
            now, new = getattr(row, name), _kept(stated, name)
            if new in (None, "", []) or new == now:
                continue
            before[name] = {"was": _json(now), "is": _json(new)}
            setattr(row, name, new)
        row.save()
    people = list(asset.inventors.order_by("id").values_list("name", flat=True))
    if stated.inventors and people != list(stated.inventors) and not asset.inventors.exclude(user=None):
        before["inventors"] = {"was": people, "is": list(stated.inventors)}
        _set_inventors(asset, stated.inventors)
    right = asset.rights.filter(until__isnull=True).first()
    if stated.status is not None and (right is None or right.status != stated.status):
        before["status"] = {"was": right.status if right else "", "is": stated.status.value}
        _set_right(asset, right, stated, source, today)
    if before:
        entered(
            "asset",
            asset.number,
            "update",
            source.actor.number,
            today,
            basis=source.basis,
            fields=sorted(before),
        )
    return before


def _used(asset: Asset) -> bool:
    """Say whether anybody has done something with an asset beside what lists and the library did."""
    entries = Entry.objects.filter(kind="asset", number=str(asset.number))
    return entries.exclude(verb__in=_OF_LISTS).exists()


def _put_back(asset: Asset, before: Mapping[str, Any], source: Source, today: date) -> bool:
    """Put back what stood before, unless somebody has changed it since."""
    patent, _ = Patent.objects.get_or_create(asset=asset)
    rows = {**dict.fromkeys(_OF_ASSET, asset), **dict.fromkeys(_OF_PATENT, patent)}
    if any(_json(getattr(rows[name], name)) != each["is"] for name, each in before.items() if name in rows):
        return False
    for name, each in before.items():
        if name in rows:
            was = each["was"]
            setattr(rows[name], name, date.fromisoformat(was) if was and name.endswith("_on") else was)
    asset.save()
    patent.save()
    if "inventors" in before:
        _set_inventors(asset, before["inventors"]["was"])
    if "status" in before:
        _put_right_back(asset, before["status"]["was"], source, today)
    entered("asset", asset.number, "take_back", source.actor.number, today, basis=source.basis)
    return True


def _set_inventors(asset: Asset, names: Any) -> None:
    asset.inventors.all().delete()
    Inventor.objects.bulk_create(Inventor(asset=asset, name=name) for name in names)


def _set_right(asset: Asset, right: Right | None, stated: PatentForm, source: Source, today: date) -> None:
    """End the standing of before on the day before; one that began today is replaced."""
    since = min(stated.granted_on or today, today)
    if right is not None:
        since = max(since, right.since + timedelta(1))
        if since > today:
            right.delete()
            since = today
        else:
            right.until = since - timedelta(1)
            right.save(update_fields=["until"])
    assert stated.status is not None
    Right.objects.create(asset=asset, status=stated.status, since=since, basis=source.basis)


def _put_right_back(asset: Asset, was: str, source: Source, today: date) -> None:
    asset.rights.filter(basis=source.basis).delete()
    last = asset.rights.order_by("-since", "-id").first()
    if last is not None and last.status == was:
        last.until = None
        last.save(update_fields=["until"])
    elif was:  # it began on the day of the list, and was replaced
        Right.objects.create(asset=asset, status=was, since=today, basis=source.basis)


def _others(lead: Organisation, applicants: tuple[str, ...]) -> tuple[str, ...]:
    """Return the applicants beside the lead."""
    own = _keys(lead)
    return tuple(name for name in applicants if name_key(name) not in own)


def _keys(body: Organisation) -> set[str]:
    numbers = [as_number(each) for each in numbers_of(body)]
    return set(Organisation.objects.filter(number__in=numbers).values_list("name_key", flat=True))


def _kept(stated: PatentForm, name: str) -> Any:
    value = getattr(stated, name)
    return list(value) if isinstance(value, tuple) else value


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
