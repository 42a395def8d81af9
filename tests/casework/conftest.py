"""What tests of cases share: a procedure with a panel."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from household import DAY, House

from qixi.casework import services
from qixi.casework.queries import cases
from qixi.core import Grade, Law, Text
from qixi.procedures import Outcome, Procedure, endings
from qixi.procedures.catalogue import catalogue
from qixi.procedures.forms import Form, titled
from qixi.procedures.shapes import draft, review


class Idea(Form):
    title: str = titled("名称", "Title", min_length=2)


class Opinion(Form):
    score: int = titled("得分", "Score", ge=0, le=100)


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


@pytest.fixture
def panelled(monkeypatch: pytest.MonkeyPatch) -> Callable[[House], str]:
    """Put a procedure with a panel in the catalogue; returns a case of the firm, under review."""
    found = {**catalogue(), ("panelled", 1): PANELLED}
    monkeypatch.setattr(cases, "catalogue", lambda: found)

    def opened(house: House) -> str:
        number = services.open_for(house.li, PANELLED, str(house.firm.number), "330102", DAY).number
        services.act_for(house.li, number, "submit", {"title": "微藻"}, DAY)
        return number

    return opened


@pytest.fixture
def house() -> House:
    return House()
