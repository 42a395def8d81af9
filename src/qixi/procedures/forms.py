"""What people fill in: checked against its form, with every fault in both languages, and compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from qixi.core import Problem, Refused, Text
from qixi.core.entries import wrong


def _in_full(amount: Decimal) -> Decimal:
    """Return an amount as it is written in full: no exponent, and 0 for every zero."""
    return amount + 0 if amount else Decimal(0)


Yuan = Annotated[Decimal, Field(max_digits=15, decimal_places=2), AfterValidator(_in_full)]
"""An amount of money in a form: yuan and fen, as many places as the registers keep."""


class Form(BaseModel):
    """What every form of a procedure is: flat, or with one level of repetition, and nothing unknown.

    Each field has a Chinese title and, in `json_schema_extra`, an English one; see `titled`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    @field_validator("*", mode="after")
    @classmethod
    def _legible(cls, value: Any) -> Any:
        """Refuse what nobody sees: characters that steer, turn the direction of writing, or have no width."""
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and any(_is_invisible(sign) for sign in text):
                raise PydanticCustomError("invisible", "invisible characters")
        return value


def _is_invisible(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf"} and sign not in "\t\r\n"


class Choice(StrEnum):
    """One of the answers that a field allows, with its wording: `TRANSFER = "transfer", "转让", "Transfer"`.

    Records keep the value; people read `text`.
    """

    title_zh: str
    title_en: str

    def __new__(cls, value: str, zh: str = "", en: str = "") -> Self:
        """Make an answer of its value and its wording in both languages."""
        made = str.__new__(cls, value)
        made._value_, made.title_zh, made.title_en = value, zh, en
        return made

    @property
    def text(self) -> Text:
        """The wording in both languages."""
        return Text(self.title_zh, self.title_en)


def titled(zh: str, en: str, *, from_register: str = "", **limits: Any) -> Any:
    """Return a field with its title in both languages; `limits` are those of Pydantic's Field.

    `from_register` names what the registers may know of it, as organisation.name: it is not asked again.
    """
    extra: dict[str, Any] = {"title_en": en} | ({"from_register": from_register} if from_register else {})
    return Field(title=zh, json_schema_extra=extra, **limits)


def prefilled(form: type[BaseModel], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form begins with: the fields of which the registers know something."""
    found = {}
    for name, field in form.model_fields.items():
        extra = field.json_schema_extra
        source = extra.get("from_register", "") if isinstance(extra, dict) else ""
        if source in known:
            found[name] = known[str(source)]
    return found


def title_of(name: str, field: FieldInfo) -> Text:
    """Return the title of a field in both languages, its name where it has none."""
    extra = field.json_schema_extra
    en = extra.get("title_en", name) if isinstance(extra, dict) else name
    return Text(field.title or name, str(en))


def filled(form: type[BaseModel], data: Mapping[str, Any]) -> BaseModel:
    """Return the form filled in; raises Refused with a problem for each field that is wrong."""
    try:
        return form.model_validate(data)
    except ValidationError as error:
        raise Refused(*(_problem(form, each) for each in error.errors(include_input=False))) from None


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction changed: a field, its title, what stood there and what stands there now."""

    name: str
    title: Text
    before: Any
    after: Any


def changes(form: type[BaseModel], before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return the fields that differ between two fillings, in the form's order."""
    return tuple(
        Change(name, title_of(name, field), before.get(name), after.get(name))
        for name, field in form.model_fields.items()
        if before.get(name) != after.get(name)
    )


def _problem(form: type[BaseModel], error: Mapping[str, Any]) -> Problem:
    place = [str(part) for part in error["loc"]]
    field = form.model_fields.get(place[0]) if place else None
    title = title_of(place[0], field) if field is not None else Text("", "")
    words = wrong(error)
    return Problem(
        "form",
        Text(
            f"{title.zh}：{words.zh}" if title.zh else words.zh,
            f"{title.en}: {words.en}" if title.en else words.en,
        ),
        Text("请改正后再提交", "correct it and submit again"),
        column=".".join(place) or None,
    )
