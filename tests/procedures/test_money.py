"""Money in forms: yuan and fen, and no number that is longer than it looks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qixi.core import Refused
from qixi.procedures.answers import said
from qixi.procedures.catalogue.need import NeedForm
from qixi.procedures.catalogue.price import Contract
from qixi.procedures.forms import Yuan, filled

NEED = {"title": "微藻采收", "problem": "高密度培养后的采收成本过高，需低于每吨二百元", "way": "development"}


def budget(value: object) -> object:
    return filled(NeedForm, NEED | {"budget": value}).model_dump(mode="json")["budget"]


@pytest.mark.parametrize(
    "value",
    [
        "1e-2000000",
        "1E-999999",
        "1e-300",
        "0.001",
        "1e999999",
        "9" * 40,
        "NaN",
        "Infinity",
    ],
)
def test_an_amount_is_yuan_and_fen(value):
    with pytest.raises(Refused) as refusal:
        budget(value)
    (problem,) = refusal.value.problems
    assert problem.column == "budget"
    assert "预算" in str(problem.message())
    assert len(str(problem)) < 300
    with pytest.raises(Refused):
        filled(Contract, {"number": "1", "signed_on": "2026-03-02", "amount": value})


def test_an_amount_is_kept_in_full():
    assert [budget(each) for each in ("1e5", "12.50", 8, None)] == ["100000", "12.50", "8", None]
    assert {budget(each) for each in ("-0", "0e-3000000", "0e999999")} == {"0"}


@pytest.mark.parametrize("kept", ["1e-2000000", "0e-3000000", "1e9999999", "0e999999"])
def test_what_was_kept_of_old_does_not_fill_a_page(kept):
    assert said(Yuan, kept).en == kept
    assert said(Decimal, "1234567.50").en == "1,234,567.50"
