"""Technologies on disk as an index holds them: every field exactly as it is, unlike in people's files."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from qixi.core import Asset, LegalStatus, Licence

_TUPLES = frozenset(field.name for field in fields(Asset) if field.default == ())
_DEFAULTS = {field.name: field.default for field in fields(Asset) if field.default is not MISSING}


def asset_line(asset: Asset) -> str:
    """Return a technology as one line of JSON, without its end."""
    return json.dumps(_plain(asset), ensure_ascii=False, separators=(",", ":"))


def read_line(line: str) -> Asset:
    """Return the technology that `asset_line` wrote; raises ValueError where it is none."""
    try:
        return _asset(json.loads(line))
    except (TypeError, AttributeError, RecursionError) as fault:
        raise ValueError from fault


def _plain(asset: Asset) -> dict[str, object]:
    """Return the fields that are not as they are by default; days are ISO, a mapping is an object."""
    values = {name: getattr(asset, name) for name in _DEFAULTS}
    plain = {"id": asset.id} | {name: value for name, value in values.items() if value != _DEFAULTS[name]}
    if asset.filing_date is not None:
        plain["filing_date"] = asset.filing_date.isoformat()
    if asset.extra:
        plain["extra"] = dict(asset.extra)
    return plain


def _asset(plain: dict[str, Any]) -> Asset:
    values: dict[str, Any] = {**_DEFAULTS, **plain}
    for name in _TUPLES & plain.keys():
        values[name] = tuple(values[name])
    day = plain.get("filing_date")
    values["filing_date"] = None if day is None else date.fromisoformat(str(day))
    values["legal_status"] = LegalStatus(values["legal_status"])
    values["licence"] = Licence(values["licence"])
    return Asset(**values)
