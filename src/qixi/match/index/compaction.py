"""Compaction: base and changes become one base again, with statistics of its own, equal to a fresh build."""

from __future__ import annotations

from pathlib import Path

from qixi.match.engine import Engine
from qixi.match.index.fits import require_basis
from qixi.match.index.head import Head
from qixi.match.index.kinds import keepers
from qixi.match.index.opened import Opened
from qixi.match.index.places import changing
from qixi.match.index.writing import replaced
from qixi.match.lock import PATIENCE
from qixi.match.models import ModelSuite
from qixi.match.settings import Settings


def compact(
    folder: Path,
    settings: Settings | None = None,
    suite: ModelSuite | None = None,
    patience: float = PATIENCE,
) -> Head:
    """Build the index in `folder` anew from what it stores; all that was changed is in the statistics then.

    Other writers wait; readers go on with what they opened. The result is byte for byte what a fresh
    build of the same technologies with the same settings gives. Raises Refused as `append`.
    """
    with changing(folder, patience) as (head, draft):
        opened = Opened(folder, head)
        if len(head.parts) == 1:
            return head
        engine = Engine(settings, suite)
        require_basis(engine, opened.parts)
        kept = keepers(folder, head.scorers, suite)
        engine.fit(tuple(opened.corpus.living()))
        fitted = {scorer.name: scorer for scorer in engine.need_fit.scorers}
        scorers = [(each, fitted.get(each.name) or each.fit(engine.assets)) for each in kept]
        return replaced(folder, draft, engine, scorers)
