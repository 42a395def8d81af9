"""From feedback to a sample: the engine is asked what its parts say of every pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from qixi.core import Need
from qixi.match.engine import Engine
from qixi.match.learning.labels import level, outcomes, stand_for
from qixi.match.learning.sample import Floats, Ints, Sample
from qixi.match.learning.settings import OUTCOMES, LearningSettings
from qixi.match.lexicon import default_lexicon
from qixi.match.query import need_query
from qixi.match.ranking import DECIMALS
from qixi.match.requirements import background_mask
from qixi.match.text import fold
from qixi.tables import Feedback


def gather(
    engine: Engine,
    needs: Sequence[Need],
    feedback: Sequence[Feedback],
    learning: LearningSettings,
    progress: Callable[[int], object] = lambda _: None,
) -> Sample:
    """Return the sample of the pairs whose need is among `needs` and whose technology the engine knows.

    `feedback` holds a pair once. Pairs of which nothing was said that counts are left out. Calls
    `progress` with each need done. A need that stands in the file twice under two ids is one group.
    """
    by_need: dict[str, list[Feedback]] = {}
    for record in sorted(feedback, key=lambda each: (each.demand_id, each.supply_id)):
        if record.supply_id in engine.place and level(record, learning) is not None:
            by_need.setdefault(record.demand_id, []).append(record)
    asked = sorted((need for need in needs if need.id in by_need), key=lambda need: need.id)
    records = [record for need in asked for record in by_need[need.id]]
    engine.prepare(asked)
    columns = _Columns(engine)
    for need in asked:
        columns.add(need, [engine.place[record.supply_id] for record in by_need[need.id]])
        progress(1)
    said = [outcomes(record, learning) for record in records]
    return Sample(
        needs=tuple(need.id for need in asked),
        group=_groups(asked),
        owner=np.repeat(np.arange(len(asked)), [len(by_need[need.id]) for need in asked]),
        assets=np.array([record.supply_id for record in records], dtype=object),
        scorers=columns.scorers,
        standing=np.vstack([np.empty((0, len(columns.scorers))), *columns.standing]),
        business=np.concatenate([np.empty(0), *columns.business]),
        portfolio=np.concatenate([np.empty(0), *columns.portfolio]),
        level=np.array([level(record, learning) for record in records], dtype=np.int64),
        outcomes={name: np.array([each[name] for each in said], dtype=np.float64) for name in OUTCOMES},
        weight=stand_for(records, learning.heaviest),
    )


class _Columns:
    """What the parts of the engine say, need by need."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lexicon = default_lexicon()
        self.standing: list[Floats] = []
        self.business: list[Floats] = []
        self.portfolio: list[Floats] = []

    @property
    def scorers(self) -> tuple[str, ...]:
        return tuple(scorer.name for scorer in self._engine.need_fit.scorers)

    def add(self, need: Need, places: Sequence[int]) -> None:
        engine = self._engine
        query = need_query(need, background_mask(need), self._lexicon)
        rows = [scorer.score([query])[0][places] for scorer in engine.need_fit.scorers]
        self.standing.append(np.stack(rows, axis=1))
        self.business.append(np.round(engine.business.score(need).values[places], DECIMALS))
        self.portfolio.append(np.round(engine.portfolio.score(need).values[places], DECIMALS))


def _groups(needs: Sequence[Need]) -> Ints:
    """Return a number for each need; needs of the same words have the same."""
    found: dict[str, int] = {}
    texts = (fold(f"{need.title}\n{need.content}") for need in needs)
    return np.array([found.setdefault(text, len(found)) for text in texts], dtype=np.int64)
