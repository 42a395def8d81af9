"""What tests of the interface share."""

from __future__ import annotations

import pytest
from api_house import House


@pytest.fixture
def house(db: None) -> House:
    """Return a small province."""
    return House()
