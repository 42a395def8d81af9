"""Clocks that cost money: each runs out on the day that the law says, and says how it was counted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.market.domain.clocks import Burdening, Held, Kind, clocks_of, months_after
from qixi.market.queries.clocks import running
from qixi.policy import default_parameters
from qixi.registry.domain.encumbrances import Burden
from qixi.registry.domain.may import Actor
from tests.market.test_intakes import GOOD, OTHER, office, school, taken  # noqa: F401  fixtures
from tests.registry.people import acting, body, officer, person

TODAY = date(2026, 3, 2)
BARE = {
    "sort": "1",
    "filed_on": None,
    "granted_on": None,
    "fee_due_on": None,
    "publicly_funded": None,
    "in_force": True,
}


def clocks(day=TODAY, division="3301", **known):
    return clocks_of(Held(**BARE | known), default_parameters().on(day, division), day)


def dues(**known):
    return [(each.kind.value, each.due.isoformat()) for each in clocks(**known)]


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2025-12-01", 1, "2026-01-01"),
    ],
)
def test_months_end_on_the_day_of_the_same_number_or_the_last(start, months, end):
    assert months_after(date.fromisoformat(start), months).isoformat() == end


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(0, 600), st.integers(0, 600))
def test_a_longer_period_ends_no_earlier(start, one, other):
    assert (months_after(start, one) <= months_after(start, other)) or one > other


def test_an_annual_fee_is_due_then_late_then_lost():
    due = date(2026, 5, 22)
    assert dues(fee_due_on=due) == [("fee", "2026-05-22")]
    (late,) = clocks(date(2026, 6, 1), fee_due_on=due)
    assert (late.kind, late.due) == (Kind.LATE, date(2026, 11, 22))
    assert "第一百一十五条" in late.working.zh
    assert "2026-05-22" in late.cost.en
    assert clocks(date(2026, 11, 23), fee_due_on=due) == ()


@pytest.mark.parametrize(
    ("sort", "filed", "ends"),
    [
        ("1", "2010-07-09", "2030-07-09"),
        ("2", "2020-07-09", "2030-07-09"),
        ("3", "2020-07-09", "2030-07-09"),
        ("3", "2022-07-09", "2037-07-09"),
    ],
)
def test_the_term_is_that_of_the_law_on_the_day_of_filing(sort, filed, ends):
    assert dues(sort=sort, filed_on=date.fromisoformat(filed)) == [("term", ends)]


def test_a_licence_is_to_be_filed_within_three_months_and_a_pledge_ends():
    licence = Burdening(Burden.ORDINARY, date(2026, 1, 31), date(2027, 1, 30))
    pledge = Burdening(Burden.PLEDGE, date(2025, 1, 1), date(2026, 12, 31))
    assert dues(burdens=(licence, pledge)) == [
        ("filing", "2026-04-30"),
        ("pledge", "2026-12-31"),
        ("licence", "2027-01-30"),
    ]
    over = Burdening(Burden.PLEDGE, date(2024, 1, 1), date(2025, 12, 31))
    assert dues(burdens=(over,)) == []


def test_what_was_publicly_funded_is_listed_in_zhejiang_when_nobody_uses_it():
    known = {"publicly_funded": True, "granted_on": date(2024, 3, 1)}
    (unused,) = clocks(**known)
    assert (unused.kind, unused.due) == (Kind.UNUSED, date(2027, 3, 1))
    assert "未经确认" in unused.working.zh
    assert clocks(division="4403", **known) == ()
    licence = Burdening(Burden.OPEN, date(2025, 1, 1), None)
    assert clocks(burdens=(licence,), **known) == ()


def test_nothing_runs_on_what_has_lapsed():
    assert clocks(in_force=False, fee_due_on=date(2026, 5, 22), filed_on=date(2010, 1, 1)) == ()


def test_who_looks_after_patents_sees_their_clocks_alone(office, school):  # noqa: F811
    taken(office, school, GOOD, OTHER)
    found = running(office, TODAY)
    assert (Kind.FEE, 81) in [(each.clock.kind, each.left) for each in found]
    assert running(officer("3301"), TODAY) == found
    stranger = acting(person("stranger", body(7, "某某公司"), "handler"))
    assert running(stranger, TODAY) == running(Actor(), TODAY) == []
