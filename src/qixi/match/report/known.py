"""Which fits of a match were known, and which stand at a mean."""

from __future__ import annotations

from qixi.core import Need
from qixi.match.explain import Explanation
from qixi.match.ranking import Match
from qixi.match.settings import FitWeights

_NEAR = 2e-6
"""Known shares are kept to six digits; two that differ by less are the same."""

Known = bool | None


def known_fits(
    match: Match, need: Need, weights: FitWeights, explanation: Explanation | None
) -> tuple[Known, Known]:
    """Say whether the business fit and the portfolio fit were known; None where that cannot be told.

    An explanation tells outright. Without one, the known share of the weights tells which of the
    two it can be made of; a need that gives no patents of the firm has no portfolio fit.
    """
    if explanation is not None:
        return explanation.business.known, explanation.portfolio.known
    total = weights.business + weights.need + weights.portfolio
    possible = [
        (business, portfolio)
        for business in (True, False)
        for portfolio in ((True, False) if need.portfolio else (False,))
        if abs(_share(weights, business, portfolio) / total - match.known) < _NEAR
    ]
    return _agreed([b for b, _ in possible]), _agreed([p for _, p in possible])


def _share(weights: FitWeights, business: bool, portfolio: bool) -> float:
    return weights.need + weights.business * business + weights.portfolio * portfolio


def _agreed(values: list[bool]) -> Known:
    return values[0] if len(set(values)) == 1 else None
