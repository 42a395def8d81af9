"""The technologies of a corpus as an engine holds them: all in memory, or in an index's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset
from qixi.match.columns import Columns


@dataclass(frozen=True, slots=True)
class Held:
    """Technologies by place, and where each id stands.

    `gone` int64, ascending, are places of technologies that an index still stores though they were
    removed or replaced since: `place` does not know them, and they are offered to nobody.
    """

    assets: Sequence[Asset]
    ids: Sequence[str]
    place: Mapping[str, int]
    columns: Columns
    gone: NDArray[np.int64]

    @classmethod
    def of(cls, assets: Sequence[Asset]) -> Self:
        """Hold technologies in the order of their ids; raises ValueError where two have the same."""
        ordered = tuple(sorted(assets, key=lambda asset: asset.id))
        place = {asset.id: i for i, asset in enumerate(ordered)}
        if len(place) != len(ordered):
            msg = "ids of technologies must differ"
            raise ValueError(msg)
        return cls(ordered, tuple(place), place, Columns.of(ordered), np.zeros(0, dtype=np.int64))

    @property
    def by_id(self) -> Mapping[str, Asset]:
        """The technologies that are there by id, each read as it is asked for."""
        return _ById(self)

    @property
    def technologies(self) -> int:
        """How many are there, without those that are gone."""
        return len(self.ids) - int(self.gone.size)


class _ById(Mapping[str, Asset]):
    def __init__(self, held: Held) -> None:
        self._held = held

    def __getitem__(self, id_: str) -> Asset:
        return self._held.assets[self._held.place[id_]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held.place)

    def __len__(self) -> int:
        return len(self._held.place)
