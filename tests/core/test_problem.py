"""How a problem speaks."""

from __future__ import annotations

import pytest

from qixi.core import Problem, Refused, Text

PROBLEM = Problem(
    "code", Text("缺少编号", "the id is missing"), Text("请补上", "add one"), "a.csv", 3, "编号"
)


def test_message_says_place_reason_and_remedy_in_both_languages() -> None:
    assert PROBLEM.message() == Text(
        "a.csv，第 3 行，“编号”列：缺少编号。请补上。",
        'a.csv, row 3, column "编号": The id is missing. Add one.',
    )


def test_message_holds_nothing_a_terminal_would_act_on() -> None:
    hostile = Problem("code", Text("\x1b]0;x\x07", "\u202ex"), Text("请", "do"), "a\nb")
    assert hostile.message() == Text("a·b：·]0;x·。请。", "a·b: ·x. Do.")


def test_refusal_names_at_least_one_problem() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Refused()
