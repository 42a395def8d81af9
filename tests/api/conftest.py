"""What tests of the interface share."""

from __future__ import annotations

import pytest
from api_house import House
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_spent() -> None:
    """Let no test use up what another may send."""
    cache.clear()


@pytest.fixture
def house(db: None) -> House:
    """Return a small province."""
    return House()
