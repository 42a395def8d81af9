"""The 35 technology fields of the WIPO IPC-Technology Concordance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from qixi.core import Text
from qixi.match.taxonomy.symbol import ipc_ancestors
from qixi.match.taxonomy.table import rows


@dataclass(frozen=True, slots=True)
class Field:
    """One technology field: number 1-35, its name, and the sector it belongs to."""

    number: int
    name: Text
    sector: Text


@cache
def _fields() -> dict[int, Field]:
    return {
        int(number): Field(int(number), Text(name_zh, name_en), Text(sector_zh, sector_en))
        for number, sector_zh, sector_en, name_zh, name_en in rows("taxonomy", "fields.tsv")
    }


@cache
def _numbers() -> dict[str, int]:
    """Return symbol to field number; a main group is written without its "/00" in the table."""
    numbers = {}
    for symbol, number in rows("taxonomy", "ipc_fields.tsv"):
        numbers[f"{symbol}/00" if len(symbol) > 4 else symbol] = int(number)
    for symbol in tuple(numbers):
        if len(symbol) > 4:
            numbers.setdefault(symbol[:4], _commonest(symbol[:4], numbers))
    return numbers


def _commonest(subclass: str, numbers: dict[str, int]) -> int:
    """Return the field most groups of `subclass` belong to, the lower number on a tie."""
    found = [number for symbol, number in numbers.items() if symbol[:4] == subclass and len(symbol) > 4]
    return min(set(found), key=lambda number: (-found.count(number), number))


def field(number: int) -> Field:
    """Return the field of that number; raises KeyError outside 1-35."""
    return _fields()[number]


def field_of(ipc: str) -> Field | None:
    """Return the technology field of an IPC symbol of subclass or below; None where there is none.

    Where the concordance divides a subclass, a symbol at subclass level gets the field of most of
    its groups.
    """
    numbers = _numbers()
    for symbol in ipc_ancestors(ipc):
        if symbol in numbers:
            return _fields()[numbers[symbol]]
    return None
