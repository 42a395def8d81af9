"""The facets of one part of an index on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from qixi.core import Asset
from qixi.match.columns import STATUSES
from qixi.match.facets import Facets, Words
from qixi.match.index.opened import Opened
from qixi.match.vault import SortedStrings, Vault, VaultWriter, below, damaged, offsets, write_strings

FILE = "facets.vault"
_WORDS = ("region", "applicant_kind", "symbols")


def write_facets(assets: Iterable[Asset], folder: Path) -> None:
    """Write the facets of technologies, in the order given, into the folder of a part."""
    facets = Facets.of(assets)
    with VaultWriter(folder / FILE) as writer:
        for name in _WORDS:
            words: Words = getattr(facets, name)
            write_strings(writer, name, words.values)
            writer.add(f"{name}.codes", words.codes)
        writer.add("legal_status", facets.legal_status)
        writer.add("start", facets.start)


def read_facets(vault: Vault, size: int) -> Facets:
    """Read what `write_facets` wrote for `size` technologies; raises Refused where it is damaged."""
    region, kind, symbols = (_words(vault, name) for name in _WORDS)
    status = vault.array("legal_status", np.uint8, below(len(STATUSES))).all()
    start = vault.array("start", np.int64, offsets(symbols.codes.size)).all()
    fits = (
        status.size == region.codes.size == kind.codes.size == start.size - 1 == size
        and start[0] == 0
        and start[-1] == symbols.codes.size
        and bool(np.all(np.diff(start) >= 0))
    )
    if not fits:
        raise damaged(vault.path)
    return Facets(region, kind, status, start, symbols)


def open_facets(opened: Opened) -> Facets:
    """Read the facets of all parts of an index, in the order of places; raises Refused."""
    return Facets.joined([read_facets(part.vault(FILE), len(part.records)) for part in opened.parts])


def _words(vault: Vault, name: str) -> Words:
    values = SortedStrings(vault, name)
    values.check()
    return Words(tuple(values), vault.array(f"{name}.codes", np.int32, below(len(values))).all())
