"""Units of measure: how they are written, and what they convert to, through the units library."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from qixi.core import Text

if TYPE_CHECKING:
    import pint

_DATA = files("qixi.match") / "data" / "quantities"
_POWER = re.compile(r"\^?([23])(?![\d.A-Za-z])|([²³])|\^?(-[123])(?![\d.A-Za-z])|⁻([¹²³])")
_RAISED = {"¹": 1, "²": 2, "³": 3}
_COMPOUND = re.compile(r"\s?(?:/|每|·|\sper\s)")
_JOIN = re.compile(r"\s?([/每·*])\s?|\s(per)\s(?:an?\s)?|\s(?=[A-Za-zμ]+(?:-[123]|⁻[¹²³]))")


@dataclass(frozen=True, slots=True)
class Written:
    """A unit found in a text: where it ends, the expression for it, and whether it is a counter."""

    end: int
    unit: str
    count: bool = False


@dataclass(frozen=True, slots=True)
class _Spellings:
    alone: dict[str, tuple[str, bool]]
    inside: dict[str, tuple[str, bool]]
    sloppy: dict[str, str]
    not_before: dict[str, re.Pattern[str]]
    longest: int
    heads: frozenset[str]
    symbols: dict[str, Text]


@cache
def _spellings() -> _Spellings:
    table = tomllib.loads((_DATA / "units.toml").read_text(encoding="utf-8"))
    alone = {s: (unit, False) for unit, written in table["measure"].items() for s in written}
    alone = {s: (unit, True) for unit, written in table["count"].items() for s in written} | alone
    inside = {s: (unit, False) for unit, written in table["compound"].items() for s in written}
    not_before = {s: re.compile(pattern) for s, pattern in table["not_before"].items()}
    longest = max(map(len, (*alone, *inside)))
    heads = frozenset(spelling[0] for spelling in (*alone, *inside, *table["sloppy"]))
    symbols = {
        unit: _symbols(written)
        for group in ("compound", "count", "measure")
        for unit, written in table[group].items()
    }
    return _Spellings(alone, alone | inside, table["sloppy"], not_before, longest, heads, symbols)


def _symbols(written: list[str]) -> Text:
    latin = [spelling for spelling in written if not re.search(r"[\u3400-\u9fff\u3300-\u33ff]", spelling)]
    return Text(written[0], (latin or written)[0])


def unit_at(text: str, place: int) -> Written | None:
    """Return the unit written at `place` of a `surface` text, compounds included, else None."""
    start = place + (text[place : place + 1] == " ")
    first = _atom(text, start, compound_only=True)
    if first is not None and _COMPOUND.match(text, first.end) is None:
        first = _atom(text, start, compound_only=False)
    if first is None:
        return None
    under: list[str] = []
    over, end, counts = [_raise(text, first)], _power_end(text, first.end), first.count
    joined = False
    while (join := _JOIN.match(text, end)) is not None:
        group = text[join.end() : join.end() + 1] == "("
        atom = _atom(text, join.end() + group, compound_only=True)
        if atom is None:
            break
        sign = join[1] or join[2] or "·"
        divided = sign in {"/", "每", "per"} or (bool(under) and _open_group(text, first.end, atom.end))
        (under if divided else over).append(_raise(text, atom))
        end, joined = _power_end(text, atom.end), True
        if text[end : end + 1] == ")" and _open_group(text, first.end, end):
            end += 1
    return Written(end, _expression(over, under), counts and not joined)


def _open_group(text: str, start: int, end: int) -> bool:
    return text.count("(", start, end) > text.count(")", start, end)


def _atom(text: str, place: int, *, compound_only: bool) -> Written | None:
    table = _spellings()
    head = text[place : place + 1]
    if head not in table.heads and head.lower()[:1] not in table.heads:
        return None
    known = table.inside if compound_only else table.alone
    for length in range(min(table.longest, len(text) - place), 0, -1):
        written = text[place : place + length]
        found = known.get(written)
        if found is None and written.lower() in table.sloppy:
            found = (table.sloppy[written.lower()], False)
        if found is not None and _ends(text, place + length, written):
            return Written(place + length, *found)
    return None


def _ends(text: str, end: int, written: str) -> bool:
    following = text[end : end + 1]
    if written[-1].isascii() and written[-1].isalpha() and following.isascii() and following.isalpha():
        return False
    if (
        written[-1].isascii()
        and written[-1].isalpha()
        and following.isdigit()
        and _POWER.match(text, end) is None
    ):
        return False
    barred = _spellings().not_before.get(written)
    return barred is None or barred.match(text, end) is None


def _raise(text: str, atom: Written) -> str:
    power = _POWER.match(text, atom.end)
    if power is None or not (text[atom.end - 1].isascii() or text[atom.end - 1] in "μΩ"):
        return atom.unit
    degree = int(power[1] or power[3] or 0) or _RAISED[power[2] or power[4]] * (-1 if power[4] else 1)
    return atom.unit if atom.unit == "percent" else f"{atom.unit} ** {degree}"


def _power_end(text: str, end: int) -> int:
    power = _POWER.match(text, end)
    return end if power is None or not text[end - 1].isascii() else power.end()


def _expression(over: list[str], under: list[str]) -> str:
    return " / ".join((" * ".join(over), *(f"({u})" if "/" in u or "*" in u[:-5] else u for u in under)))


@cache
def registry() -> pint.UnitRegistry[float]:
    """Return the units library's registry with the definitions of this package added."""
    import pint  # noqa: PLC0415  building it takes a third of a second, and reading needs none

    units: pint.UnitRegistry[float] = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    for line in (_DATA / "definitions.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            units.define(line)
    return units


@cache
def _conversion(unit: str, *, difference: bool) -> tuple[str, float, float]:
    """Return (dimension, factor, offset) that take a value in `unit` to base units."""
    units = registry()
    parsed = units.Unit(unit)
    dimension = str(parsed.dimensionality)
    zero = units.Quantity(0.0, parsed).to_base_units().magnitude
    factor = units.Quantity(1.0, parsed).to_base_units().magnitude - zero
    return dimension, factor, 0.0 if difference else zero


def dimension(unit: str) -> str:
    """Return the dimension of `unit` in words of the units library; "" for a bare number."""
    return _conversion(unit, difference=False)[0] if unit else ""


def to_base(value: float, unit: str, *, difference: bool = False) -> float:
    """Convert `value` to base units; a `difference` of temperatures carries no zero point."""
    if not unit:
        return value
    _, factor, offset = _conversion(unit, difference=difference)
    return value * factor + offset


def convert(value: float, unit: str, into: str, *, difference: bool = False) -> float:
    """Convert `value` from `unit` to `into`; the two must share their dimension."""
    if unit == into:
        return value
    _, factor, offset = _conversion(into, difference=difference)
    return (to_base(value, unit, difference=difference) - offset) / factor


def symbol(unit: str) -> Text:
    """Return the short written form of a unit expression in both languages, e.g. g/L, 元/t."""
    known = _spellings().symbols
    named = known.get(unit)
    if named is not None:
        return named
    pieces = [piece.strip("()") for piece in unit.split(" / ")]
    found = [known.get(piece) or Text(*[piece.replace(" ** ", "^")] * 2) for piece in pieces]
    return Text("/".join(f.zh for f in found), "/".join(f.en for f in found))


def written_units() -> tuple[str, ...]:
    """Return every unit expression of the table, for tests and docs."""
    table = _spellings()
    return tuple(sorted({unit for unit, _ in table.inside.values()} | set(table.sloppy.values())))
