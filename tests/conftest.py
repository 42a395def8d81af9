"""What tests share: parts that may be missing, the real data, the browser."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from browser import SWITCHES, Chromium, chromium_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
PARTS = {
    "data": "the real data found through QIXI_DATA",
    "chromium": "a Chromium or Chrome browser",
    "namespaces": "network and process namespaces, in which Ray nodes are kept apart (Linux)",
    "perl": "Perl, for a rival's script",
    "posix": "what POSIX has: process groups, forks, pipes with names",
    "ray": "Ray (extra cluster)",
    "torch": "PyTorch and sentence-transformers (extra torch)",
}
"""What a machine may lack. A skip names one of them; QIXI_REQUIRE lists those that may not be missing."""

Require = Callable[[str, bool, str], None]
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def required_parts() -> frozenset[str]:
    named = (part.strip() for part in os.environ.get("QIXI_REQUIRE", "").split(","))
    return frozenset(part for part in named if part)


def pytest_configure(config: pytest.Config) -> None:
    # A shell that starts the tests in the background has Ctrl-C ignored, and what the tests start would too.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    strange = sorted(required_parts() - PARTS.keys())
    if strange:
        msg = f"QIXI_REQUIRE names {', '.join(strange)}; the parts are {', '.join(PARTS)}"
        raise pytest.UsageError(msg)


def data_folder() -> Path:
    return Path(os.environ.get("QIXI_DATA") or ROOT.parent / "shared" / "data")


def pytest_report_header() -> list[str]:
    folder = data_folder()
    seed, count = os.environ.get("QIXI_FUZZ_SEED", "7"), os.environ.get("QIXI_FUZZ_COUNT", "250")
    return [
        f"real data: {'found' if folder.is_dir() else 'not found, tests that need them are skipped'}",
        f"QIXI_REQUIRE: {','.join(sorted(required_parts())) or 'nothing, missing parts are skipped'}",
        f"fuzzing: seed {seed}, {count} files for each case",
    ]


def _forbidden(report: pytest.TestReport | pytest.CollectReport) -> str | None:
    """Say why this skip may not be, None where it may.

    Where parts are required, a skip must name a part, so that no other reason slips through.
    """
    required = required_parts()
    if not report.skipped or not required or hasattr(report, "wasxfail"):
        return None
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    reason = reason.removeprefix("Skipped: ")
    part = reason.partition(":")[0]
    if part in required:
        return f"QIXI_REQUIRE names {part}, yet: {reason}"
    return None if part in PARTS else f"a skip must name the part that is missing: {reason}"


def _enforced(report: Report) -> Report:
    why = _forbidden(report)
    if why is not None:
        report.outcome, report.longrepr = "failed", why
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _enforced((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _enforced((yield))


@pytest.fixture(scope="session")
def require() -> Require:
    """Return the one way to skip: `require(part, available, reason)`; fails where QIXI_REQUIRE says so."""

    def check(part: str, available: bool, reason: str) -> None:
        assert part in PARTS, f"{part} is none of {', '.join(PARTS)}"
        if not available:
            pytest.skip(f"{part}: {reason}")

    return check


@pytest.fixture(scope="session")
def data(require: Require) -> Path:
    """Return the folder of the real data."""
    folder = data_folder()
    require("data", folder.is_dir(), f"{PARTS['data']} are not on this machine")
    return folder


@pytest.fixture(scope="session")
def chromium(require: Require) -> Chromium:
    """Return a headless browser."""
    path = chromium_path()
    require("chromium", path is not None, f"{PARTS['chromium']} is not installed")
    assert path is not None
    return Chromium(path)


@pytest.fixture(scope="module")
def driven(chromium: Chromium) -> Iterator[Browser]:
    """Return a browser to be driven; its driver is gone when the module is done, with its event loop."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only tests of pages need it

    with pytest.MonkeyPatch.context() as patch:
        # The driver keeps an event loop in this thread; Django would take the tests for asynchronous code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.program, args=list(SWITCHES[1:]))
            yield browser
            browser.close()


@pytest.fixture
def served(live_server: object, driven: Browser) -> str:
    """Return the address of a running service with the tables that are shipped, for the browser."""
    from django.apps import apps  # noqa: PLC0415  only tests of the service need it

    if not apps.get_model("registry", "Division").objects.exists():  # tests before this one have emptied it
        import_module("qixi.registry.migrations.0002_divisions").load(apps, None)
    return str(live_server)


@pytest.fixture(scope="session", autouse=True)
def _warm() -> None:
    """Compile what is compiled at first use, so that no single test pays for it against its deadline."""
    if "qixi.match.postings" in sys.modules:
        from qixi.match.postings import Postings, Weighing  # noqa: PLC0415

        Postings.of([[("title", "微藻")]], Weighing()).score([{"微": 1.0}])
