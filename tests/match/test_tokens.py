"""Units: what is counted in Chinese and English text, and where each stands."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.match.text import fold
from qixi.match.tokens import is_chinese, is_pair, stem, units

TEXT = st.text(alphabet=st.sampled_from("微藻培養鋰a bZ-'3,。.é ß\n①🙂"), max_size=40)


def texts(value: str) -> list[str]:
    return [unit.text for unit in units(fold(value))]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("微藻培养", ["微", "微藻", "藻", "藻培", "培", "培养", "养"]),
        ("微藻，培养", ["微", "微藻", "藻", "培", "培养", "养"]),
        ("solar cells", ["solar", "cell", "solar cell"]),
        ("Solar, cells", ["solar", "cell"]),
        ("3D打印", ["3d", "打", "打印", "印"]),
        ("150 g/L", ["g", "l"]),
        ("2023", []),
        ("，。!", []),
        ("", []),
    ],
)
def test_units_are_characters_stems_and_their_pairs(value, expected):
    assert texts(value) == expected


def test_units_of_a_word_do_not_depend_on_number_or_tense():
    assert texts("coating") == texts("coatings") == texts("coated")


def test_hyphenated_words_are_their_parts_and_their_pair():
    assert texts("wear-resistant") == texts("wear resistant") == ["wear", "resist", "wear resist"]
    assert texts("wear - resistant") == texts("wear-resistant")
    assert texts("firm's x-ray") == ["firm", "x", "firm x", "ray", "x ray"]


def test_units_of_both_scripts_are_the_same():
    assert texts("鋰電池") == texts("锂电池")


@given(TEXT)
def test_units_stand_where_they_say(value):
    folded = fold(value)
    for unit in units(folded):
        words = folded[unit.start : unit.end]
        assert unit.text == words if is_chinese(unit.text[0]) else unit.text[0] == words[0]


@given(TEXT)
def test_pairs_are_never_more_than_their_halves(value):
    found = texts(value)
    singles = [text for text in found if not is_pair(text)]
    assert len(found) <= max(0, 2 * len(singles) - 1)


def test_stem_is_the_same_on_many_threads():
    words = ["coatings", "batteries", "relational", "photovoltaics"] * 200
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stem, words)) == [stem(word) for word in words]


def test_long_row_of_digits_costs_little():
    start = perf_counter()
    assert [unit.text for unit in units("1" * 200_000 + " 12v 3d7")] == ["12v", "3d7", "12v 3d7"]
    assert perf_counter() - start < 5
