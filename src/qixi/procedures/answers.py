"""What was filled in, in words a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from qixi.core import Text
from qixi.procedures.forms import Choice, changes, title_of

_MOST_PLACES = 30
"""The largest exponent, above or below one, of a number that is written in full."""
YES, NO = Text("是", "Yes"), Text("否", "No")


@dataclass(frozen=True, slots=True)
class Answer:
    """A field with what was filled in, one text for each line; `before` is what stood there earlier."""

    title: Text
    lines: tuple[Text, ...]
    before: tuple[Text, ...] = ()


def kind_of(annotation: Any) -> type:
    """Return the plain type of a field: of `X | None` and `Annotated[X, ...]` it is X."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return kind_of(get_args(annotation)[0])
    if origin in {Union, UnionType}:
        (inner,) = [each for each in get_args(annotation) if each is not NoneType]
        return kind_of(inner)
    found = origin or annotation
    assert isinstance(found, type)
    return found


def item_of(annotation: Any) -> type:
    """Return the plain type of the items of a list."""
    return kind_of(get_args(annotation)[0])


def choice_text(member: Enum) -> Text:
    """Return the wording of an answer that can be chosen."""
    return member.text if isinstance(member, Choice) else Text(str(member.value), str(member.value))


def readable(annotation: Any, value: Any) -> tuple[Text, ...]:
    """Return a value, as records keep it, in words: one text for each line."""
    if value is None or value == "":
        return ()
    if isinstance(value, list | tuple):
        item = get_args(annotation)[0] if get_args(annotation) else str
        return tuple(line for each in value for line in readable(item, each))
    kind = kind_of(annotation)
    if kind is bool:
        return (YES if value else NO,)
    if issubclass(kind, Enum):
        known = {each.value: each for each in kind}
        return (choice_text(known[value]) if value in known else plain(value),)
    words = _grouped(str(value)) if kind is Decimal else str(value)
    return tuple(plain(line) for line in words.splitlines())


def said(annotation: Any, value: Any) -> Text:
    """Return a value, as records keep it, as one text: its lines parted by line feeds, a dash for none."""
    lines = readable(annotation, value) or (plain("—"),)
    return Text("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))


def answers(
    form: type[BaseModel], data: Mapping[str, Any], names: Mapping[str, str] | None = None
) -> tuple[Answer, ...]:
    """Return what was filled in to a form, in its order; `names` are those of parties that it names."""
    return tuple(_answers(form, data, names or {}))


def corrections(
    form: type[BaseModel], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Answer, ...]:
    """Return what differs between two fillings of a form, with what stood there before."""
    return tuple(
        Answer(
            each.title,
            readable(form.model_fields[each.name].annotation, each.after),
            readable(form.model_fields[each.name].annotation, each.before),
        )
        for each in changes(form, before, after)
    )


def _answers(form: type[BaseModel], data: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Answer]:
    for name, field in form.model_fields.items():
        lines = readable(field.annotation, data.get(name))
        if lines:
            named = tuple(plain(names.get(each.zh, each.zh)) if each.zh in names else each for each in lines)
            yield Answer(title_of(name, field), named)


def plain(value: Any) -> Text:
    """Return what is the same in both languages."""
    return Text(str(value), str(value))


def _grouped(number: str) -> str:
    try:
        amount = Decimal(number)
    except InvalidOperation:
        return number
    # A few characters can stand for millions of digits: such a number stays as it was written.
    exponent = amount.as_tuple().exponent
    is_short = isinstance(exponent, int) and abs(exponent) <= _MOST_PLACES
    return f"{amount:,f}" if is_short else number
