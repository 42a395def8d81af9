"""What tests of pages share: the small province, and a browser on a running service."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from playwright.sync_api import Browser, sync_playwright
from web_house import House, build
from web_live import Live

from browser import SWITCHES, Chromium
from qixi.registry.models import Division


@pytest.fixture
def house(db: None) -> House:
    """Return a small province."""
    return build()


@pytest.fixture(scope="module")
def driven(chromium: Chromium) -> Iterator[Browser]:
    """Return a browser to be driven; its driver is gone when the module is done, with its event loop."""
    with pytest.MonkeyPatch.context() as patch:
        # The driver keeps an event loop in this thread; Django would take the tests for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.program, args=list(SWITCHES[1:]))
            yield browser
            browser.close()


@pytest.fixture
def live(live_server: object, driven: Browser) -> Iterator[Live]:
    """Return the small province behind a running service, and a browser to look at it."""
    if not Division.objects.exists():  # tests before this one have emptied the tables
        import_module("qixi.registry.migrations.0002_divisions").load(apps, None)
    live = Live(build(), str(live_server), driven)
    yield live
    live.close()
