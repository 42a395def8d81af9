"""What cases made public, as pages show it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from qixi.registry.models import PublishedNeed


def plain(form: type[BaseModel], row: PublishedNeed) -> dict[str, Any]:
    """Return what a published need says, by the fields of the form it came from, without its title."""
    said = {name: getattr(row, name, None) for name in form.model_fields if name != "title"}
    return {name: _whole(value) if isinstance(value, Decimal) else value for name, value in said.items()}


def _whole(amount: Decimal) -> Decimal:
    """Return an amount as it was typed in: a database adds the hundredths of whole ones."""
    return amount.to_integral_value() if amount == amount.to_integral_value() else amount
