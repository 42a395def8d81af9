"""Ranking: a full sort cut short, ties by id, the withheld set aside and the count still filled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.core import Text
from qixi.match.columns import digest
from qixi.match.ranking import PairScores, Shelf, top

WHY = Text("不可得", "not to be had")
LAPSED = 1
COARSE = st.lists(st.integers(0, 4), min_size=1, max_size=30).map(lambda v: np.array(v) / 4)


def shelf_of(ids: list[str], families: list[str], lapsed: set[int] = frozenset()) -> Shelf:
    barred = np.array([LAPSED if place in lapsed else 0 for place in range(len(ids))], dtype=np.uint8)
    return Shelf(ids, np.array([digest(family) for family in families], dtype=np.int64), barred)


def scores(total: np.ndarray) -> PairScores:
    return PairScores(total, total, total, total, np.ones_like(total), total > 0, total > 0)


def plain(total: np.ndarray) -> list[int]:
    return sorted(range(len(total)), key=lambda place: (-total[place], place))


@given(COARSE, st.integers(1, 40))
def test_top_is_the_head_of_a_full_sort(total, count):
    assert top(total, count).tolist() == plain(total)[:count]


def test_top_of_nothing_is_nothing():
    assert top(np.zeros(0), 5).tolist() == []


@given(COARSE, st.integers(1, 12), st.data())
def test_rank_is_a_full_sort_without_the_withheld_and_folded(total, count, data):
    size = len(total)
    families = data.draw(st.lists(st.sampled_from(["", "f", "g"]), min_size=size, max_size=size))
    places = st.sets(st.integers(0, size - 1), max_size=size)
    lapsed, own = data.draw(places), data.draw(places)
    fold = data.draw(st.booleans())
    ids = [f"T{i:02}" for i in range(size)]
    shelf = shelf_of(ids, families, lapsed)

    expected, kin, seen = [], {}, {}
    for place in plain(total):
        if place in lapsed | own:
            continue
        head = seen.setdefault(families[place], place) if fold and families[place] else place
        if head != place:
            kin.setdefault(head, []).append(ids[place])
        else:
            expected.append(place)

    ranking = shelf.rank("N", scores(total), count, dict.fromkeys(own, WHY), fold)
    assert [m.asset_id for m in ranking.matches] == [ids[p] for p in expected[:count]]
    assert [m.rank for m in ranking.matches] == list(range(1, len(ranking.matches) + 1))
    assert [m.folded for m in ranking.matches] == [tuple(kin.get(p, ())) for p in expected[:count]]
    last = expected[count - 1] if len(expected) >= count else None
    above = plain(total)[: plain(total).index(last)] if last is not None else plain(total)
    assert [w.asset_id for w in ranking.withheld] == [ids[p] for p in above if p in lapsed | own]
    assert all(w.code == ("lapsed" if int(w.asset_id[1:]) in lapsed else "own") for w in ranking.withheld)


def test_ties_stand_by_id():
    shelf = shelf_of(["T1", "T2", "T3"], ["", "", ""])
    ranking = shelf.rank("N", scores(np.array([0.5, 0.7, 0.5])), 3, {}, fold=True)
    assert [match.asset_id for match in ranking.matches] == ["T2", "T1", "T3"]


def test_rank_only_withholds_and_folds_nothing():
    shelf = shelf_of(["T1", "T2", "T3"], ["f", "f", ""], {0})
    ranking = shelf.rank_only("N", scores(np.array([0.9, 0.8, 0.7])), [1, 0])
    assert [(m.asset_id, m.rank, m.score) for m in ranking.matches] == [("T1", 1, 0.9), ("T2", 2, 0.8)]
    assert ranking.withheld == ()


def test_nothing_left_is_an_empty_ranking_that_says_why():
    shelf = shelf_of(["T1"], [""], {0})
    ranking = shelf.rank("N", scores(np.array([0.9])), 5, {}, fold=True)
    assert (ranking.matches, [w.asset_id for w in ranking.withheld]) == ((), ["T1"])
    assert shelf_of([], []).rank("N", scores(np.zeros(0)), 5, {}, fold=True).matches == ()


@pytest.mark.parametrize("count", [0, -1])
def test_a_ranking_shows_at_least_one(count):
    with pytest.raises(ValueError, match="at least 1"):
        shelf_of(["T1"], [""]).rank("N", scores(np.array([0.9])), count, {}, fold=True)
