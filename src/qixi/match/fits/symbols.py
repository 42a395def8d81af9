"""The IPC symbols of a corpus as arrays, so that one need is scored by a gather."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.fits.fit import IpcGuesser, Values
from qixi.match.taxonomy import ipc_title, normal_symbol

GUESSES = 5
"""How many guessed subclasses stand for a technology without symbols."""

Shares = tuple[tuple[str, float], ...]


def key_of(symbol: str, exact: frozenset[str] = frozenset()) -> str | None:
    """Return what a symbol is looked up by: itself if in `exact`, else its main group or subclass.

    None for a symbol above subclass, or of a subclass the classification does not have.
    """
    normal = normal_symbol(symbol)
    if normal is None or ipc_title(normal[:4]) is None or len(normal) < 4:
        return None
    if "/" not in normal or normal in exact:
        return normal
    return f"{normal.partition('/')[0]}/00"


def keys_of(symbols: Iterable[str], exact: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the distinct keys of a record's symbols, in its order."""
    keys = (key_of(symbol, exact) for symbol in symbols)
    return tuple(dict.fromkeys(key for key in keys if key is not None))


def guessed(guesser: IpcGuesser | None, text: str) -> Shares:
    """Return the most probable subclasses of a text with shares that sum to 1; empty if none."""
    found = guesser.guess(text) if guesser is not None and text.strip() else {}
    first = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:GUESSES]
    total = sum(share for _, share in first)
    return tuple((subclass, share / total) for subclass, share in first) if total > 0 else ()


def asset_text(asset: Asset) -> str:
    """Return what the subclass of a technology is guessed from."""
    return "\n".join((asset.title, *asset.keywords, asset.abstract))


@dataclass(frozen=True, slots=True)
class SymbolSets:
    """Distinct sets of symbols in a corpus of n technologies.

    `keys` are the distinct symbols; set s has `members[offsets[s]:offsets[s + 1]]`, indices into
    `keys`, with `shares` (1 for stated symbols, a probability for guessed ones); `stated[s]` tells
    which; `set_of[i]` is the set of technology i, -1 where it has none.
    """

    keys: tuple[str, ...]
    offsets: NDArray[np.int64]
    members: NDArray[np.int64]
    shares: Values
    stated: NDArray[np.bool_]
    set_of: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        assets: Sequence[Asset],
        exact: frozenset[str] = frozenset(),
        guesser: IpcGuesser | None = None,
    ) -> SymbolSets:
        """Gather the sets of `assets`, symbols guessed from the text where none is stated."""
        numbers: dict[tuple[bool, Shares], int] = {}
        set_of = np.full(len(assets), -1, dtype=np.int64)
        for i, asset in enumerate(assets):
            stated, shares = shares_of(asset, exact, guesser)
            if shares:
                set_of[i] = numbers.setdefault((stated, shares), len(numbers))
        keys = {key: n for n, key in enumerate(sorted({key for _, set_ in numbers for key, _ in set_}))}
        sizes = [len(set_) for _, set_ in numbers]
        return cls(
            tuple(keys),
            np.concatenate(([0], np.cumsum(sizes))).astype(np.int64),
            np.array([keys[key] for _, set_ in numbers for key, _ in set_], dtype=np.int64),
            np.array([share for _, set_ in numbers for _, share in set_], dtype=np.float64),
            np.array([stated for stated, _ in numbers], dtype=np.bool_),
            set_of,
        )

    def over_sets(self, values: Values) -> Values:
        """Return one value per set from one value per key: the best stated, the expected guessed."""
        if not self.stated.size:
            return np.zeros(0)
        gathered = values[self.members] * self.shares
        best: Values = np.maximum.reduceat(gathered, self.offsets[:-1])
        if self.stated.all():
            return best
        owner = np.repeat(np.arange(self.stated.size), np.diff(self.offsets))
        expected = np.bincount(owner, weights=gathered, minlength=self.stated.size)
        return np.where(self.stated, best, expected)

    def mean(self, per_set: Values) -> float | None:
        """Return the mean over the technologies that have symbols; None where none has."""
        counts = np.bincount(self.set_of[self.set_of >= 0], minlength=self.stated.size)
        total = int(counts.sum())
        return float((per_set * counts).sum()) / total if total else None


def shares_of(asset: Asset, exact: frozenset[str], guesser: IpcGuesser | None) -> tuple[bool, Shares]:
    """Return whether a technology states its symbols, and its keys with their shares."""
    stated = keys_of(asset.ipc, exact)
    if stated:
        return True, tuple((key, 1.0) for key in stated)
    return False, guessed(guesser, asset_text(asset)) if guesser is not None else ()
