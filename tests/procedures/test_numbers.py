"""Application numbers are read however they are written, and fail on one wrong place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.procedures.application_number import application_number, check_character

NEW = st.builds(
    lambda year, kind, count: f"{year}{kind}{count:07}",
    st.integers(2003, 2026),
    st.sampled_from("12389"),
    st.integers(0, 9_999_999),
)
OLD = st.builds(
    lambda year, kind, count: f"{year % 100:02}{kind}{count:05}",
    st.integers(1985, 2003),
    st.sampled_from("12389"),
    st.integers(0, 99_999),
)


@given(st.one_of(NEW, OLD), st.sampled_from(["", "ZL", "CN", "zl ", "CN "]), st.sampled_from(["", "."]))
def test_every_way_of_writing_gives_one_number(stem, prefix, point):
    check = check_character(stem)
    assert application_number(f"{prefix}{stem}{point}{check.lower()}") == f"CN{stem}.{check}"


@given(st.one_of(NEW, OLD), st.data())
def test_one_wrong_place_is_found(stem, data):
    place = data.draw(st.integers(len(stem) - 5, len(stem) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda sign: sign != stem[place]))
    wrong = stem[:place] + other + stem[place + 1 :]
    with pytest.raises(ValueError, match="not a Chinese application number"):
        application_number(f"{wrong}.{check_character(stem)}")


@pytest.mark.parametrize("value", ["", "ZL", "123", "2020199001731234", "202049900173.1", "US1234567"])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="not a Chinese application number"):
        application_number(value)
