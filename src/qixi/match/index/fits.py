"""What the business and the portfolio fit learnt of a corpus, kept in the parts of an index."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qixi.core import Asset, Text
from qixi.match.engine import Engine
from qixi.match.fits import BusinessFit, PortfolioFit
from qixi.match.fits.symbols import KINDS
from qixi.match.index.head import refused
from qixi.match.index.opened import OpenPart
from qixi.match.vault import Vault, VaultWriter, damaged

FILE = "fits.vault"
Layers = list[Mapping[str, Any]]
_BUSINESS, _PORTFOLIO = "business.", "portfolio."


def write_fits(business: BusinessFit, portfolio: PortfolioFit, part: Path) -> None:
    """Write what was learnt of a base, and what shaped it."""
    about = json.dumps(_basis(business, portfolio), sort_keys=True).encode("ascii")
    with VaultWriter(part / FILE) as writer:
        _write(writer, _BUSINESS, business.arrays())
        _write(writer, _PORTFOLIO, portfolio.arrays())
        writer.add("about", np.frombuffer(about, dtype=np.uint8))


def grow_fits(engine: Engine, parts: Sequence[OpenPart], assets: Sequence[Asset], part: Path) -> None:
    """Write what `assets` add to what `parts` know; raises Refused where settings shape it otherwise."""
    business, portfolio = engine.business, engine.portfolio
    require_basis(engine, parts)
    _take(parts, _BUSINESS, business.take)
    _take(parts, _PORTFOLIO, portfolio.take)
    before = business.sets, portfolio.sets
    business.extend(assets)
    portfolio.extend(assets)
    with VaultWriter(part / FILE) as writer:
        _write(writer, _BUSINESS, business.arrays(before[0]))
        _write(writer, _PORTFOLIO, portfolio.arrays(before[1]))


def teach(engine: Engine, parts: Sequence[OpenPart], scores: Callable[[], None]) -> None:
    """Give an engine's fits what `parts` know; what its settings shape otherwise is learnt anew.

    `scores` has the scorers' shards checked, where they are read.
    """
    said = _about(parts[0])
    own = _basis(engine.business, engine.portfolio)
    if said["business"] == own["business"]:
        _take(parts, _BUSINESS, engine.business.take)
    else:
        engine.business.fit(parts[0].records)
        for part in parts[1:]:
            engine.business.extend(part.records)
    _take(parts, _PORTFOLIO, engine.portfolio.take)
    if said["portfolio"] != own["portfolio"]:
        scores()
        engine.portfolio.measure(parts[0].records)


def require_basis(engine: Engine, parts: Sequence[OpenPart]) -> None:
    """Raise Refused unless the settings shape the business fit as those the index was built with."""
    if _about(parts[0])["business"] == engine.business.basis:
        return
    raise refused(
        parts[0].folder.parent,
        Text(
            "设置（行业对照表或 IPC 推断）与建立索引时不同",
            "the settings (crosswalk, guessing of symbols) are not those the index was built with",
        ),
        Text(
            "请用 --settings 给出建立索引时的设置文件，或重新建立索引",
            "give the settings file it was built with (--settings), or build the index again",
        ),
    )


def _basis(business: BusinessFit, portfolio: PortfolioFit) -> dict[str, str]:
    return {"business": business.basis, "portfolio": portfolio.basis}


def _about(part: OpenPart) -> dict[str, str]:
    vault = part.vault(FILE)
    try:
        said = json.loads(vault.array("about", np.uint8).all().tobytes())
    except (ValueError, RecursionError) as fault:
        raise damaged(vault.path) from fault
    if not isinstance(said, dict) or said.keys() != {"business", "portfolio"}:
        raise damaged(vault.path)
    return said


def _write(writer: VaultWriter, prefix: str, arrays: Mapping[str, Any]) -> None:
    for name, array in arrays.items():
        writer.add(prefix + name, array)


def _take(parts: Sequence[OpenPart], prefix: str, take: Callable[[Layers], object]) -> None:
    vaults = [part.vault(FILE) for n, part in enumerate(parts) if not n or len(part.records)]
    layers: Layers = [_layer(vault, prefix, first=not n) for n, vault in enumerate(vaults)]
    try:
        take(layers)
    except ValueError as fault:
        raise damaged(parts[0].folder / FILE) from fault


def _layer(vault: Vault, prefix: str, *, first: bool) -> Mapping[str, Any]:
    kinds = dict(KINDS)
    if prefix == _PORTFOLIO:
        kinds["with_text"] = np.bool_
    if first:
        kinds["mean"] = np.float64
    layer: dict[str, Any] = {name: vault.whole(prefix + name, kind) for name, kind in kinds.items()}
    flags = [array for array in layer.values() if array.dtype == np.bool_]
    # A truth that is neither 0 nor 1 would be neither to what counts and what masks.
    if any(array.size and array.view(np.uint8).max() > 1 for array in flags):
        raise damaged(vault.path)
    return layer
