"""What tests of the interface share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from api_house import House


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Give each test a home folder of its own: what is indexed there is of its own tables."""
    settings.HOME = tmp_path


@pytest.fixture
def house(db: None) -> House:
    """Return a small province."""
    return House()
