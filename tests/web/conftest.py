"""What tests of pages share: the small province, and a browser on a running service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from web_house import House, build
from web_live import Live


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    """Give each test a home folder of its own: what is indexed there is of its own tables."""
    settings.HOME = tmp_path


@pytest.fixture
def house(db: None) -> House:
    """Return a small province."""
    return build()


@pytest.fixture
def live(served: str, driven: Browser) -> Iterator[Live]:
    """Return the small province behind a running service, and a browser to look at it."""
    live = Live(build(), served, driven)
    yield live
    live.close()
