"""How scorers are kept: statistics and shards of the base, and what each delta adds to both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.index.opened import OpenPart
from qixi.match.postings import Statistics
from qixi.match.scorers import LexicalScorer, Scorer
from qixi.match.scorers.lexical import FIELDS
from qixi.match.scorers.moments import Moments
from qixi.match.scorers.topical import TopicalScorer
from qixi.match.shards import StoredShards, Watched, write_shards
from qixi.match.sparse import SHARD, Matrix, Rows
from qixi.match.vault import Vault, VaultWriter, below, damaged, finite, offsets

Arrays = Mapping[str, NDArray[np.generic]]
_LAYER = "layer."


class Keeper(Protocol):
    """Keeps scorers of one kind in the parts of an index, in files that begin with the scorer's name."""

    @property
    def name(self) -> str:
        """The name of the scorers."""
        ...

    def fit(self, assets: Sequence[Asset]) -> Scorer:
        """Return a scorer of a whole corpus."""
        ...

    def write(self, scorer: Any, part: Path) -> None:
        """Write a fitted scorer into a new base."""
        ...

    def grow(self, parts: Sequence[OpenPart], assets: Sequence[Asset], part: Path) -> None:
        """Weigh `assets` by what `parts` know, and write them into a new delta that comes behind these."""
        ...

    def open(self, parts: Sequence[OpenPart]) -> tuple[Scorer, Watched]:
        """Return the scorer over all parts, and what of it is to be checked before it is read."""
        ...


class Sharded(Protocol):
    """What is kept of a scorer of statistics and shards: how its statistics become arrays and come back."""

    def fit(self, assets: Sequence[Asset]) -> Any:
        """Return a scorer of a whole corpus."""
        ...

    def layers(self, statistics: Any) -> list[Arrays]:
        """Return statistics as arrays, layer by layer."""
        ...

    def kinds(self, layer: int) -> Mapping[str, type[np.generic]]:
        """Return the names of the arrays of a layer, and of what numbers they are."""
        ...

    def statistics(self, layers: Sequence[Arrays]) -> tuple[Any, int]:
        """Return statistics and number of terms; raises ValueError, KeyError where arrays do not fit."""
        ...

    def scorer(self, statistics: Any, shards: Sequence[Matrix]) -> Any:
        """Return a scorer."""
        ...


class Lexical:
    """The lexical scorer: every delta may know further words, in a layer of its own."""

    def fit(self, assets: Sequence[Asset]) -> LexicalScorer:
        """See `Sharded`."""
        return LexicalScorer().fit(assets)

    def layers(self, statistics: Statistics) -> list[Arrays]:
        """See `Sharded`."""
        return [statistics.arrays(number) for number in range(len(statistics.numbers))]

    def kinds(self, layer: int) -> Mapping[str, type[np.generic]]:
        """See `Sharded`."""
        return Statistics.kinds(layer)

    def statistics(self, layers: Sequence[Arrays]) -> tuple[Statistics, int]:
        """See `Sharded`."""
        found = Statistics.of_arrays(FIELDS, layers)
        return found, found.vocabulary.size

    def scorer(self, statistics: Statistics, shards: Sequence[Matrix]) -> LexicalScorer:
        """See `Sharded`."""
        return LexicalScorer.of(statistics, shards)


@dataclass(frozen=True, slots=True)
class Topical:
    """A topical scorer: its topics are given, so there is one layer."""

    kind: type[TopicalScorer]

    def fit(self, assets: Sequence[Asset]) -> TopicalScorer:
        """See `Sharded`."""
        return self.kind().fit(assets)

    def layers(self, statistics: Moments) -> list[Arrays]:
        """See `Sharded`."""
        return [statistics.arrays()]

    def kinds(self, layer: int) -> Mapping[str, type[np.generic]]:
        """See `Sharded`."""
        return Moments.KINDS

    def statistics(self, layers: Sequence[Arrays]) -> tuple[Moments, int]:
        """See `Sharded`."""
        topics = len(self.kind.space().topics)
        # Small, and taken by loops that are compiled for arrays one may write to.
        own = {name: array.copy() for name, array in layers[0].items()}
        return Moments.of_arrays(own, topics), topics

    def scorer(self, statistics: Moments, shards: Sequence[Matrix]) -> TopicalScorer:
        """See `Sharded`."""
        return self.kind.of(statistics, shards)


