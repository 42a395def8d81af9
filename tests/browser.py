"""A headless Chromium, for tests of pages."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def chromium_path() -> str | None:
    """Return the browser's program, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass(frozen=True)
class Chromium:
    """Opens a local page, each time with a profile of its own."""

    program: str

    def dump_dom(self, page: Path) -> str:
        """Return the page's document after its scripts ran."""
        return self._run("--dump-dom", page.resolve().as_uri())

    def screenshot(self, page: Path, out: Path, width: int = 1280, height: int = 900) -> Path:
        """Write a picture of the page's top `width` x `height` pixels as PNG."""
        self._run(f"--screenshot={out.resolve()}", f"--window-size={width},{height}", page.resolve().as_uri())
        assert out.read_bytes().startswith(b"\x89PNG"), "the browser wrote no picture"
        return out

    def _run(self, *arguments: str) -> str:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            command = [self.program, *SWITCHES, f"--user-data-dir={profile}", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout
