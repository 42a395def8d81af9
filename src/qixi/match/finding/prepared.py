"""The needs of a block made ready: weighted terms, business sides, the firms' portfolios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Need
from qixi.match.engine import Engine
from qixi.match.finding.dense import Asked, Dense
from qixi.match.fits.portfolio import Likeness
from qixi.match.fits.side import NeedSide, need_side
from qixi.match.kernels.shapes import Questions
from qixi.match.kernels.sparing import Usual, spared
from qixi.match.lexicon import default_lexicon
from qixi.match.query import need_query
from qixi.match.requirements import background_mask

_TOGETHER = 512
"""Needs whose texts are taken apart at once."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The needs of a block; `weighed` holds their queries for each linear scorer.

    `seeking` are the same queries with the terms alone that look for candidates.

    `dense` are the needs as vectors, where a model makes any; `likenesses` are what firms' own patents
    are compared by, None where a firm gives none; `own` are the places of technologies that are the
    firm's own, by the need's number; `order` is the order in which needs are best looked at: those of
    one side follow each other.
    """

    needs: Sequence[Need]
    weighed: tuple[Questions, ...]
    seeking: tuple[Questions, ...]
    dense: Asked | None
    sides: tuple[NeedSide, ...]
    likenesses: tuple[Likeness | None, ...]
    own: Mapping[int, NDArray[np.int64]]
    order: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        needs: Sequence[Need],
        engine: Engine,
        usual: Sequence[Usual],
        left: float,
        dense: Dense | None = None,
    ) -> Self:
        """Make `needs` ready for `engine`; see `sparing.spared` for `usual` and `left`."""
        lexicon = default_lexicon()
        weighed, seeking, asked = [], [], []
        for at in range(0, max(len(needs), 1), _TOGETHER):
            # Texts taken apart are many times what becomes of them, so few at a time.
            part = needs[at : at + _TOGETHER]
            queries = [need_query(need, background_mask(need), lexicon) for need in part]
            weighed.append(tuple(weights.questions() for weights in engine.need_fit.weigh(queries)))
            seeking.append(spared(weighed[-1], usual, left))
            if dense is not None:
                asked.append(dense.ask(queries))
        sides = tuple(need_side(need, engine.business.guesser) for need in needs)
        first: dict[NeedSide, int] = {}
        group = [first.setdefault(side, i) for i, side in enumerate(sides)]
        order = np.argsort(np.array(group), kind="stable")
        owned = {i: sorted(engine.own(need)) for i, need in enumerate(needs)}
        own = {i: np.array(places, dtype=np.int64) for i, places in owned.items() if places}
        vectors = _joined_vectors(asked) if asked else None
        return cls(
            needs,
            _joined(weighed),
            _joined(seeking),
            vectors,
            sides,
            engine.portfolio.likenesses(needs),
            own,
            order,
        )


def _joined(parts: Sequence[tuple[Questions, ...]]) -> tuple[Questions, ...]:
    """Return the queries of several parts as those of one, for each scorer."""
    return tuple(_in_a_row(each) for each in zip(*parts, strict=True))


def _in_a_row(parts: Sequence[Questions]) -> Questions:
    ends = np.cumsum([0, *(part.start[-1] for part in parts)])
    starts = [part.start[:-1] + end for part, end in zip(parts, ends, strict=False)]
    return Questions.of(
        np.concatenate([*starts, ends[-1:]]),
        np.concatenate([part.terms for part in parts]),
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.offset for part in parts]),
    )


def _joined_vectors(parts: Sequence[Asked]) -> Asked:
    return Asked(
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.mean for part in parts]),
        np.concatenate([part.deviation for part in parts]),
    )
