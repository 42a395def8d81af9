"""From a need to weighted units: titles before letters, letters' history aside, other words added."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.core import Need, Span
from qixi.match.lexicon import Concept, Lexicon, default_lexicon
from qixi.match.query import Query, QueryWeighing, need_query, need_text, text_query, weigh_characters
from qixi.match.requirements import Kind, Segment, background_mask

NONE = Lexicon([])
SMALL = Lexicon([Concept("电池", ("H01M",), ("锂电池",), ("lithium cell",), ("充电宝",))])
LETTER = "公司成立于2003年，占地三万平方米，曾获多项荣誉。希望解决微藻采收成本高的问题。"


def query(title: str = "", content: str = "", lexicon: Lexicon = NONE, **weights: float) -> Query:
    need = Need("N", title, content)
    return need_query(need, background_mask(need), lexicon, QueryWeighing(**weights))


def test_title_counts_are_kept_and_content_counts_damped():
    assert query("藻藻藻").units["藻"] == 3
    once, thrice = query("", "藻").units["藻"], query("", "藻藻藻").units["藻"]
    assert thrice == pytest.approx(0.17 * (1 + math.log(3 * once / 0.17)))
    assert query("algae algae").units["alga"] == 2


def test_content_said_five_hundred_times_counts_some_eight_times():
    short, long = query("微藻", "微藻采收。"), query("微藻", "微藻采收。" * 500)
    assert 7 < long.units["采"] / short.units["采"] < 11


def test_history_of_the_firm_counts_less_than_what_it_wants():
    units = query("", LETTER).units
    assert units["占地"] < 0.5 * units["采收"]


def test_segments_weigh_characters():
    need = Need("N", "微藻采收")
    halves = (
        Segment(Span("title", 0, 2), Kind.TARGET, 1.0, "target"),
        Segment(Span("title", 2, 4), Kind.OTHER, 0.25, "courtesy"),
    )
    units = need_query(need, halves, NONE).units
    assert (units["微"], units["微藻"], units["藻采"], units["采"]) == (1.0, 1.0, 0.25, 0.25)


def test_generic_words_are_discounted():
    assert weigh_characters("一种微藻", [1.0] * 4) == [0.3, 0.3, 1.0, 1.0]
    assert weigh_characters("一种微藻", [0.5] * 4, generic=1.0) == [0.5] * 4


def test_other_words_for_a_concept_are_added():
    plain, expanded = query("锂电池", lexicon=SMALL).units, query("锂电池", lexicon=SMALL).expanded
    assert "充" not in plain
    assert 0 < expanded["充"] < expanded["锂"]
    assert expanded["lithium"] > expanded["充"], "a translation must carry the meeting alone"
    assert query("锂电池", lexicon=SMALL, synonym=0, translation=0).expanded["充"] == 0


def test_everyday_word_brings_the_formal_one():
    assert query("充电宝", lexicon=SMALL).expanded["锂电"] > 0


def test_stated_symbols_travel_along():
    need = Need("N", "微藻", ipc=("C12N1/12",))
    assert need_query(need, background_mask(need), NONE).ipc == ("C12N1/12",)


def test_script_and_width_make_no_difference():
    one, other = query("鋰電池ＡＢ", "風電。"), query("锂电池ab", "风电。")
    assert replace(one, text="") == replace(other, text="")


@pytest.mark.parametrize("need", [Need("N"), Need("N", "？！"), Need("N", content="2023")])
def test_need_without_words_is_an_empty_query(need):
    assert need_query(need, background_mask(need), default_lexicon()) == Query({}, {}, text=need_text(need))


@given(st.text(alphabet="微藻采收成本solar cell。，\n一、", max_size=80))
def test_weights_are_finite_and_not_negative(text):
    found = query(text, text, lexicon=default_lexicon())
    assert all(0 <= w < math.inf for w in (*found.units.values(), *found.expanded.values()))
    assert found.units.keys() <= found.expanded.keys()
    assert list(found.expanded) == sorted(found.expanded)


@given(st.text(alphabet="微藻solar ", max_size=30))
def test_query_does_not_depend_on_the_need_s_name(text):
    need = Need("N", text)
    other = replace(need, id="M", organisation="甲公司")
    lexicon = default_lexicon()
    assert need_query(need, background_mask(need), lexicon) == need_query(
        other, background_mask(other), lexicon
    )


def test_plain_text_weighs_all_alike():
    assert text_query("微藻微藻", NONE, ("C12N",)) == Query(
        {"微": 1 + math.log(2), "微藻": 1 + math.log(2), "藻": 1 + math.log(2), "藻微": 1.0},
        {"微": 1 + math.log(2), "微藻": 1 + math.log(2), "藻": 1 + math.log(2), "藻微": 1.0},
        ("C12N",),
        "微藻微藻",
    )


def test_query_carries_the_need_s_text_as_read():
    need = Need("N", "微藻 ＡＢ", "採收\n成本", organisation="甲公司")
    assert need_query(need, background_mask(need), NONE).text == "微藻 ＡＢ\n採收\n成本"
    assert need_text(Need("N", " ", "採收")) == "採收"
