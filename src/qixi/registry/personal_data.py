"""Personal data: asking each room what it holds of a person, and to forget it. Rooms answer, above or below.

A room calls `holds` for each kind of record, with a function that returns what there is of a person as JSON,
and `forgets` for what goes when the account is closed.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

from qixi.registry.models import User

Exporter = Callable[[User], Any]
Forgetter = Callable[[User, date], None]
_HELD: dict[str, Exporter] = {}
_FORGOTTEN: dict[str, Forgetter] = {}


def holds(name: str) -> Callable[[Exporter], Exporter]:
    """Make a function say what is held of a person under `name`."""

    def enter(exporter: Exporter) -> Exporter:
        _once(_HELD, name)
        _HELD[name] = exporter
        return exporter

    return enter


def forgets(name: str) -> Callable[[Forgetter], Forgetter]:
    """Make a function forget what is held under `name`; it is called in the transaction of the closure."""

    def enter(forgetter: Forgetter) -> Forgetter:
        _once(_FORGOTTEN, name)
        _FORGOTTEN[name] = forgetter
        return forgetter

    return enter


def export_of(user: User) -> dict[str, Any]:
    """Return everything that is held of a person, by the kind of record, as JSON."""
    return {name: exporter(user) for name, exporter in sorted(_HELD.items())}


def export_file(user: User) -> bytes:
    """Return the same as a ZIP file with one JSON file for each kind of record."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, held in export_of(user).items():
            file.writestr(f"{name}.json", json.dumps(held, ensure_ascii=False, indent=2))
    return out.getvalue()


def forget(user: User, today: date) -> None:
    """Have every room forget what names a person."""
    for _, forgetter in sorted(_FORGOTTEN.items()):
        forgetter(user, today)


def _once(known: dict[str, Any], name: str) -> None:
    if name in known:
        msg = f"{name} is held already"
        raise ValueError(msg)
