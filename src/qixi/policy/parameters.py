"""Dated, sourced parameters: what a regulation sets in figures, for whom, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from qixi.core import Grade, Law, Problem, Refused, Text, Unit

Measure = Literal[
    "days", "working_days", "months", "years", "yuan", "share", "points", "count", "square_metres"
]

NATION = "0"
"""The division of what holds everywhere; others are codes of GB/T 2260, as 33 or 330100."""

DIVISION = r"^(0|[1-9][0-9]{1,5})$"
"""What a code of a division looks like."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of one parameter. Valid from `valid_from` up to and with `valid_to`; `division` see NATION.

    `confirmed` is False where nobody has found the provision that sets it: then it is a default, which
    is shown as such. `file` is where the installation has set it; empty for what comes with Qixi.
    """

    key: str
    title: Text
    value: Decimal
    unit: Measure
    valid_from: date
    valid_to: date | None
    division: str
    source: Law
    confirmed: bool
    note: Text | None = None
    file: str = ""

    def holds(self, day: date, division: str) -> bool:
        """Say whether it is in force on `day` in `division` or in one that this lies in."""
        within = self.division == NATION or division.startswith(self.division)
        return within and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def days(self) -> tuple[int, Unit]:
        """The value as a period; raises ValueError where it is none."""
        return int(self.value), Unit(self.unit)

    def said(self) -> Text:
        """Return the value in words, with its source."""
        what = _said(self.value, self.unit)
        if self.source.grade is Grade.NOBODY:
            return Text(f"{what.zh}（默认值，未找到出处）", f"{what.en} (a default, no source was found)")
        mark = Text("", "") if self.confirmed else Text("（未经确认）", " (unconfirmed)")
        return Text(f"{what.zh}，依据{self.source}{mark.zh}", f"{what.en}, by {self.source}{mark.en}")


class Parameters:
    """All versions of all parameters. What the installation has set goes before what comes with Qixi."""

    def __init__(self, versions: Iterable[Parameter]) -> None:
        self._versions: dict[str, list[Parameter]] = {}
        for each in versions:
            self._versions.setdefault(each.key, []).append(each)
        clashes = [pair for each in self._versions.values() for pair in _clashing(each)]
        if clashes:
            raise Refused(*(_clash(*pair) for pair in clashes))

    def __iter__(self) -> Iterator[Parameter]:
        for key in sorted(self._versions):
            yield from sorted(self._versions[key], key=lambda each: (each.division, each.valid_from))

    def __contains__(self, key: object) -> bool:
        return key in self._versions

    def on(self, day: date, division: str = NATION) -> Rules:
        """Return what is in force on a day in a division."""
        return Rules(self, day, division)

    def find(self, key: str, day: date, division: str) -> Parameter:
        """Return the value in force: of the closest division, of the installation's own, and the latest.

        Raises Refused where there is none on that day.
        """
        holding = [each for each in self._versions.get(key, ()) if each.holds(day, division)]
        if not holding:
            raise Refused(_missing(key, day))
        return max(holding, key=lambda each: (_closeness(each), bool(each.file), each.valid_from))

    def regional(self, key: str, day: date) -> tuple[Parameter, ...]:
        """Return the values in force that divisions have of their own, by their codes."""
        own = {each.division for each in self._versions.get(key, ()) if each.holds(day, each.division)}
        return tuple(self.find(key, day, division) for division in sorted(own - {NATION}))


@dataclass(frozen=True, slots=True)
class Rules:
    """The parameters in force on one day in one division."""

    parameters: Parameters
    day: date
    division: str

    def __getitem__(self, key: str) -> Parameter:
        return self.parameters.find(key, self.day, self.division)

    def __contains__(self, key: object) -> bool:
        """Say whether a parameter has a value on that day in that division."""
        return any(each.key == key and each.holds(self.day, self.division) for each in self.parameters)


def _said(value: Decimal, unit: Measure) -> Text:
    if unit in ("days", "working_days"):
        return Unit(unit).said(int(value))
    if unit == "share":
        return Text(
            f"{value * 100:f}".rstrip("0").rstrip(".") + "%",
            f"{value * 100:f}".rstrip("0").rstrip(".") + " %",
        )
    words = {
        "months": ("个月", "months"),
        "years": ("年", "years"),
        "yuan": ("元", "yuan"),
        "points": ("分", "points"),
        "count": ("项", ""),
        "square_metres": ("平方米", "m²"),
    }
    zh, en = words[unit]
    return Text(f"{value:,f} {zh}", f"{value:,f} {en}".strip())


def _closeness(parameter: Parameter) -> int:
    return len(parameter.division) if parameter.division != NATION else 0


def _clashing(versions: Sequence[Parameter]) -> Iterator[tuple[Parameter, Parameter]]:
    """Yield versions of one division of which the earlier had not ended when the later began."""
    ordered = sorted(versions, key=lambda each: (bool(each.file), each.division, each.valid_from))
    for one, other in pairwise(ordered):
        same = (one.division, bool(one.file)) == (other.division, bool(other.file))
        if same and (one.valid_to is None or one.valid_to >= other.valid_from):
            yield one, other


def _clash(one: Parameter, other: Parameter) -> Problem:
    return Problem(
        "parameter",
        Text(
            f"参数“{one.key}”在地区 {one.division} 有两个值同时有效（{other.valid_from} 起）",
            f"the parameter {one.key} has two values in division {one.division} from {other.valid_from}",
        ),
        Text("请为较早的值填写 valid_to", "give the earlier one a valid_to"),
        file=other.file or None,
    )


def _missing(key: str, day: date) -> Problem:
    return Problem(
        "parameter",
        Text(f"参数“{key}”在 {day} 没有有效的值", f"the parameter {key} has no value in force on {day}"),
        Text("请在参数文件中补充，并写明来源", "add one to the parameters, with its source"),
    )
