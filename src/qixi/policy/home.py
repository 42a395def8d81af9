"""Where an installation keeps what is its own, rules of its own among it."""

from __future__ import annotations

import os
from pathlib import Path


def home_folder() -> Path:
    """Return the folder of what an installation has of its own, as QIXI_HOME names it."""
    return Path(os.environ.get("QIXI_HOME", Path.home() / ".qixi"))


def policy_folder() -> Path:
    """Return where the installation's own parameters and days off lie, if it has any."""
    return home_folder() / "policy"
