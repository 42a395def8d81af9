"""From rows of cells to records: finding the row of column heads and naming the cells by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qixi.core import Refused
from qixi.tables.heads import Side
from qixi.tables.source import Source

HEAD_ROWS = 10
"""How far down the heads may stand; above them officers put a title, often in merged cells."""

_RECORDS = (
    ("id-column-missing", frozenset({"id", "serial", "application_no", "publication_no"})),
    ("text-column-missing", frozenset({"title", "abstract", "claims", "keywords", "content"})),
)
_PAIRS = (
    ("demand-column-missing", frozenset({"demand_id"})),
    ("supply-column-missing", frozenset({"supply_id"})),
)
_CAPACITIES = (
    ("kind-column-missing", frozenset({"kind"})),
    ("holder-column-missing", frozenset({"holder"})),
    ("capacity-column-missing", frozenset({"capacity"})),
)
NEEDED: Mapping[Side, tuple[tuple[str, frozenset[str]], ...]] = {
    "supply": _RECORDS,
    "demand": _RECORDS,
    "pairs": _PAIRS,
    "feedback": _PAIRS,
    "capacities": _CAPACITIES,
}
"""For each side, of which fields one at least must have a column, and the fault if none has."""


def head_place(rows: Sequence[Sequence[object]], source: Source) -> int | None:
    """Return the index of the row that names most known fields, None where none names any."""
    scores = [source.vocabulary.recognised(row) for row in rows[:HEAD_ROWS]]
    best = max(scores, default=0)
    return scores.index(best) if best else None


@dataclass(frozen=True, slots=True)
class Head:
    """The column heads of one table, None for a column without one."""

    names: tuple[str | None, ...]

    @classmethod
    def of(cls, cells: Sequence[object], source: Source, *, quiet: bool = False) -> Head:
        """Take the heads from a row; repeated ones get a number, and a warning unless `quiet`."""
        seen: dict[str, int] = {}
        names: list[str | None] = []
        for cell in cells:
            name = "" if cell is None else str(cell).strip()
            if not name:
                names.append(None)
                continue
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:
                changed = f"{name} ({seen[name]})"
                if not quiet:
                    source.warn("head-repeated", None, name, value=changed)
                name = changed
            names.append(name)
        while names and names[-1] is None:
            names.pop()
        return cls(tuple(names))

    def check(self, source: Source) -> None:
        """Raise Refused where a column that is needed is missing, or there are too many."""
        source.heads = tuple(name for name in self.names if name is not None)
        if len(self.names) > source.limits.columns:
            raise source.refuse("columns-too-many", size=len(self.names), limit=source.limits.columns)
        fields = set(source.vocabulary.columns(source.heads).fields)
        missing = [code for code, one_of in NEEDED[source.vocabulary.side] if not fields & one_of]
        if missing:
            raise Refused(*(problem for code in missing for problem in source.refuse(code).problems))

    def cells(self, values: Sequence[object], number: int, source: Source) -> Iterator[tuple[str, object]]:
        """Pair the values with their heads; a value without a head is put on record."""
        for name, value in zip(self.names, values, strict=False):
            if name is not None:
                yield name, value
            elif value not in {None, ""}:
                source.warn("head-absent", number)
        if any(value not in {None, ""} for value in values[len(self.names) :]):
            source.warn("head-absent", number)
