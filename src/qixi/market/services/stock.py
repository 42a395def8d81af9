"""The libraries: what enters that of the transfer, what firms' grades make transferable."""

from __future__ import annotations

from datetime import date

from qixi.market.domain.stock import Stage
from qixi.market.models import Intake, IntakeRow, Listing
from qixi.registry.models import Asset
from qixi.registry.queries.people import numbers_of, organisation_of
from qixi.registry.services.entries import entered

_TAKEN = (IntakeRow.Outcome.NEW, IntakeRow.Outcome.CHANGED, IntakeRow.Outcome.SAME)


def enter_library(intake: str, case: str, today: date) -> None:
    """Take the patents of a list that are still in the base library into that of the transfer.

    They are shown to everybody from then on. What another body leads than handed the list in stays where it
    is: an office does not decide for those it took stock for, nor anybody about what has changed hands.
    """
    rows = IntakeRow.objects.filter(intake__number=intake, outcome__in=_TAKEN, asset__isnull=False)
    body = organisation_of(Intake.objects.get(number=intake).party)
    own = numbers_of(body) if body is not None else ()
    found = Listing.objects.select_for_update().filter(
        asset__in=rows.values("asset"), asset__lead__in=own, stage=Stage.BASE
    )
    for listing in found.select_related("asset"):
        listing.stage, listing.since, listing.case = Stage.TRANSFER, today, case
        listing.save(update_fields=["stage", "since", "case"])
        _show(listing.asset, case, today, shown=True)


def leave_library(case: str, today: date) -> None:
    """Take what a case brought into the library back into the base library, out of sight."""
    for listing in Listing.objects.select_for_update().filter(case=case).select_related("asset"):
        listing.stage, listing.since, listing.case = Stage.BASE, today, ""
        listing.save(update_fields=["stage", "since", "case"])
        _show(listing.asset, case, today, shown=False)


def _show(asset: Asset, case: str, today: date, *, shown: bool) -> None:
    asset.public = shown
    asset.save(update_fields=["public"])
    entered("asset", asset.number, "list" if shown else "unlist", "", today, case=case)
