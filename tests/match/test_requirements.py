"""Splitting needs: the table of cases, and the rules one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requirement_table import KINDS, measure, needs, table

from qixi.core import Need
from qixi.match.requirements import Kind, background_mask, split_need
from qixi.match.requirements.cues import Words

# The table's own measured level, by characters; raise it when the splitting gets better.
RIGHT = 0.985
RECALL = {
    "heading": 0.99,
    "problem": 0.85,
    "target": 0.98,
    "constraint": 0.98,
    "condition": 0.96,
    "other": 0.99,
}


def test_requirements_table_reaches_its_measured_level() -> None:
    figures = measure()
    assert figures.needs >= 40
    assert figures.right() >= RIGHT, "\n".join([table(figures), *figures.faults])
    assert {kind: figures.recall(kind) >= RECALL[kind] for kind in KINDS} == dict.fromkeys(KINDS, True)


def covers(need: Need) -> bool:
    """Return whether the mask covers all text of the need, in order and without overlap."""
    segments = background_mask(need)
    for name, item, value in need.texts():
        place = 0
        for segment in segments:
            if (segment.span.field, segment.span.item) == (name, item):
                if segment.span.start != place:
                    return False
                place = segment.span.end
        if place != len(value):
            return False
    return True


@pytest.mark.parametrize("need", [need for need, _ in needs()], ids=lambda need: need.id)
def test_mask_covers_every_case(need: Need) -> None:
    assert covers(need)


@given(
    st.text(alphabet="需求目标：:\n。，；;1、（一）①. 公司成立于年提高≥90%以上3个月abcAB\t", max_size=80),
    st.text(max_size=60),
)
def test_mask_covers_any_text_and_quotes_are_verbatim(letters: str, anything: str) -> None:
    need = Need("n", anything, letters)
    assert covers(need)
    for requirement in split_need(need):
        assert need.quote(requirement.spans[0]).text == requirement.text
        for stated in requirement.quantities:
            value = getattr(need, requirement.spans[0].field)
            assert value[stated.start : stated.end] == stated.text


def kinds_of(content: str) -> list[tuple[Kind, str]]:
    return [(r.kind, r.text) for r in split_need(Need("n", "", content))]


def test_heading_rules_the_sentences_below_it() -> None:
    assert kinds_of("工作基础：\n购置了离心机。\n技术指标：\n转速不低于12000转/分。") == [
        (Kind.CONDITION, "购置了离心机"),
        (Kind.CONSTRAINT, "转速不低于12000转/分"),
    ]


def test_number_becomes_a_constraint_of_its_own() -> None:
    requirements = split_need(Need("n", "", "希望改进膜材料，通量恢复率≥95%，寿命不少于5年。"))
    assert [(r.kind, r.text, [q.text for q in r.quantities]) for r in requirements] == [
        (Kind.TARGET, "希望改进膜材料", []),
        (Kind.CONSTRAINT, "通量恢复率≥95%", ["≥95%"]),
        (Kind.CONSTRAINT, "寿命不少于5年", ["不少于5年"]),
    ]


def test_present_number_is_no_constraint() -> None:
    assert kinds_of("目前收率为60%，希望提高到80%以上。") == [
        (Kind.CONDITION, "目前收率为60%"),
        (Kind.CONSTRAINT, "希望提高到80%以上"),
    ]


def test_company_history_and_courtesy_weigh_little() -> None:
    weights = {
        r.text: r.weight
        for r in split_need(Need("n", "", "我公司成立于1998年，员工300人。需要一种除尘技术。欢迎来电洽谈。"))
    }
    assert weights["需要一种除尘技术"] == 1.0
    assert weights["我公司成立于1998年，员工300人"] < 0.1
    assert weights["欢迎来电洽谈"] < 0.1


def test_title_is_a_target_of_full_weight() -> None:
    (title,) = split_need(Need("n", "3米级陶瓷膜"))
    assert (title.kind, title.weight, title.spans[0].field) == (Kind.TARGET, 1.0, "title")


def test_empty_need_has_no_requirements() -> None:
    assert (split_need(Need("n")), background_mask(Need("n"))) == ((), ())


@pytest.mark.parametrize("piece", ["1%", "1%，", "1%。", "1% ", "1<a<", "！", "。1%要求"])
def test_letter_of_nothing_but_numbers_is_split_in_one_pass(piece: str) -> None:
    need = Need("n", "", piece * (20_000 // len(piece)))
    parts = background_mask(need)
    assert [part.span.start for part in parts[1:]] == [part.span.end for part in parts[:-1]]
    assert (parts[0].span.start, parts[-1].span.end) == (0, len(need.content))
    assert all(need.quote(span).text == r.text for r in split_need(need) for span in r.spans)


def test_cues_of_a_clause_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    find = Words.find

    def counted(self: Words, text: str) -> list[tuple[int, str, int]]:
        read.append(len(text))
        return find(self, text)

    monkeypatch.setattr(Words, "find", counted)
    content = "1%" * 1_000
    split_need(Need("n", "", content))
    assert sum(read) <= 4 * len(content)
