"""What tests of cases share: a procedure with a panel."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from household import DAY, PANELLED, House

from qixi.casework import services
from qixi.casework.queries import cases
from qixi.procedures.catalogue import catalogue


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
