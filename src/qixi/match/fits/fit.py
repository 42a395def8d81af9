"""What a fit says of a pair and of a corpus, and what may be given to it from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qixi.core import Text

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fit:
    """One fit of one pair: value in [0, 1], whether both sides were known, and why."""

    value: float
    known: bool
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class FitScores:
    """One fit of one need with the corpus, in the corpus's order: values in [0, 1] and what was known."""

    values: Values
    known: Mask


class IpcGuesser(Protocol):
    """Reads an IPC subclass out of a text."""

    def guess(self, text: str) -> Mapping[str, float]:
        """Return subclass to probability, most probable first; empty where the text says nothing."""
        ...
