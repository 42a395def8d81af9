"""Back lists of blocks merge into the lists of the whole, and blocks depend on the number of needs alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.match.batch.plan import LARGEST_BLOCK, Plan, blocks
from qixi.match.batch.results import NOBODY, Back, merged

SCORES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=12, unique_by=lambda pair: pair[1]
)


def back_of(rows: list[list[tuple[int, int]]], depth: int) -> Back:
    back = Back.empty(len(rows), depth)
    for i, row in enumerate(rows):
        best = sorted(row, key=lambda pair: (-pair[0], pair[1]))[:depth]
        for k, (score, need) in enumerate(best):
            back.score[i, k], back.need[i, k], back.found[i, k] = score, need, score
    return back


@given(st.lists(st.tuples(SCORES, SCORES, SCORES), min_size=1, max_size=6), st.integers(1, 5))
def test_merged_lists_are_those_of_all_needs_together(rows, depth):
    # The needs of different blocks differ: number them apart.
    parts = [[[(s, n * 3 + b) for s, n in row[b]] for row in rows] for b in range(3)]
    found = merged([back_of(part, depth) for part in parts], depth)
    whole = back_of([[pair for part in parts for pair in part[i]] for i in range(len(rows))], depth)
    assert (found.need.tolist(), found.score.tolist()) == (whole.need.tolist(), whole.score.tolist())


def test_lists_with_nobody_stay_empty():
    found = merged([Back.empty(2, 3), Back.empty(2, 3)], 3)
    assert np.all(found.need == NOBODY)


@given(st.integers(0, 2_000_000))
def test_blocks_cover_all_needs_once_and_in_order(total):
    cut = blocks(total)
    assert [i for part in cut for i in (part.start, part.stop)] == sorted(
        [0, *[p.stop for p in cut[:-1]], *[p.stop for p in cut]] if total else []
    )
    assert all(0 < len(part) <= LARGEST_BLOCK for part in cut)


@pytest.mark.parametrize("wrong", [{"top": 0}, {"back": -1}, {"top": 10, "candidates": 9}])
def test_a_plan_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="at least"):
        Plan(**wrong)


def test_plans_that_differ_have_other_digests():
    digests = {
        Plan().digest(),
        Plan(top=99).digest(),
        Plan(candidates=None).digest(),
        Plan(left=0.2).digest(),
    }
    assert len(digests) == 4
