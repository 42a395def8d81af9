"""A procedure with a panel, for tests of its pages: the catalogue has none yet."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import pytest
from web_house import House, credit_code, today

import qixi.urls  # noqa: F401  every room that looks in the catalogue is there before it is changed
from qixi.casework.services import act_for, open_for
from qixi.core import Grade, Law, Text
from qixi.procedures import Outcome, Procedure, endings
from qixi.procedures.application_number import check_character as patent_check
from qixi.procedures.catalogue import catalogue
from qixi.procedures.forms import Form, titled
from qixi.procedures.shapes import draft, review
from qixi.registry.models import Organisation, Post, User
from qixi.registry.services import (
    confirm_holding,
    encumber,
    enrol_expert,
    enter_asset,
    enter_organisation,
    give_post,
)


class Idea(Form):
    title: str = titled("名称", "Title", min_length=2)


class Opinion(Form):
    score: int = titled("得分", "Score", ge=0, le=100)
    words: str = titled("意见", "Opinion", max_length=500)


PANELLED = Procedure(
    code="panelled",
    version=1,
    title=Text("带评审的程序", "With a panel"),
    law=(Law("测试", grade=Grade.NOBODY),),
    subject="party",
    valid_from=date(2026, 1, 1),
    steps=(
        draft(Idea, "review"),
        review("granted", days="intake.period", form=Opinion, seats="draw.seats"),
        *endings(Outcome.GRANTED, Outcome.REFUSED, Outcome.WITHDRAWN),
    ),
)


def put_in_catalogue(patch: pytest.MonkeyPatch, *procedures: Procedure) -> None:
    """Put the procedure in the catalogue, for every room that looks there."""
    found: dict[Any, Procedure] = {**catalogue(), **{(each.code, each.version): each for each in procedures}}
    for name, module in list(sys.modules.items()):
        if name.startswith("qixi.") and getattr(module, "catalogue", None) is catalogue:
            patch.setattr(module, "catalogue", lambda: found)


def under_review(house: House) -> str:
    """Return the number of a case of the firm that waits for a panel."""
    number = open_for(house.actor("handler"), PANELLED, house.firm, "330102", today()).number
    act_for(house.actor("handler"), number, "submit", {"title": "微藻采收膜"}, today())
    return number


def held(house: House) -> str:
    """Return the number of an asset that the firm leads, its handler an approver, with another holder."""
    firm = Organisation.objects.get(number=house.firm)
    give_post(house.people["handler"], firm, Post.Title.APPROVER, date(2026, 1, 1))
    outsider = str(house.people["outsider"].number)
    stem = "202010123456"
    data = {
        "kind": "application",
        "title": "一种微藻采收装置",
        "number": f"{stem}.{patent_check(stem)}",
        "summary": "连续式气浮采收",
        "confidential": "絮凝剂配方",
        "division": "330102",
        "filed_on": "2020-06-01",
        "public": True,
        "holders": [{"party": house.firm, "part": "2/3"}, {"party": outsider, "part": "1/3"}],
        "inventors": [{"name": "顾某"}],
    }
    actor = house.actor("handler")
    number = str(enter_asset(actor, house.firm, data, today()).number)
    confirm_holding(house.actor("outsider"), number, outsider, today())
    office = str(Organisation.objects.get(kind="office", division="3301").number)
    encumber(
        actor, number, {"kind": "ordinary", "party": office, "since": today(), "basis": "合同一"}, today()
    )
    return number


def enrolled(house: House, count: int) -> list[User]:
    """Enrol experts, each of an institute of its own; the house knows them as expert0, expert1 and so on."""
    found = []
    for n in range(count):
        name = f"expert{n}"
        user = User.objects.create_user(name, f"{name}@qixi.example", name=f"专家{n}")
        body = enter_organisation(f"第{n}研究院", credit_code(f"12330100MA2AXG{n:03}"), "institute", "330102")
        give_post(user, body, Post.Title.INVENTOR, date(2026, 1, 1))
        enrol_expert(house.actor("officer"), str(user.number), str(body.number), ["微藻", "材料"], today())
        house.people[name] = user
        found.append(user)
    return found
