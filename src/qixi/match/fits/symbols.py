"""The IPC symbols of a corpus as arrays, so that one need is scored by a gather."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.fits.fit import IpcGuesser, Values
from qixi.match.kernels.setwise import Sets, over_sets
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
    which; `set_of[i]` is the set of technology i, -1 where it has none; `counts[s]` is how many
    technologies of the fitted corpus have the set, none of those that came later.
    """

    keys: tuple[str, ...]
    offsets: NDArray[np.int64]
    members: NDArray[np.int64]
    shares: Values
    stated: NDArray[np.bool_]
    set_of: NDArray[np.int32]
    counts: NDArray[np.int64]
    _brief: Sets = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Each need reads all of these: half the bytes are half the time.
        offsets, members, counts = (
            each.astype(np.int32) for each in (self.offsets, self.members, self.counts)
        )
        object.__setattr__(self, "_brief", Sets(offsets, members, self.shares, self.stated, counts))

    @classmethod
    def of(
        cls,
        assets: Iterable[Asset],
        exact: frozenset[str] = frozenset(),
        guesser: IpcGuesser | None = None,
    ) -> Self:
        """Gather the sets of `assets`, symbols guessed from the text where none is stated."""
        empty = np.zeros(0, dtype=np.int64)
        none = cls(
            (),
            np.zeros(1, np.int64),
            empty,
            np.zeros(0),
            np.zeros(0, np.bool_),
            empty.astype(np.int32),
            empty,
        )
        sets = none.extended(assets, exact, guesser)
        counts = np.bincount(sets.set_of[sets.set_of >= 0], minlength=sets.stated.size)
        return replace(sets, counts=counts.astype(np.int64))

    def extended(
        self,
        assets: Iterable[Asset],
        exact: frozenset[str] = frozenset(),
        guesser: IpcGuesser | None = None,
    ) -> Self:
        """Return the sets with those of technologies that came later; no mean changes by them."""
        numbers: dict[tuple[bool, Shares], int] = {}
        by_symbols: dict[tuple[str, ...], int] = {}
        first, found = self.stated.size, []
        for asset in assets:
            number = by_symbols.get(asset.ipc)
            if number is None:
                stated, shares = shares_of(asset, exact, guesser)
                number = numbers.setdefault((stated, shares), first + len(numbers)) if shares else -1
                if stated:
                    by_symbols[asset.ipc] = number
            found.append(number)
        known = {key: n for n, key in enumerate(self.keys)}
        new = {key for _, set_ in numbers for key, _ in set_} - known.keys()
        known |= {key: len(known) + n for n, key in enumerate(sorted(new))}
        ends = np.cumsum([len(set_) for _, set_ in numbers], dtype=np.int64) + self.offsets[-1]
        members = [known[key] for _, set_ in numbers for key, _ in set_]
        return type(self)(
            tuple(known),
            np.concatenate((self.offsets, ends)),
            np.concatenate((self.members, np.array(members, dtype=np.int64))),
            np.concatenate((self.shares, [share for _, set_ in numbers for _, share in set_])),
            np.concatenate((self.stated, np.array([stated for stated, _ in numbers], dtype=np.bool_))),
            np.concatenate((self.set_of, np.array(found, dtype=np.int32))),
            np.concatenate((self.counts, np.zeros(len(numbers), dtype=np.int64))),
        )

    def over_sets(self, values: Values) -> Values:
        """Return one value per set from one value per key: the best stated, the expected guessed."""
        return self._over(values, self.offsets, self.members, self.shares, self.stated)

    def over_some(self, values: Values, sets: NDArray[np.integer]) -> Values:
        """Return what `over_sets` gives for these sets."""
        sizes = self.offsets[sets + 1] - self.offsets[sets]
        offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - self.offsets[sets], sizes)
        return self._over(values, offsets, self.members[within], self.shares[within], self.stated[sets])

    def estimated(self, values: Values) -> tuple[NDArray[np.float32], float | None]:
        """Return what `over_sets` gives, and its `mean`, in float32 and faster; no value may be below 0."""
        out = np.empty(self.stated.size, dtype=np.float32)
        total, technologies = over_sets(values, self._brief, out)
        return out, total / technologies if technologies else None

    @staticmethod
    def _over(
        values: Values,
        offsets: NDArray[np.int64],
        members: NDArray[np.int64],
        shares: Values,
        stated: NDArray[np.bool_],
    ) -> Values:
        if not stated.size:
            return np.zeros(0)
        gathered = values[members] * shares
        best: Values = np.maximum.reduceat(gathered, offsets[:-1])
        if stated.all():
            return best
        owner = np.repeat(np.arange(stated.size), np.diff(offsets))
        expected = np.bincount(owner, weights=gathered, minlength=stated.size)
        return np.where(stated, best, expected)

    def mean(self, per_set: Values) -> float | None:
        """Return the mean over the fitted technologies that have symbols; None where none has."""
        total = int(self.counts.sum())
        return float((per_set * self.counts).sum()) / total if total else None

    def arrays(self, since: SymbolSets | None = None) -> dict[str, NDArray[np.generic]]:
        """Return as arrays what is there beyond `since`, see KINDS; `keys` are UTF-8, a line each."""
        keys, sets, technologies = (
            (0, 0, 0) if since is None else (len(since.keys), since.stated.size, since.set_of.size)
        )
        first = int(self.offsets[sets])
        lines = "".join(f"{key}\n" for key in self.keys[keys:]).encode()
        return {
            "keys": np.frombuffer(lines, dtype=np.uint8),
            "offsets": self.offsets[sets:] - first,
            "members": self.members[first:],
            "shares": self.shares[first:],
            "stated": self.stated[sets:],
            "set_of": self.set_of[technologies:],
            "counts": self.counts[sets:],
        }

    @classmethod
    def of_arrays(cls, layers: Sequence[Mapping[str, NDArray[np.generic]]]) -> Self:
        """Join what `arrays` gave, the fitted corpus first; raises ValueError where it does not fit."""
        if any(layer[name].dtype != kind for layer in layers for name, kind in KINDS.items()):
            raise ValueError("sets of another type")
        text = b"".join(layer["keys"].tobytes() for layer in layers).decode()
        part: Any = {name: [layer[name] for layer in layers] for name in KINDS}
        shifted, end = [np.zeros(1, dtype=np.int64)], 0
        for offsets in part["offsets"]:
            if not offsets.size or offsets[0]:
                raise ValueError("offsets")
            shifted.append(offsets[1:] + end)
            end = int(shifted[-1][-1]) if shifted[-1].size else end
        joined = {
            name: np.concatenate(part[name]) for name in ("members", "shares", "stated", "set_of", "counts")
        }
        sets = cls(tuple(text.split("\n")[:-1]), np.concatenate(shifted), **joined)
        sets._check()
        return sets

    def _check(self) -> None:
        sets, start = self.stated.size, self.offsets
        sound = (
            start.shape == (sets + 1,)
            and self.counts.shape == (sets,)
            and self.members.shape == self.shares.shape == (int(start[-1]),)
            # Differences of forged offsets would overflow, so the offsets themselves are compared.
            and bool(np.all(start[1:] > start[:-1]))
            and bool(np.all((self.members >= 0) & (self.members < len(self.keys))))
            and bool(np.all((self.set_of >= -1) & (self.set_of < sets)))
            and bool(np.all(self.counts >= 0))
            and bool(np.isfinite(self.shares).all())
            and len(set(self.keys)) == len(self.keys)
        )
        if not sound:
            raise ValueError("sets do not fit together")


KINDS: Mapping[str, Any] = {
    "keys": np.uint8,
    "offsets": np.int64,
    "members": np.int64,
    "shares": np.float64,
    "stated": np.bool_,
    "set_of": np.int32,
    "counts": np.int64,
}
"""What the arrays of `SymbolSets` are made of."""


def shares_of(asset: Asset, exact: frozenset[str], guesser: IpcGuesser | None) -> tuple[bool, Shares]:
    """Return whether a technology states its symbols, and its keys with their shares."""
    stated = keys_of(asset.ipc, exact)
    if stated:
        return True, tuple((key, 1.0) for key in stated)
    return False, guessed(guesser, asset_text(asset)) if guesser is not None else ()
