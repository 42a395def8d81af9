"""Fitting several scorers in one pass over a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qixi.core import Asset
from qixi.match.postings.gathering import Gathering
from qixi.match.scorers.fitting import FIELDS, fitting
from qixi.match.scorers.lexical import LexicalScorer
from qixi.match.scorers.protocol import LinearScorer
from qixi.match.scorers.topical import TopicalScorer
from qixi.match.sparse import SHARD

LinearKind = type[LexicalScorer] | type[TopicalScorer]


def fitted(kinds: Sequence[LinearKind], assets: Iterable[Asset], shard: int = SHARD) -> list[LinearScorer]:
    """Return scorers of `kinds`, just as each of them would fit `assets`, which are read once."""
    topical = [kind for kind in kinds if issubclass(kind, TopicalScorer)]
    gathering = Gathering(FIELDS, shard)
    counted = gathering if len(topical) < len(kinds) else None
    described = dict(
        zip(topical, fitting([kind.space() for kind in topical], assets, shard, counted), strict=True)
    )
    scorers: list[LinearScorer] = []
    for kind in kinds:
        if issubclass(kind, TopicalScorer):
            scorers.append(kind(shard).take(described.pop(kind)))
        else:
            scorers.append(kind(shard=shard).take(gathering))
    return scorers
