"""Draws repeat, conflicts never sit, and who runs a draw cannot steer it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Refused, Text
from qixi.procedures.draw import Drawn, Expert, Quota, Roster, draw, each_at_most, promise, repeats

OUTSIDE = Text("外聘专家不少于两名", "at least two experts from outside")
ONE_EACH = Text("同一单位至多一名", "at most one of an organisation")


def number(party: str, salt: int = 0) -> bytes:
    return hashlib.sha256(f"{party}-{salt}".encode()).digest()


def held(roster: Roster, salt: int = 0) -> Drawn:
    numbers = {party: number(party, salt) for party in ("office", "applicant", "court")}
    return draw(roster, {party: promise(party, value) for party, value in numbers.items()}, numbers)


@st.composite
def rosters(pick: st.DrawFn) -> Roster:
    count = pick(st.integers(1, 14))
    experts = tuple(
        Expert(
            f"E{i}",
            {"organisation": pick(st.sampled_from("ABCD")), "from": pick(st.sampled_from(["in", "out"]))},
        )
        for i in range(count)
    )
    barred = pick(st.sets(st.integers(0, count - 1), max_size=count))
    quotas = [Quota(OUTSIDE, "from", "out", at_least=pick(st.integers(0, 3)))]
    if pick(st.booleans()):
        quotas += each_at_most(experts, "organisation", pick(st.integers(1, 2)), ONE_EACH)
    conflicts = {f"E{i}": "co-inventor" for i in barred}
    return Roster("C1", experts, pick(st.integers(1, 5)), tuple(quotas), conflicts)


@settings(max_examples=150, deadline=None)
@given(rosters(), st.integers(0, 9))
def test_a_draw_keeps_its_rules_and_repeats_or_says_what_blocks_it(roster, salt):
    try:
        drawn = held(roster, salt)
    except Refused:
        assert not possible(roster)
        return
    by_id = {each.id: each for each in roster.experts}
    panel = [by_id[each] for each in drawn.panel]
    assert len({each.id for each in panel}) == roster.seats
    assert not {each.id for each in panel} & set(roster.conflicts or {})
    for quota in roster.quotas:
        count = sum(each.traits[quota.trait] == quota.value for each in panel)
        assert quota.at_least <= count <= (roster.seats if quota.at_most is None else quota.at_most)
    assert repeats(roster, drawn)
    shuffled = replace(roster, experts=tuple(reversed(roster.experts)))
    assert repeats(shuffled, drawn)


def possible(roster: Roster) -> bool:
    """Try every panel."""
    free = [each for each in roster.experts if each.id not in (roster.conflicts or {})]
    return any(
        all(
            q.at_least
            <= sum(e.traits[q.trait] == q.value for e in panel)
            <= (99 if q.at_most is None else q.at_most)
            for q in roster.quotas
        )
        for panel in combinations(free, roster.seats)
    )


def some(count: int = 12, seats: int = 3) -> Roster:
    experts = tuple(
        Expert(f"E{i}", {"organisation": "ABCD"[i % 4], "from": "out" if i % 2 else "in"})
        for i in range(count)
    )
    quotas = (Quota(OUTSIDE, "from", "out", at_least=2), *each_at_most(experts, "organisation", 1, ONE_EACH))
    return Roster("C1", experts, seats, quotas)


def test_everybody_has_a_chance():
    roster = replace(some(), quotas=())
    count = Counter(expert for salt in range(400) for expert in held(roster, salt).panel)
    assert len(count) == 12
    assert all(60 < n < 140 for n in count.values())  # 100 each in the mean


def test_who_runs_the_draw_cannot_grind_it():
    roster = some()
    drawn = held(roster)
    wanted = next(each.id for each in roster.experts if each.id not in drawn.panel)
    # Another number of the office's own, or of anybody, breaks its promise.
    for salt in range(1, 200):
        numbers = {party: bytes.fromhex(value) for party, value in drawn.numbers.items()}
        with pytest.raises(Refused, match="do not fit"):
            draw(roster, drawn.promises, numbers | {"office": number("office", salt)})
    # Another roster has another commitment, under which the record does not repeat.
    for i in range(50):
        other = replace(
            roster, experts=(*roster.experts, Expert(f"X{i}", {"organisation": "E", "from": "in"}))
        )
        assert other.commitment() != drawn.commitment
        assert not repeats(other, drawn)
    # Nor can a record be made to name somebody else, or a party be left out.
    assert not repeats(roster, replace(drawn, panel=(wanted, *drawn.panel[1:])))
    fewer = {party: value for party, value in drawn.numbers.items() if party != "court"}
    assert not repeats(roster, replace(drawn, numbers=fewer))


def test_no_party_alone_decides():
    roster = some()
    panels = set()
    for salt in range(40):
        numbers = {party: number(party) for party in ("office", "applicant")} | {
            "court": number("court", salt)
        }
        promises = {party: promise(party, value) for party, value in numbers.items()}
        panels.add(draw(roster, promises, numbers).panel)
    assert len(panels) > 20


def test_what_blocks_a_panel_is_named_and_nothing_else():
    roster = some(count=4, seats=3)
    blocked = replace(
        roster, quotas=(*roster.quotas, Quota(Text("医学专家两名", "two of medicine"), "field", "A61", 2))
    )
    with pytest.raises(Refused) as refused:
        held(blocked)
    said = refused.value.problems[0].reason
    assert "医学专家两名" in said.zh
    assert "two of medicine" in said.en
    assert ONE_EACH.zh not in said.zh
    with pytest.raises(Refused, match="4 in the roster 3 are free"):
        held(replace(roster, seats=4, conflicts={"E0": "co-inventor"}))


def test_nobody_has_promised():
    with pytest.raises(Refused, match="No party has promised"):
        draw(some(), {}, {})


def test_a_short_number_is_refused():
    with pytest.raises(ValueError, match="at least 16 bytes"):
        promise("office", b"1")
