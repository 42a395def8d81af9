"""A need of the sample's firm that was matched with a technology of the sample's service institution."""

from __future__ import annotations

from datetime import date

from qixi.registry.demo import acting_as, organisation_named
from tests.market.shown import NEED, held, published, shown

__all__ = ["NEED", "matched"]


def matched(title: str, today: date) -> None:
    """Let the firm's need be published and the technology of that title be shown for it."""
    firm, holder = organisation_named("enterprise1"), organisation_named("service1")
    need = published(acting_as("demo-firm", today), str(firm.number), acting_as("demo-county", today), today)
    shown(need, held(acting_as("demo-service", today), str(holder.number), today, title=title))
