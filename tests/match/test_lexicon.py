"""The lexicon: the longest term wins, whole words only, everyday words reach formal ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qixi.match.lexicon import Concept, Lexicon, default_lexicon
from qixi.match.taxonomy import subclasses
from qixi.match.text import fold

SMALL = Lexicon(
    [
        Concept("灯", ("F21K",), ("发光二极管",), ("led", "light emitting diode"), ("节能灯",)),
        Concept("电池", ("H01M",), ("锂电池", "锂离子电池"), ("lithium battery",), ("充电电池",)),
        Concept("电", ("H01M",), ("电池",), ("battery",), ()),
    ]
)


def found(text: str) -> list[str]:
    return [text[m.start : m.end] for m in SMALL.find(text)]


def test_find_takes_the_longest_term():
    assert found("锂离子电池和电池") == ["锂离子电池", "电池"]
    assert found("a lithium battery") == ["lithium battery"]


def test_find_leaves_the_inside_of_latin_words_alone():
    assert found("sledge, oled, led, leds and ledger") == ["led", "led"]
    assert found("用led灯") == ["led"]


def test_find_gives_every_concept_of_a_word():
    both = Lexicon([Concept("a", (), ("壳体",), (), ()), Concept("b", (), ("壳体",), (), ())])
    assert [mention.concepts for mention in both.find("壳体")] == [(0, 1)]


@given(st.text(alphabet="锂离子电池发光ledsbattery ", max_size=40))
def test_find_goes_forward_without_overlap(text):
    end = 0
    for mention in SMALL.find(text):
        assert mention.start >= end
        end = mention.end
        terms = {term for n in mention.concepts for term in SMALL.concepts[n].terms}
        assert text[mention.start : mention.end] in terms


def test_default_lexicon_is_clean():
    known = set(subclasses())
    for concept in default_lexicon().concepts:
        assert concept.zh
        assert concept.terms == tuple(fold(term).strip() for term in concept.terms)
        assert set(concept.ipc) <= known | {""}, concept


def test_every_term_names_its_concept():
    lexicon = default_lexicon()
    for number, concept in enumerate(lexicon.concepts):
        for term in concept.terms:
            first = next(lexicon.find(term))
            assert (first.start, first.end) == (0, len(term)), term
            assert number in first.concepts, term
