"""Forms of acts, made from their models: the fields a page shows, and what was sent back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from django.http import QueryDict
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from qixi.core import Problem, Text
from qixi.procedures.answers import NO, YES, choice_text, item_of, kind_of
from qixi.procedures.forms import title_of

_ONE_LINE = 200
"""The most characters that are asked for in one line; what may be longer gets a larger field."""
_MORE_ROWS, _MOST_ROWS = 3, 100
"""How many empty rows follow those that are filled in, and how many are read at most."""
_KINDS: Mapping[type, str] = {
    bool: "flag",
    Enum: "choice",
    date: "date",
    int: "whole",
    float: "number",
    Decimal: "number",
    str: "line",
}
"""How a field of a type is shown, the first that fits: a truth is a whole number, an answer is text too."""
_FLAGS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Field:
    """A field as a page shows it. `kind` chooses how; `values` is what stands in it, as it was typed.

    Kinds: line, text, number, whole, date, flag (yes or no), choice (one of), choices (some of), lines, rows:
    small forms one below the other, whose fields stand in `rows`.
    """

    name: str
    title: Text
    kind: str
    required: bool
    values: tuple[str, ...]
    choices: tuple[tuple[str, Text], ...]
    hints: tuple[Text, ...]
    faults: tuple[Text, ...]
    rows: tuple[tuple[Field, ...], ...] = ()

    @property
    def value(self) -> str:
        """What stands in the field."""
        return "\n".join(self.values)

    @property
    def described(self) -> str:
        """The ids of what describes the field, for aria-describedby."""
        parts = [f"{self.name}-hint"] * bool(self.hints) + [f"{self.name}-fault"] * bool(self.faults)
        return " ".join(parts)


def fields(
    form: type[BaseModel],
    data: Mapping[str, Any] | None = None,
    typed: QueryDict | None = None,
    problems: Iterable[Problem] = (),
) -> tuple[Field, ...]:
    """Return the fields of a form, with what was `typed` in where it was sent, else with known `data`.

    Rows have some more, empty ones, below those that are filled in.
    """
    found = list(problems)
    return tuple(
        Field(
            name,
            title_of(name, field),
            kind,
            field.is_required(),
            _standing(kind, name, (data or {}).get(name), typed),
            _choices(kind, field),
            _hints(kind, field),
            tuple(_own_words(each, field, title_of(name, field)) for each in found if _is_of(each, name)),
            _rows(name, field, (data or {}).get(name), typed) if kind == "rows" else (),
        )
        for name, field in form.model_fields.items()
        for kind in (_kind(field),)
    )


def sent(form: type[BaseModel], typed: QueryDict) -> dict[str, Any]:
    """Return what was sent as the form's model takes it; what was left empty is left out."""
    found = {}
    for name, field in form.model_fields.items():
        kind = _kind(field)
        value = _sent_rows(name, field, typed) if kind == "rows" else _read(kind, typed.getlist(name))
        if value not in ("", []):
            found[name] = value
    return found


def _kind(field: FieldInfo) -> str:
    kind = kind_of(field.annotation)
    if issubclass(kind, tuple | list | set | frozenset):
        item = item_of(field.annotation)
        return "choices" if issubclass(item, Enum) else "rows" if issubclass(item, BaseModel) else "lines"
    found = next((name for type_, name in _KINDS.items() if issubclass(kind, type_)), None)
    if found is None:
        msg = f"a form has no field for {kind.__name__}"
        raise TypeError(msg)
    most = _limit(field, "max_length") if found == "line" else None
    return "text" if most is not None and most > _ONE_LINE else found


def _rows(name: str, field: FieldInfo, known: Any, typed: QueryDict | None) -> tuple[tuple[Field, ...], ...]:
    """Return the small forms of a field, filled in and empty; each field by its row in its name."""
    item = _item(field)
    given = _sent_rows(name, field, typed) if typed is not None else list(known or ())
    most = _limit(field, "max_length") or len(given) + _MORE_ROWS
    shown = [*given, *[{}] * _MORE_ROWS][: max(most, len(given))]
    return tuple(
        tuple(replace(each, name=f"{name}-{n}-{each.name}") for each in fields(item, row))
        for n, row in enumerate(shown)
    )


