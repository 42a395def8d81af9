"""One-to-one meetings: nobody in two places, the most wishes met, and reasons for the rest."""

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.market.domain.timetable import Hall, Meeting, Wish, greedy, timetable

FIRMS = [f"firm-{at}" for at in range(5)]
TEAMS = [f"team-{at}" for at in range(4)]


@st.composite
def fairs(draw: st.DrawFn) -> tuple[list[Wish], Hall]:
    pairs = draw(st.lists(st.sampled_from(list(itertools.product(FIRMS, TEAMS))), unique=True))
    wishes = [Wish(firm, team, draw(st.integers(1, 5))) for firm, team in pairs]
    slots = draw(st.integers(0, 4))
    away = draw(st.dictionaries(st.sampled_from(FIRMS + TEAMS), st.sets(st.integers(0, 3)), max_size=5))
    return wishes, Hall(slots, away, draw(st.sampled_from([None, 1, 2])))


def check(meetings: tuple[Meeting, ...], wishes: list[Wish], hall: Hall) -> int:
    sitting = Counter((party, each.slot) for each in meetings for party in (each.one, each.other))
    assert all(count == 1 for count in sitting.values())
    pairs = [frozenset((each.one, each.other)) for each in meetings]
    assert len(set(pairs)) == len(pairs)
    weight = {frozenset((wish.one, wish.other)): wish.weight for wish in wishes}
    for each in meetings:
        assert 0 <= each.slot < hall.slots
        assert all(each.slot not in hall.away.get(party, ()) for party in (each.one, each.other))
    if hall.tables is not None:
        assert all(count <= hall.tables for count in Counter(each.slot for each in meetings).values())
    return sum(weight[pair] for pair in pairs)


@settings(max_examples=150, deadline=None)
@given(fairs())
def test_nobody_is_in_two_places_and_a_clerk_does_no_better(fair):
    wishes, hall = fair
    found = timetable(wishes, hall)
    assert check(found.meetings, wishes, hall) == found.met == found.bound
    assert found.met >= check(greedy(wishes, hall), wishes, hall)
    assert len(found.unmet) == len(wishes) - len(found.meetings)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(list(itertools.product(FIRMS[:3], TEAMS[:3]))), unique=True, min_size=1, max_size=6
    ),
    st.integers(1, 2),
    st.sets(st.tuples(st.sampled_from(FIRMS[:3] + TEAMS[:3]), st.integers(0, 1)), max_size=3),
)
def test_no_other_timetable_meets_more(pairs, slots, absences):
    away: dict[str, set[int]] = {}
    for party, slot in absences:
        away.setdefault(party, set()).add(slot)
    hall, wishes = Hall(slots, away), [Wish(*pair, 1 + at) for at, pair in enumerate(pairs)]
    best = 0
    for plan in itertools.product([None, *range(slots)], repeat=len(wishes)):
        sitting = [
            (party, slot)
            for wish, slot in zip(wishes, plan, strict=True)
            if slot is not None
            for party in (wish.one, wish.other)
        ]
        there = all(slot not in away.get(party, ()) for party, slot in sitting)
        if there and len(set(sitting)) == len(sitting):
            weight = sum(wish.weight for wish, slot in zip(wishes, plan, strict=True) if slot is not None)
            best = max(best, weight)
    assert timetable(wishes, hall).met == best


def test_what_is_arranged_stays_when_somebody_comes_late():
    hall = Hall(2, {})
    first = timetable([Wish("a", "x"), Wish("b", "y")], hall)
    later = timetable(
        [Wish("a", "x"), Wish("b", "y"), Wish("c", "x", 5), Wish("d", "x", 9)], hall, first.meetings
    )
    assert set(first.meetings) <= set(later.meetings)
    assert {("c", "x")} == set(later.unmet)
    assert "排满" in later.unmet["c", "x"].zh


def test_the_reason_names_absence_and_tables():
    apart = timetable([Wish("a", "x")], Hall(2, {"a": {0}, "x": {1}}))
    assert "no slot" in apart.unmet["a", "x"].en
    crowded = timetable([Wish("a", "x"), Wish("b", "y")], Hall(1, {}, tables=1))
    assert [why.en for why in crowded.unmet.values()] == ["no table is left in the slots that remain"]


@pytest.mark.parametrize(
    "fixed",
    [
        [Meeting(2, "a", "x")],
        [Meeting(0, "a", "x"), Meeting(0, "b", "x")],
        [Meeting(0, "a", "x"), Meeting(1, "x", "a")],
    ],
)
def test_impossible_fixed_meetings_are_refused(fixed):
    with pytest.raises(ValueError, match="impossible"):
        timetable([], Hall(2, {}), fixed)


def test_a_wish_is_one_of_two_and_said_once():
    with pytest.raises(ValueError, match="meet itself"):
        Wish("a", "a")
    with pytest.raises(ValueError, match="twice"):
        timetable([Wish("a", "x"), Wish("x", "a")], Hall(1, {}))
