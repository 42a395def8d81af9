"""Assets as of a day, and who may see them: read, never written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from qixi.core import Problem, Refused, Text
from qixi.registry.domain.asset import Status
from qixi.registry.domain.encumbrances import Burden, Burdened
from qixi.registry.domain.may import Actor, Kind, Subject, Verb, may
from qixi.registry.models import Asset, Encumbrance, Entry, Right, Share
from qixi.registry.queries.people import as_number


@dataclass(frozen=True, slots=True)
class History:
    """All that was entered of an asset, in the order of its days: what has ended, holds, or is to come."""

    rights: tuple[Right, ...] = ()
    shares: tuple[Share, ...] = ()
    encumbrances: tuple[Encumbrance, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """An asset as it was on a day, as far as an actor may see it; `version` counts what was done to it.

    Of one that it sees because it is public, an actor sees what it is and where the right stands.
    """

    asset: Asset
    on: date
    right: Right | None
    shares: tuple[Share, ...]
    encumbrances: tuple[Encumbrance, ...]
    entries: tuple[Entry, ...]
    inside: bool
    version: int
    history: History

    @property
    def confidential(self) -> str:
        """The confidential part, empty for whoever is outside."""
        return self.asset.confidential if self.inside else ""

    def part_of(self, party: str) -> Fraction:
        """Return the part that a party holds on that day."""
        return sum((each.part for each in self.shares if each.party == party), Fraction(0))


def on_day(day: date) -> Q:
    """Return the condition that something dated holds on a day."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))


def visible_to(actor: Actor, today: date) -> QuerySet[Asset]:
    """Return the assets that an actor may see: public ones, its own, those of its divisions.

    Its own are those it leads or holds a share of, or has a licence or pledge in.
    """
    parties = actor.parties()
    found = Q(public=True)
    if parties:
        held = Share.objects.filter(on_day(today), party__in=parties)
        burdened = Encumbrance.objects.filter(on_day(today), party__in=parties)
        found |= Q(lead__in=parties) | Q(pk__in=held.values("asset")) | Q(pk__in=burdened.values("asset"))
    found = reduce(or_, (Q(division__code__startswith=each) for each in actor.divisions), found)
    return Asset.objects.filter(found)


def assets_of(actor: Actor, today: date) -> QuerySet[Asset]:
    """Return the assets that an actor or one of its organisations leads or holds, the latest first."""
    return held_by(actor.parties(), today)


def held_by(parties: Collection[str], today: date) -> QuerySet[Asset]:
    """Return the assets that one of some parties leads or holds, the latest first."""
    held = Share.objects.filter(on_day(today), party__in=parties)
    return Asset.objects.filter(Q(lead__in=parties) | Q(pk__in=held.values("asset"))).order_by("-id")


def subject_of(asset: Asset, today: date) -> Subject:
    """Return what `may` is asked about an asset."""
    holders = set(asset.shares.filter(on_day(today)).values_list("party", flat=True)) | {asset.lead}
    parties = set(asset.encumbrances.filter(on_day(today)).values_list("party", flat=True)) - {""}
    return Subject(
        Kind.ASSET,
        str(asset.number),
        asset.division_id,
        frozenset(holders),
        frozenset(parties),
        asset.public,
        asset.lead,
    )


def asset_as_of(actor: Actor, number: str, day: date, today: date) -> Picture:
    """Return an asset as it was on a day; raises Refused, in the same words whether there is one or not."""
    asset = Asset.objects.select_related("division").filter(number=as_number(number)).first()
    subject = subject_of(asset, today) if asset is not None else Subject(Kind.ASSET)
    reason = may(actor, Verb.SEE, subject)
    if asset is None or reason is not None:
        raise Refused(
            Problem(
                "asset",
                Text("没有这项成果", "there is no such asset"),
                Text("请核对编号", "check the number"),
            )
        )
    inside = may(actor, Verb.SEE_CONFIDENTIAL, subject) is None
    right = asset.rights.filter(on_day(day)).first()
    if not inside:
        return Picture(asset, day, right, (), (), (), inside=False, version=0, history=History())
    return Picture(
        asset,
        day,
        right,
        tuple(asset.shares.filter(on_day(day)).order_by("id")),
        tuple(asset.encumbrances.filter(on_day(day)).order_by("since", "id")),
        tuple(Entry.objects.filter(kind="asset", number=str(asset.number), on__lte=day)),
        inside=True,
        version=version_of(asset),
        history=History(
            tuple(asset.rights.order_by("since", "id")),
            tuple(asset.shares.order_by("since", "id")),
            tuple(asset.encumbrances.order_by("since", "id")),
        ),
    )


def version_of(asset: Asset) -> int:
    """Return how often something was done to an asset; what others claim changes nothing of it."""
    done = Entry.objects.filter(kind="asset", number=str(asset.number))
    return done.exclude(verb="claim").count()


def found_in(assets: QuerySet[Asset], words: str, kind: str) -> QuerySet[Asset]:
    """Return those of some assets whose title or register number has some words, of a kind where asked."""
    found = assets.filter(kind=kind) if kind else assets
    if words:
        number = "".join(words.upper().split())
        found = found.filter(Q(title__icontains=words) | Q(register_number__icontains=number))
    return found.select_related("division").order_by("-id")


def standings_on(assets: Collection[Asset], day: date) -> dict[int, Status]:
    """Return where the rights in some assets stand on a day, by the keys of these."""
    rights = Right.objects.filter(on_day(day), asset__in=assets)
    return {each.asset_id: Status(each.status) for each in rights}


def burdens_of(asset: Asset) -> tuple[Burdened, ...]:
    """Return what lies, lay or will lie on an asset, as the rules about it read it."""
    return tuple(
        Burdened(Burden(each.kind), each.since, each.until, each.territory)
        for each in asset.encumbrances.order_by("since", "id")
    )
