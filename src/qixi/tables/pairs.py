"""Pairs of a need and a technology that somebody names: the rows of `--pairs` files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qixi.tables.cells import Cells
from qixi.tables.identity import stated

NUMBERS = ("score", "grade", "likelihood", "propensity", "lottery")
"""What a row may say of its pair."""


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """A need and a technology by their ids, the row's other columns and its place.

    Columns of scores, grades, likelihoods, propensities and lotteries stand in `extra` under the names
    in NUMBERS, whatever their heads.
    """

    demand_id: str
    supply_id: str
    extra: Mapping[str, str] = field(default_factory=dict, compare=False)
    file: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        """Both ids in one, by which repeated pairs are told."""
        return f"{self.demand_id} · {self.supply_id}"


def pair_of(cells: Cells) -> Pair:
    """Return the row's pair; raises Unfit where one of the ids is missing or no id."""
    ids = stated(cells, "demand_id"), stated(cells, "supply_id")
    numbers = {name: cells.text(name) for name in NUMBERS}
    return Pair(
        *ids,
        {**{name: value for name, value in numbers.items() if value}, **cells.extra()},
        cells.source.name,
        cells.row.number,
    )


def pair_row(pair: Pair) -> dict[str, object]:
    """Return a pair as a row of a table."""
    return {"demand_id": pair.demand_id, "supply_id": pair.supply_id, **pair.extra}
