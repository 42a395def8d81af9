"""The suggested form: every case has a row, and the row is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qixi.core import Refused
from qixi.match.suggestion import Form, default_table, read_table, suggest

CASES = [
    (9, 0.1, Form.APPLY, "proven, met"),
    (7, 0.3, Form.APPLY, "mature, met"),
    (7, 0.5, Form.DEVELOP, "mature, half met"),
    (7, 0.9, Form.RESEARCH, "mature, hardly met"),
    (8, 0.3, Form.APPLY, "proven, met"),
    (8, 0.9, Form.DEVELOP, "proven, not met"),
    (9, 1.0, Form.DEVELOP, "proven, not met"),
    (5, 0.0, Form.DEVELOP, "tested, met or half met"),
    (4, 0.8, Form.RESEARCH, "tested, hardly met"),
    (2, 0.0, Form.RESEARCH, "early"),
    (None, 0.1, Form.APPLY, "unknown maturity, met"),
    (None, 0.5, Form.DEVELOP, "unknown maturity, half met"),
    (None, 1.0, Form.RESEARCH, "unknown maturity, hardly met"),
    (9, None, Form.APPLY, "mature, nothing asked"),
    (None, None, Form.DEVELOP, "nothing known"),
]


@pytest.mark.parametrize(("maturity", "unmet", "form", "row"), CASES)
def test_suggestion_follows_the_table(
    maturity: int | None, unmet: float | None, form: Form, row: str
) -> None:
    suggestion = suggest(maturity, unmet)
    assert (suggestion.form, suggestion.row) == (form, row)


def test_suggestion_is_marked_unconfirmed_and_names_its_source() -> None:
    suggestion = suggest(8, 0.5)
    assert not suggestion.confirmed
    assert "2025-04-22" in suggestion.source.en
    assert suggestion.name.zh == "技术开发"
    assert suggestion.reason.en == "readiness level 8; 50% of what is asked is not met or not seen"
    assert suggestion.reason.zh == "技术成熟度 8 级，尚有 50% 的要求未满足或未见说明"


@given(st.none() | st.integers(1, 9), st.none() | st.floats(0, 1))
def test_suggestion_exists_for_every_case(maturity: int | None, unmet: float | None) -> None:
    assert suggest(maturity, unmet).form in Form


@given(st.none() | st.integers(1, 9), st.floats(0, 1), st.floats(0, 1))
def test_suggestion_never_gets_closer_to_use_with_more_unmet(
    maturity: int | None, one: float, other: float
) -> None:
    order = list(Form)
    low, high = sorted((one, other))
    assert order.index(suggest(maturity, low).form) <= order.index(suggest(maturity, high).form)


def test_own_table_with_a_gap_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'source_zh="a"\nsource_en="b"\nconfirmed=true\n[form.apply]\nzh="x"\nen="x"\n[form.develop]\nzh="x"\nen="x"\n'
        '[form.research]\nzh="x"\nen="x"\n[[row]]\nid="r"\ntrl=[1,9]\nunmet_up_to=1.0\nform="apply"\n',
        encoding="utf-8",
    )
    with pytest.raises(Refused) as refusal:
        read_table(path)
    assert "no row for maturity None" in refusal.value.problems[0].reason.en
    assert refusal.value.problems[0].file == "own.toml"


def test_own_table_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[[row", encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        read_table(path)
    assert refusal.value.problems[0].code == "suggestion-table"


def test_own_table_that_is_absent_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read_table(tmp_path / "own.toml")
    assert refusal.value.problems[0].file == "own.toml"


def test_default_table_names_three_forms() -> None:
    assert [default_table().form[form].zh for form in Form] == ["专利应用", "技术开发", "产学研合作"]


def test_unseen_counts_less_than_contradicted() -> None:
    shares = default_table().unmet
    assert 0 < shares.partly < shares.unseen < shares.contradicts == 1


@given(st.integers(8, 9), st.none() | st.floats(0, 1))
def test_proven_technology_is_never_sent_back_to_research(maturity: int, unmet: float | None) -> None:
    assert suggest(maturity, unmet).form is not Form.RESEARCH