def _sent_rows(name: str, field: FieldInfo, typed: QueryDict) -> list[dict[str, Any]]:
    """Return the rows that were sent, those left empty left out."""
    item, found = _item(field), []
    for n in range(_MOST_ROWS):
        row = QueryDict(mutable=True)
        for each in item.model_fields:
            row.setlist(each, typed.getlist(f"{name}-{n}-{each}"))
        found.append(sent(item, row))
    return [row for row in found if row]


def _item(field: FieldInfo) -> type[BaseModel]:
    item = item_of(field.annotation)
    assert issubclass(item, BaseModel)
    return item


def _standing(kind: str, name: str, known: Any, typed: QueryDict | None) -> tuple[str, ...]:
    """Return what stands in a field; rows hold theirs themselves."""
    if kind == "rows":
        return ()
    return tuple(typed.getlist(name)) if typed is not None else _typed(kind, known)


def _read(kind: str, typed: list[str]) -> Any:
    words = [each.replace("\r\n", "\n") for each in typed]
    last = words[-1] if words else ""
    if kind == "choices":
        return [each for each in words if each]
    if kind == "lines":
        return [line.strip() for each in words for line in each.splitlines() if line.strip()]
    if kind in {"number", "whole"}:
        return unicodedata.normalize("NFKC", last).replace(",", "").strip()
    if kind == "date":
        return unicodedata.normalize("NFKC", last).strip()
    if kind == "flag":
        return _FLAGS.get(last, last)
    return last if last.strip() else ""


def _typed(kind: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if kind == "flag":
        return ("yes" if value else "no",)
    if isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    return (str(value),)


def _choices(kind: str, field: FieldInfo) -> tuple[tuple[str, Text], ...]:
    if kind == "flag":
        return (("yes", YES), ("no", NO))
    if kind not in {"choice", "choices"}:
        return ()
    answers = kind_of(field.annotation) if kind == "choice" else item_of(field.annotation)
    assert issubclass(answers, Enum)
    return tuple((str(each.value), choice_text(each)) for each in answers)


def _limit(field: FieldInfo, name: str) -> Any:
    return next((found for each in field.metadata if (found := getattr(each, name, None)) is not None), None)


def _hints(kind: str, field: FieldInfo) -> tuple[Text, ...]:
    hints = [Text("每行一项", "One on each line")] if kind == "lines" else []
    least, most = _limit(field, "min_length"), _limit(field, "max_length")
    unit = Text("项", "items") if kind in {"lines", "choices", "rows"} else Text("字", "characters")
    if kind in {"line", "rows"}:
        most = None  # nobody writes two hundred characters in one line by accident, or that many rows
    if least is not None and least > 1:
        hints.append(Text(f"至少 {least} {unit.zh}", f"At least {least} {unit.en}"))
    if most is not None:
        hints.append(Text(f"至多 {most} {unit.zh}", f"At most {most} {unit.en}"))
    above = _limit(field, "gt")
    if above is not None:
        hints.append(Text(f"须大于 {above}", f"Greater than {above}"))
    return tuple(hints)


def _is_of(problem: Problem, name: str) -> bool:
    return problem.column is not None and problem.column.split(".")[0] == name


def _own_words(problem: Problem, field: FieldInfo, title: Text) -> Text:
    """Return what is wrong without the field's title, beside which it stands; of a row, in which."""
    words = Text(
        problem.reason.zh.removeprefix(f"{title.zh}："), problem.reason.en.removeprefix(f"{title.en}: ")
    )
    _, *place = (problem.column or "").split(".")
    if not place or _kind(field) != "rows" or not place[0].isdigit():
        return words
    fields = _item(field).model_fields
    inner = title_of(place[1], fields[place[1]]) if place[1:] and place[1] in fields else Text("", "")
    row = int(place[0]) + 1
    return Text(f"第 {row} 行{inner.zh}：{words.zh}", f"row {row}, {inner.en}: {words.en}")
