"""Requiring what the protocol promises."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.scorers.protocol import ScorerKind

Kind = ScorerKind
Scores = NDArray[np.float64]


class Nonconforming(AssertionError):  # noqa: N818  it says what the scorer is
    """A scorer breaks what the protocol promises; the message says which promise and where."""


def require(condition: object, promise: str) -> None:
    """Raise Nonconforming, naming the promise, unless the condition holds."""
    if not condition:
        raise Nonconforming(promise)


def same(a: Scores, b: Scores, promise: str) -> None:
    """Require two arrays of scores to be equal to the last digit."""
    require(a.shape == b.shape and a.tobytes() == b.tobytes(), f"{promise}: scores differ")
