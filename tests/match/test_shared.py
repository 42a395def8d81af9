"""The short reason: the words that a need and a technology share, each of them in both."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, Need
from qixi.match.engine import Engine
from qixi.match.explain import Explainer
from qixi.match.text import fold

OTHERS = (Asset("B", "塔筒预制"), Asset("C", "轴承润滑"), Asset("D", "gait planning"))


def named(need: str, technology: str, title: str = "") -> list[str]:
    """Return the words in common that are named; none where the topic alone is near."""
    asked = Need("N", title, need)
    engine = Engine().fit([Asset("A", technology), *OTHERS])
    (ranking,) = engine.pairs([asked], {"N": ["A"]})
    said = Explainer(engine).in_brief(asked, ranking.matches[0])
    if said.en.startswith("no words"):
        return []
    words = said.zh.removeprefix("共有词：").split("、")
    assert said.en.removeprefix("words in common: ").split(", ") == words
    return words


@pytest.mark.parametrize(
    ("need", "technology", "words"),
    [
        # 二 stands in both and touches 微藻 in the need alone.
        ("微藻二氧化碳固定", "二级微藻反应器", ["微藻"]),
        ("碳化硅陶瓷烧结", "碳化硅陶瓷", ["碳化硅陶瓷"]),
        ("碳化硅陶瓷烧结", "陶瓷与碳化硅", ["碳化硅", "陶瓷"]),
        ("微藻的培养", "微藻的培养", ["微藻的培养"]),
        ("ＷＥＡＲ resistant alloy", "a wear-resistant alloy", ["resistant alloy", "ＷＥＡＲ"]),
        ("algae harvesting", "algae, harvested by flotation", ["algae", "harvesting / harvested"]),
        ("cell culture", "cellular culture", ["culture"]),
        ("乾燥機", "干燥机", ["乾燥機"]),
        ("60℃烘干", "C级烘干", ["烘干"]),
        ("步态识别", "塔筒", []),
    ],
)
def test_words_in_common_stand_in_both(need, technology, words):
    assert sorted(named(need, technology)) == sorted(words)


def test_a_word_is_named_once():
    assert named("提高寿命", "轴承寿命", "寿命") == ["寿命"]
    assert named("轴承寿命由三年到五年", "轴承寿命由此延长", "寿命") == ["轴承寿命由"]


LETTERS = "微藻二氧化碳高密度培养焊缝跟踪的、，。 \n-℃乾abcs19ＷＡ"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=LETTERS, max_size=40), st.text(alphabet=LETTERS, max_size=60))
def test_every_word_named_stands_in_both_folded_texts(need, technology):
    for word in named(f"微{need}", f"微{technology}"):
        mine, _, theirs = word.partition(" / ")
        assert fold(mine) in fold(f"微{need}")
        assert fold(theirs or mine) in fold(f"微{technology}")
