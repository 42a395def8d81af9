"""How close two IPC symbols are, by the deepest level they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from qixi.core import Text
from qixi.match.crosswalk.table import FIELD_SHARE, Profile
from qixi.match.fits.fit import Values
from qixi.match.taxonomy import field_of, ipc_ancestors

FIELDS = 35

LEVELS = (
    (1.0, Text("同一大组", "the same main group")),
    (0.7, Text("同一小类", "the same subclass")),
    (0.4, Text("同一大类", "the same class")),
    (0.1, Text("同一部", "the same section")),
)
"""Value and name of each shared level, deepest first; by judgement, unconfirmed."""


def closeness(own: str, other: str) -> tuple[float, Text | None]:
    """Return the value of the deepest level two symbols share, and its name; 0 and None if none.

    A symbol that stops at subclass shares a main group with nothing.
    """
    mine, theirs = _chain(own), _chain(other)
    for (value, name), left, right in zip(LEVELS, mine, theirs, strict=True):
        if left is not None and left == right:
            return value, name
    return 0.0, None


def closest(own: Iterable[str], others: Iterable[str]) -> tuple[float, str, str, Text | None]:
    """Return value, own symbol, other symbol and level of the closest pair, the first on a tie."""
    best: tuple[float, str, str, Text | None] = (0.0, "", "", None)
    theirs = tuple(others)
    for mine in own:
        for other in theirs:
            value, name = closeness(mine, other)
            if value > best[0]:
                best = (value, mine, other, name)
    return best


class KeyTree:
    """The keys of a corpus under each of their levels, so that closeness to all is a few writes."""

    def __init__(self, keys: Sequence[str]) -> None:
        found: dict[str, list[int]] = {}
        for i, key in enumerate(keys):
            for above in ipc_ancestors(key):
                found.setdefault(above, []).append(i)
        self._below = {above: np.array(members) for above, members in found.items()}
        fields = [field_of(key) for key in keys]
        self._field = np.array([each.number if each else 0 for each in fields], dtype=np.int64)
        self.size = len(keys)

    def closeness(self, own: Iterable[str]) -> Values:
        """Return for each key the closeness of the closest of `own`; as `closeness` gives it."""
        values = np.zeros(self.size)
        for mine in own:
            for (value, _), above in zip(LEVELS, _chain(mine), strict=True):
                members = self._below.get(above) if above is not None else None
                if members is not None:
                    values[members] = np.maximum(values[members], value)
        return values

    def affinity(self, profile: Profile) -> Values:
        """Return for each key the value `profile.affinity` gives it."""
        shares = np.zeros(FIELDS + 1)
        for number, row in profile.fields.items():
            shares[number] = FIELD_SHARE * row.weight
        values = shares[self._field]
        for symbol in sorted(profile.rows, key=_depth):
            members = self._below.get(symbol)
            if members is not None:
                values[members] = profile.rows[symbol].weight
        return values


def _depth(symbol: str) -> int:
    """Order symbols from section to subgroup."""
    return len(symbol) if "/" not in symbol else 5 + (not symbol.endswith("/00"))


@lru_cache(maxsize=65536)
def _chain(symbol: str) -> tuple[str | None, ...]:
    above = ipc_ancestors(symbol)
    group = next((each for each in above if each.endswith("/00")), None)
    by_length = {len(each): each for each in above if "/" not in each}
    return (group, by_length.get(4), by_length.get(3), by_length.get(1))
