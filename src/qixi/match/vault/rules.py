"""What must hold of stored numbers before a kernel that looks for no bounds may read them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qixi.match.vault.reader import Rule


def below(limit: int) -> Rule:
    """Return the rule that numbers lie in [0, limit)."""

    def rule(values: NDArray[Any], _: bool) -> bool:
        return values.size == 0 or bool(values.min() >= 0 and values.max() < limit)

    return rule


def offsets(last: int) -> Rule:
    """Return the rule that numbers ascend within [0, last]; see also `framed`."""

    def rule(values: NDArray[Any], _: bool) -> bool:
        # Differences of forged numbers would overflow, so the numbers themselves are compared.
        inside = values.size == 0 or bool(values.min() >= 0 and values.max() <= last)
        return inside and bool(np.all(values[1:] >= values[:-1]))

    return rule


def ascending(limit: int) -> Rule:
    """Return the rule that numbers ascend within [0, limit), none twice."""

    def rule(values: NDArray[Any], _: bool) -> bool:
        inside = values.size == 0 or bool(values.min() >= 0 and values.max() < limit)
        return inside and bool(np.all(values[1:] > values[:-1]))

    return rule


def finite(values: NDArray[Any], _: bool) -> bool:
    """Hold where every number is finite."""
    return bool(np.isfinite(values).all())
