"""Whose capacity a row of `--capacities` or of `assign.groups` is: names are found under any spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qixi.core import Problem, Refused, Text
from qixi.match.assign.market import Sides
from qixi.match.text import fold
from qixi.tables import Capacity, read_capacities

_Held = dict[tuple[str, str], Capacity]
_Known = Mapping[str, tuple[frozenset[str], Mapping[str, str]]]


def spelled(name: str) -> str:
    """Return the one form of all spellings of a name that differ in width, case or script."""
    return fold(name).strip()


@dataclass(frozen=True, slots=True)
class Rooms:
    """Capacities under the names that the market knows, each holder once, and those of nobody there."""

    capacities: tuple[Capacity, ...]
    strangers: tuple[Problem, ...]

    def of(self, kind: str) -> dict[str, int]:
        """Return the capacities of one kind by holder; of groups, what they are owed."""
        return {each.holder: each.capacity for each in self.capacities if each.kind == kind}


def rooms_of(
    path: Path | None, groups: Mapping[str, int], sides: Sides, needs: Iterable[str], supplies: Iterable[str]
) -> Rooms:
    """Read capacities, and find their holders among those behind the needs and technologies of these ids.

    Firms, inventors, brokers and groups are found by name under any spelling, needs and technologies
    that stand for themselves by their very id. A row goes before the entry of `groups` for the same
    group. Raises Refused over bad rows, and over two rows or two entries for one holder.
    """
    known = _known(sides, needs, supplies)
    strangers: list[Problem] = []
    held = _held([Capacity("group", name, owed) for name, owed in groups.items()], known, strangers)
    if path is not None:
        reading = read_capacities([path])
        if reading.rejects:
            raise Refused(*reading.rejects[:20])
        held |= _held(reading.records, known, strangers)
    return Rooms(tuple(held.values()), tuple(strangers))


def _known(sides: Sides, needs: Iterable[str], supplies: Iterable[str]) -> _Known:
    """Return who is in the market, of each kind: all of them, and the named ones by their spelling."""
    needs = tuple(needs)
    brokers = {*sides.broker_of_need.values(), *sides.broker_of_supply.values()}
    everybody = {
        "firm": ({sides.firm.get(each, each) for each in needs}, set(sides.firm.values())),
        "inventor": ({sides.talker.get(each, each) for each in supplies}, set(sides.talker.values())),
        "broker": (brokers, brokers),
        "group": ({sides.group[each] for each in needs if each in sides.group}, set(sides.group.values())),
    }
    return {
        kind: (frozenset(all_), {spelled(name): name for name in all_ & named})
        for kind, (all_, named) in everybody.items()
    }


def _held(rows: Sequence[Capacity], known: _Known, strangers: list[Problem]) -> _Held:
    """Return the rows by kind and holder; those of nobody become `strangers`."""
    found: _Held = {}
    twice = []
    for each in rows:
        everybody, names = known[each.kind]
        holder = each.holder if each.holder in everybody else names.get(spelled(each.holder))
        if holder is None:
            strangers.append(_stranger(each))
        elif (each.kind, holder) in found:
            twice.append(_twice(each, holder))
        else:
            found[each.kind, holder] = replace(each, holder=holder)
    if twice:
        raise Refused(*twice[:20])
    return found


def _stranger(row: Capacity) -> Problem:
    reason = Text(f"市场中没有“{row.holder}”", f"nobody in the market is called “{row.holder}”")
    remedy = Text("请核对名称或编号；该行未起作用", "check the name or id; the row had no effect")
    return _problem("capacity-of-nobody", row, reason, remedy)


def _twice(row: Capacity, holder: str) -> Problem:
    reason = Text(
        f"“{row.holder}”与前面写给“{holder}”的容量是同一个名称",
        f"“{row.holder}” names “{holder}”, who has a capacity already",
    )
    remedy = Text("每个名称只写一次", "name each holder once")
    return _problem("capacity-duplicate", row, reason, remedy)


def _problem(code: str, row: Capacity, reason: Text, remedy: Text) -> Problem:
    if row.file:
        return Problem(code, reason, remedy, row.file, row.row)
    return Problem(code, reason, remedy, setting="assign.groups")
