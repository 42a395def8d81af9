"""The diagram of a procedure: every way is drawn, nothing outside of the picture."""

from __future__ import annotations

import re

import pytest

from qixi.core import Text
from qixi.procedures import Phase
from qixi.procedures.catalogue import catalogue
from qixi.web.components.bars import WIDTH, bars
from qixi.web.components.diagram import diagram


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("procedure", catalogue().values(), ids=lambda each: each.code)
def test_every_way_of_a_procedure_is_drawn_inside_the_picture(procedure, language):
    drawn = diagram(procedure, language)
    ways = {(step.name, act.to) for step in procedure.steps for act in step.acts if act.to}
    assert len(drawn.arrows) == len(ways)
    open_steps = [step for step in procedure.steps if step.phase is not Phase.CLOSED]
    assert [box.title for box in drawn.boxes[: len(open_steps)]] == [
        step.title.in_language(language) for step in open_steps
    ]
    for box in drawn.boxes:
        assert 0 <= box.x <= box.x + box.width <= drawn.width
        assert 0 <= box.y <= box.y + box.height <= drawn.height
    for arrow in drawn.arrows:
        places = [int(number) for number in re.findall(r"-?\d+", arrow.path)]
        assert min(places) >= 0
        assert max(places) <= max(drawn.width, drawn.height)


def test_what_only_time_does_is_marked():
    drawn = diagram(catalogue()["need", 1], "en")
    assert [arrow.label for arrow in drawn.arrows if arrow.by_time] == [
        "Lapse unconfirmed",
        "Lapse for want of corrections",
    ]


def test_the_longest_bar_fills_the_width():
    drawn = bars([(Text("甲", "a"), 4, "x"), (Text("乙", "b"), 1, "y"), (Text("丙", "c"), 0, "z")])
    assert [bar.length for bar in drawn] == [WIDTH, WIDTH / 4, 0]
    assert [bar.length for bar in bars([(Text("甲", "a"), 0, "x")])] == [0]
