"""Compaction: base and changes become one base again, with statistics of its own, equal to a fresh build."""

from __future__ import annotations

from pathlib import Path

from qixi.match.index.head import Head
from qixi.match.index.kinds import keepers
from qixi.match.index.opened import Opened
from qixi.match.index.places import changing
from qixi.match.index.writing import replaced
from qixi.match.lock import PATIENCE
from qixi.match.models import ModelSuite


def compact(folder: Path, suite: ModelSuite | None = None, patience: float = PATIENCE) -> Head:
    """Build the index in `folder` anew from what it stores; all that was changed is in the statistics then.

    Other writers wait; readers go on with what they opened. The result is byte for byte what a fresh
    build of the same technologies gives. Raises Refused as `write_index`, where the index is damaged,
    and where it holds vectors of a model that `suite` does not bring.
    """
    with changing(folder, patience) as (head, draft):
        opened = Opened(folder, head)
        if len(opened.head.parts) == 1:
            return opened.head
        kept = keepers(folder, opened.head.scorers, suite)
        assets = tuple(opened.corpus.living())
        return replaced(folder, draft, assets, [(keeper, keeper.fit(assets)) for keeper in kept])
