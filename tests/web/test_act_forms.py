"""Forms of acts: every type of field a procedure may use, shown, sent back, and said in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import pytest
from django.http import QueryDict
from pydantic import StringConstraints

from qixi.core import Refused, Text
from qixi.procedures.answers import answers, corrections
from qixi.procedures.catalogue import catalogue
from qixi.procedures.forms import Choice, Form, filled, titled
from qixi.procedures.guide import form_of
from qixi.web.components.forms import fields, sent


class Colour(Choice):
    """A colour."""

    RED = "red", "红", "Red"
    BLUE = "blue", "蓝", "Blue"


class Everything(Form):
    """Every kind of field."""

    name: str = titled("名称", "Name", min_length=2, max_length=100)
    text: Annotated[str, StringConstraints(max_length=8000)] = titled("说明", "Text", default="")
    free: str = titled("自由", "Free", default="")
    price: Decimal = titled("价格", "Price", gt=0)
    count: int | None = titled("数量", "Count", default=None)
    day: date | None = titled("日期", "Day", default=None)
    related: bool = titled("关联", "Related")
    colour: Colour = titled("颜色", "Colour")
    others: tuple[Colour, ...] = titled("其他颜色", "Others", default=())
    lines: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = titled("列表", "Lines", min_length=1)


TYPED = (
    "name=%E5%BE%AE%E8%97%BB&text=a%0D%0Ab&price=1%2C200%2C000.50&count=%EF%BC%93&day=2026-03-02&related=no"
    "&colour=red&others=red&others=blue&lines=one%0D%0A%0D%0A+two+&csrfmiddlewaretoken=x"
)


def test_each_kind_of_field_is_shown_as_it_is():
    kinds = {field.name: field.kind for field in fields(Everything)}
    assert kinds == {
        "name": "line",
        "text": "text",
        "free": "line",
        "price": "number",
        "count": "whole",
        "day": "date",
        "related": "flag",
        "colour": "choice",
        "others": "choices",
        "lines": "lines",
    }
    needed = {field.name for field in fields(Everything) if field.required}
    assert needed == {"name", "price", "related", "colour", "lines"}


def test_what_is_sent_is_what_the_model_takes():
    data = sent(Everything, QueryDict(TYPED))
    form = filled(Everything, data)
    assert form.model_dump() == {
        "name": "微藻",
        "text": "a\nb",
        "free": "",
        "price": Decimal("1200000.50"),
        "count": 3,
        "day": date(2026, 3, 2),
        "related": False,
        "colour": Colour.RED,
        "others": (Colour.RED, Colour.BLUE),
        "lines": ("one", "two"),
    }


def test_a_record_stands_in_the_fields_and_goes_round():
    kept = filled(Everything, sent(Everything, QueryDict(TYPED))).model_dump(mode="json")
    shown = {field.name: field for field in fields(Everything, kept)}
    assert shown["related"].values == ("no",)
    assert shown["lines"].value == "one\ntwo"
    again = QueryDict(mutable=True)
    for name, field in shown.items():
        again.setlist(name, [field.value] if field.kind == "lines" else list(field.values))
    assert filled(Everything, sent(Everything, again)).model_dump(mode="json") == kept


def test_faults_stand_beside_their_fields_and_what_was_typed_stays():
    typed = QueryDict("name=x&price=much&day=tomorrow&related=perhaps&colour=green&count=1.5&lines=")
    with pytest.raises(Refused) as refused:
        filled(Everything, sent(Everything, typed))
    shown = {field.name: field for field in fields(Everything, None, typed, refused.value.problems)}
    said = {name: field.faults[0] for name, field in shown.items() if field.faults}
    assert set(said) == {"name", "price", "day", "related", "colour", "count", "lines"}
    assert said["name"] == Text("至少 2 个字符", "it should have at least 2 characters")
    assert said["day"].zh == "应为日期，如 2026-03-02"
    assert said["price"].zh == "应为数字"
    assert shown["day"].value == "tomorrow"
    assert shown["name"].described == "name-hint name-fault"


def test_every_form_of_the_catalogue_can_be_shown_in_both_languages():
    for procedure in catalogue().values():
        for step in procedure.steps:
            for act in step.acts:
                form = form_of(step, act)
                for field in fields(form) if form is not None else ():
                    assert field.title.zh
                    assert field.title.en
                    assert all(text.zh != text.en for _, text in field.choices)


def test_answers_are_said_in_words():
    kept = filled(Everything, sent(Everything, QueryDict(TYPED))).model_dump(mode="json")
    said = {
        each.title.en: [line.in_language("zh") for line in each.lines] for each in answers(Everything, kept)
    }
    assert said["Related"] == ["否"]
    assert said["Colour"] == ["红"]
    assert said["Others"] == ["红", "蓝"]
    assert said["Price"] == ["1,200,000.50"]
    assert said["Text"] == ["a", "b"]
    assert "Free" not in said
    named = answers(Everything, kept | {"lines": ["p-1", "two"]}, {"p-1": "专家甲"})
    assert [line.zh for line in named[-1].lines] == ["专家甲", "two"]


def test_corrections_show_what_stood_there():
    (change,) = corrections(Everything, {"name": "one", "related": True}, {"name": "two", "related": True})
    assert (change.title.en, change.before[0].en, change.lines[0].en) == ("Name", "one", "two")


def test_a_type_without_a_field_is_told_to_the_author():
    class Strange(Form):
        """No field shows this."""

        data: bytes = titled("数据", "Data")

    with pytest.raises(TypeError, match="no field for bytes"):
        fields(Strange)
