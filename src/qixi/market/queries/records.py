"""What the registers hold, as records of the matching engine: read, never written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet

from qixi.core import Asset, LegalStatus, Licence, Need
from qixi.market.domain.stock import Stage
from qixi.registry import models
from qixi.registry.domain.encumbrances import Burden
from qixi.registry.queries.assets import on_day
from qixi.registry.queries.people import names_of, organisation_of

_LICENCES = {
    Burden.ORDINARY: Licence.ORDINARY,
    Burden.SOLE: Licence.SOLE,
    Burden.EXCLUSIVE: Licence.EXCLUSIVE,
    Burden.OPEN: Licence.OPEN,
}
_WEIGHT = tuple(_LICENCES)
"""Of several licences the record has the one that bars most, the last of these."""


def on_offer(today: date) -> QuerySet[models.Asset]:
    """Return the assets that are on offer: public, and past the base library."""
    return (
        models.Asset.objects.filter(public=True, listing__isnull=False)
        .exclude(listing__stage=Stage.BASE)
        .select_related("listing", "patent", "division")
        .prefetch_related(
            "inventors",
            Prefetch("rights", models.Right.objects.filter(on_day(today)), to_attr="standing_now"),
            Prefetch("encumbrances", models.Encumbrance.objects.filter(on_day(today)), to_attr="burdens_now"),
        )
        .order_by("id")
    )


def records(assets: Iterable[models.Asset]) -> list[Asset]:
    """Return assets of `on_offer` as the engine takes them; their ids are the numbers of the register."""
    found = list(assets)
    names = names_of(each.lead for each in found)
    return [_record(each, names.get(each.lead, "")) for each in found]


def _record(asset: models.Asset, lead: str) -> Asset:
    patent: models.Patent | None = getattr(asset, "patent", None)
    listing = asset.listing
    rights, burdens = vars(asset)["standing_now"], vars(asset)["burdens_now"]
    licences = sorted((Burden(each.kind) for each in burdens if each.kind in _WEIGHT), key=_WEIGHT.index)
    return Asset(
        id=str(asset.number),
        title=asset.title,
        abstract=asset.summary,
        claims=tuple(patent.claims) if patent else (),
        keywords=tuple(patent.keywords) if patent else (),
        ipc=tuple(patent.ipc) if patent else (),
        applicant="；".join(patent.applicants) if patent and patent.applicants else lead,
        inventors=tuple(each.name for each in asset.inventors.all()),
        application_no=asset.register_number if patent and asset.kind in {"patent", "application"} else "",
        publication_no=patent.publication_no if patent else "",
        filing_date=asset.filed_on,
        legal_status=LegalStatus(rights[0].status) if rights else LegalStatus.UNKNOWN,
        licence=_LICENCES[licences[-1]] if licences else Licence.NONE,
        family=patent.family if patent else "",
        region=asset.division.name,
        maturity=listing.maturity,
        maturity_text=listing.maturity_text,
        price=listing.price,
    )


def need_record(need: models.PublishedNeed) -> Need:
    """Return a published need as the engine takes it, with what the registers know of its firm."""
    body = organisation_of(need.party)
    return Need(
        id=need.case,
        title=need.title,
        content="\n".join(filter(None, (need.problem, need.targets, need.constraints))),
        organisation=body.name if body else "",
        business=body.scope if body else "",
        region=body.division.name if body else "",
        budget=f"{need.budget}元" if need.budget is not None else "",
        deadline=need.deadline,
    )
