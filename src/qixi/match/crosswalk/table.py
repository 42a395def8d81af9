"""How close a technology's classification is to an industry, and which row of the table says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from qixi.core import Problem, Refused, Text
from qixi.match.crosswalk.row import Row, read
from qixi.match.taxonomy import Field, field_of, industries, industry, ipc_ancestors

FIELD_SHARE = 0.4
"""What of a row's weight holds for the rest of its technology field; by judgement, unconfirmed."""

MIXED_FIELDS = frozenset({29, 33, 34})
"""Fields that gather what fits nowhere else (other special machines, furniture and games, other
consumer goods): sharing one of them says nothing, so no row speaks for the rest of it."""


@dataclass(frozen=True, slots=True)
class Affinity:
    """How close a symbol is to an industry: value in [0, 1], and the row that says so.

    `field` is set where no row covers the symbol itself and the row speaks for another symbol of
    the same technology field. Value 0 has no row.
    """

    value: float
    symbol: str
    row: Row | None = None
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What the table says of one industry: rows by IPC symbol, and the best row of each field."""

    rows: Mapping[str, Row]
    fields: Mapping[int, Row]

    def affinity(self, symbol: str) -> Affinity:
        """Return the value of one symbol: nearest row from group to section, else its field."""
        for above in ipc_ancestors(symbol):
            row = self.rows.get(above)
            if row is not None:
                return Affinity(row.weight, symbol, row)
        own = field_of(symbol)
        row = self.fields.get(own.number) if own is not None else None
        if row is None:
            return Affinity(0.0, symbol)
        return Affinity(FIELD_SHARE * row.weight, symbol, row, own)


class Crosswalk:
    """Rows by (industry, IPC); `confirmed` as the table's head says."""

    def __init__(self, rows: Mapping[tuple[str, str], Row], confirmed: bool) -> None:
        self.rows = rows
        self.confirmed = confirmed
        self._own: dict[str, dict[str, Row]] = {}
        for row in rows.values():
            self._own.setdefault(row.industry, {})[row.ipc] = row
        self._profiles: dict[str, Profile] = {}

    @classmethod
    def load(cls, path: Path | None = None) -> Crosswalk:
        """Read an operator's table, or the packaged one where no path is given.

        Raises Refused for a table with rows that cannot be used.
        """
        return _packaged() if path is None else cls(*read(path))

    def profile(self, code: str) -> Profile:
        """Return what the table says of an industry; raises Refused if there is no such code.

        Rows of the industry go before rows of those above it. A section or division also speaks
        through the groups below it, by the heaviest row of each symbol.
        """
        entry = industry(code)
        if entry is None:
            reason = Text(f"“{code}”不是 GB/T 4754-2017 代码", f'"{code}" is no GB/T 4754-2017 code')
            raise Refused(
                Problem("industry-code", reason, Text("请查国标代码", "look up the standard's codes"))
            )
        if entry.code not in self._profiles:
            self._profiles[entry.code] = self._gather(entry.code)
        return self._profiles[entry.code]

    def affinity(self, code: str, symbols: Iterable[str]) -> Affinity:
        """Return the closest of a technology's IPC symbols to an industry, the first on a tie.

        Symbols that are no IPC symbols count for nothing; value 0 where nothing is close.
        """
        best = Affinity(0.0, "")
        for symbol in symbols:
            found = self.profile(code).affinity(symbol)
            if found.value > best.value or not best.symbol:
                best = found
        return best

    def _gather(self, code: str) -> Profile:
        chain = [entry.code for entry in industries()[code].chain()]
        rows: dict[str, Row] = {}
        for below in self._below(code):
            for symbol, row in self._own.get(below, {}).items():
                if symbol not in rows or row.weight > rows[symbol].weight:
                    rows[symbol] = row
        for above in chain:
            for symbol, row in self._own.get(above, {}).items():
                rows.setdefault(symbol, row)
        fields: dict[int, Row] = {}
        for row in rows.values():
            of = field_of(row.ipc)
            if of is None or of.number in MIXED_FIELDS:
                continue
            if of.number not in fields or row.weight > fields[of.number].weight:
                fields[of.number] = row
        return Profile(rows, fields)

    @staticmethod
    def _below(code: str) -> list[str]:
        """Return the divisions and groups below a section or division, itself included."""
        if industries()[code].level > 2:
            return []
        within = [entry for entry in industries().values() if entry.level in (2, 3)]
        return [entry.code for entry in within if code in (above.code for above in entry.chain())]


@cache
def _packaged() -> Crosswalk:
    with as_file(files("qixi.match") / "data" / "crosswalk.tsv") as path:
        return Crosswalk(*read(path))
