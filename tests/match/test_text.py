"""Folding: one form for all spellings, and always the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.match.text import Folded, fold

ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("value", "folded"),
    [
        ("ＡＢＣ－１２３", "abc-123"),
        ("膠囊機器人", "胶囊机器人"),
        ("鋰電池與風電", "锂电池与风电"),
        ("150㎏／㎡", "150kg/m2"),
        ("①ﬁnal㈱", "1final(株)"),
        ("", ""),
        ("\ud800x", "\ud800x"),
    ],
)
def test_fold_gives_one_form(value, folded):
    assert fold(value) == folded


@given(ANY)
def test_fold_and_folded_agree(value):
    folded = Folded.of(value)
    assert folded.text == fold(value)
    assert len(folded.origin) == len(folded.text) + 1
    assert folded.origin[-1] == len(value)
    assert list(folded.origin) == sorted(folded.origin)


@given(ANY.filter(lambda value: fold(value) != ""), st.data())
def test_span_leads_back_to_what_was_folded(value, data):
    folded = Folded.of(value)
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.span(start, end)
    assert 0 <= first < last <= len(value)
    assert folded.text[start:end] in fold(value[first:last])


@given(st.text(alphabet="ﬁ①㎏鋰電Ａb", max_size=20))
def test_span_of_whole_characters_folds_to_the_very_words(value):
    folded = Folded.of(value)
    for at, character in enumerate(value):
        places = [i for i, origin in enumerate(folded.origin[:-1]) if origin == at]
        assert folded.text[places[0] : places[-1] + 1] == fold(character)
        assert folded.span(places[0], places[-1] + 1) == (at, at + 1)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (-1, 1), (0, 4)])
def test_span_outside_is_an_index_error(start, end):
    with pytest.raises(IndexError):
        Folded.of("abc").span(start, end)
