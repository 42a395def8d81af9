"""Verifying an index: every byte of every part, every record, and that all of it belongs together."""

from __future__ import annotations

from pathlib import Path

from qixi.match.index.columns import FILE as COLUMNS
from qixi.match.index.columns import read_columns
from qixi.match.index.facets import open_facets
from qixi.match.index.head import HEAD
from qixi.match.index.kinds import KEEPERS
from qixi.match.index.opened import Opened
from qixi.match.vault import damaged
from qixi.tables import asset_row
from qixi.tables.reading import snapshot


def verify(folder: Path) -> int:
    """Read and check all of the index in `folder`, and return how many bytes that were.

    Raises Refused at the first fault, naming the file.
    """
    opened = Opened.latest(folder)
    opened.check()
    for part in opened.parts:
        read_columns(part.vault(COLUMNS), len(part.records))
    open_facets(opened)
    for keeper in KEEPERS:
        if keeper.name in opened.head.scorers:
            keeper.open(opened.parts)[1].check()
    base = opened.base
    if snapshot(map(asset_row, base.records)) != base.part.snapshot:
        raise damaged(folder / HEAD)
    paths = [part.folder / name for part in opened.parts for name in part.part.files]
    return sum(path.stat().st_size for path in (folder / HEAD, *paths))
