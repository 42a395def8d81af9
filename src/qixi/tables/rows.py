"""From records back to rows of a table, the form in which they are written and fingerprinted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from qixi.core import Asset, LegalStatus, Licence, Need

ASSET_COLUMNS = (*(f.name for f in fields(Asset) if f.name not in {"maturity_text", "extra"}), "trl")
NEED_COLUMNS = tuple(f.name for f in fields(Need) if f.name not in {"industry_text", "extra"})


def asset_row(asset: Asset) -> dict[str, object]:
    """Return an Asset's filled-in fields, then its extra columns; lists stay lists, days are ISO.

    `maturity` carries the words as read, `trl` the level, so that reading gives both again.
    """
    row = {name: _written(getattr(asset, name)) for name in ASSET_COLUMNS if name != "trl"}
    row["maturity"] = asset.maturity_text
    row["trl"] = asset.maturity
    return _with_extra(row, asset.extra)


def need_row(need: Need) -> dict[str, object]:
    """Return a Need's filled-in fields, then its extra columns; own patents as objects.

    `industry` carries the value as read, from which the code is taken again.
    """
    row = {name: _written(getattr(need, name)) for name in NEED_COLUMNS if name != "portfolio"}
    row["industry"] = need.industry_text or need.industry
    row["portfolio"] = [
        _filled({"title": p.title, "abstract": p.abstract, "ipc": list(p.ipc), "number": p.number})
        for p in need.portfolio
    ]
    return _with_extra(row, need.extra)


def _with_extra(row: dict[str, object], extra: Mapping[str, str]) -> dict[str, object]:
    """Put the extra columns behind the fields; one that bears a field's name gets a number."""
    whole = _filled(row)
    for name, value in extra.items():
        whole[name if name not in whole else f"{name} (2)"] = value
    return whole


def _written(value: object) -> object:
    if value is LegalStatus.UNKNOWN or value is Licence.UNKNOWN:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, str) else value


def _filled(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value not in (None, "", [])}