@dataclass(frozen=True, slots=True)
class ShardKeeper:
    """Keeps a scorer of statistics and shards; see `Keeper`."""

    name: str
    sharded: Sharded

    def fit(self, assets: Sequence[Asset]) -> Scorer:
        """Return a scorer of a whole corpus."""
        scorer: Scorer = self.sharded.fit(assets)
        return scorer

    def write(self, scorer: Any, part: Path) -> None:
        """Write statistics and shards."""
        (first,) = self.sharded.layers(scorer.statistics)
        with VaultWriter(part / f"{self.name}.statistics.vault") as writer:
            for name, array in first.items():
                writer.add(name, array)
        with VaultWriter(part / f"{self.name}.shards.vault") as writer:
            write_shards(writer, scorer.shards)

    def grow(self, parts: Sequence[OpenPart], assets: Sequence[Asset], part: Path) -> None:
        """Write rows by document, and a layer where `assets` brought one."""
        layers = self._layers(parts)
        statistics, _ = self._statistics(parts, layers)
        grown, matrix = self.sharded.scorer(statistics, ()).weigh_documents(assets)
        rows = matrix.by_document
        with VaultWriter(part / f"{self.name}.vault") as writer:
            for name in ("start", "columns", "worth"):
                writer.add(name, getattr(rows, name))
            for layer in self.sharded.layers(grown)[len(layers) :]:
                for name, array in layer.items():
                    writer.add(_LAYER + name, array)

    def open(self, parts: Sequence[OpenPart]) -> tuple[Scorer, StoredShards]:
        """Return the scorer, its base mapped and its deltas read."""
        layers = self._layers(parts)
        statistics, terms = self._statistics(parts, layers)
        vault = parts[0].vault(f"{self.name}.shards.vault")
        stored = StoredShards(vault, len(parts[0].records), self._statistics(parts, layers[:1])[1])
        later = _joined([_rows(self._delta(each), len(each.records), terms) for each in parts[1:]])
        shards = [*stored.matrices, *(Matrix.of(rows, terms) for rows in _cut(later))]
        scorer: Scorer = self.sharded.scorer(statistics, shards)
        return scorer, stored

    def _delta(self, part: OpenPart) -> Vault | None:
        return part.vault(f"{self.name}.vault") if len(part.records) else None

    def _layers(self, parts: Sequence[OpenPart]) -> list[Arrays]:
        base = parts[0].vault(f"{self.name}.statistics.vault")
        layers = [_read(base, "", self.sharded.kinds(0))]
        for part in parts[1:]:
            delta = self._delta(part)
            if delta is not None and any(name.startswith(_LAYER) for name in delta.names):
                layers.append(_read(delta, _LAYER, self.sharded.kinds(len(layers))))
        return layers

    def _statistics(self, parts: Sequence[OpenPart], layers: Sequence[Arrays]) -> tuple[Any, int]:
        try:
            return self.sharded.statistics(layers)
        except (ValueError, KeyError) as fault:
            raise damaged(parts[0].folder / f"{self.name}.statistics.vault") from fault


def _read(vault: Vault, prefix: str, kinds: Mapping[str, type[np.generic]]) -> Arrays:
    return {name: vault.whole(prefix + name, kind) for name, kind in kinds.items()}


def _rows(vault: Vault | None, documents: int, terms: int) -> Rows:
    """Read the rows of one delta; raises Refused where they are damaged or of other documents or terms."""
    if vault is None:
        return _joined([])
    columns = vault.array("columns", np.int32, below(terms)).all()
    worth = vault.array("worth", np.float32, finite).all()
    start = vault.array("start", np.int64, offsets(len(columns))).all()
    if len(worth) != len(columns) or len(start) != documents + 1 or start[0] or start[-1] != len(columns):
        raise damaged(vault.path)
    return Rows(start, columns, worth)


def _joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of all parts, one after the other."""
    starts = [np.zeros(1, dtype=np.int64)]
    for rows in parts:
        starts.append(rows.start[1:] + starts[-1][-1])
    return Rows(
        np.concatenate(starts),
        np.concatenate([np.zeros(0, dtype=np.int32), *(rows.columns for rows in parts)]),
        np.concatenate([np.zeros(0, dtype=np.float32), *(rows.worth for rows in parts)]),
    )


def _cut(rows: Rows) -> list[Rows]:
    """Cut rows into shards."""
    found = []
    for first in range(0, rows.size, SHARD):
        start = rows.start[first : first + SHARD + 1]
        inside = slice(int(start[0]), int(start[-1]))
        found.append(Rows(start - start[0], rows.columns[inside], rows.worth[inside]))
    return found
