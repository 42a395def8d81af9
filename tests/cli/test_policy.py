from __future__ import annotations

import pytest

from cli.command import qixi


@pytest.fixture
def logs(tmp_path):
    shown = (
        "demand_id,supply_id,propensity,lottery,likelihood\nD1,T1,1,,0.5\nD2,T2,0.2,0,0.4\nD3,T3,0.8,1,0.3\n"
    )
    (tmp_path / "shown.csv").write_text(shown, "utf-8")
    (tmp_path / "fed.csv").write_text("需求编号,技术编号,是否对接\nD1,T1,是\nD2,T2,是\nD3,T3,否\n", "utf-8")
    (tmp_path / "target.csv").write_text(
        "demand_id,supply_id,likelihood\nD1,T1,0.5\nD2,T2,0.4\nD3,T4,0.2\n", "utf-8"
    )
    return tmp_path


def judge(logs, *more: str, **files: str):
    names = {"shown": "shown.csv", "feedback": "fed.csv", "target": "target.csv"} | files
    given = [part for name, file in names.items() for part in (f"--{name}", logs / file)]
    return qixi("evaluate", *given, *more, QIXI_LANGUAGE="en")


def test_another_allocation_is_judged_by_what_was_shown(logs):
    done = judge(logs)
    assert done.code == 0, done.err
    assert "what was shown came to: 2" in done.out
    assert "inverse propensity (IPS): 6.00" in done.out
    # 0.5 + 0.4 + 0.2 expected, 1 × (1 - 0.5) and 5 × (1 - 0.4) beyond.
    assert "doubly robust (DR): 4.60" in done.out


def test_weights_are_cut_where_asked(logs):
    assert "IPS): 3.00" in judge(logs, "--clip", "2").out


def test_without_likelihoods_there_is_no_doubly_robust_estimate(logs):
    (logs / "bare.csv").write_text("demand_id,supply_id\nD1,T1\n", "utf-8")
    done = judge(logs, target="bare.csv")
    assert done.code == 0, done.err
    assert "no doubly robust estimate" in done.out
    assert "(DR):" not in done.out


def test_pairs_without_propensity_are_refused(logs):
    (logs / "bare.csv").write_text("demand_id,supply_id\nD1,T1\n", "utf-8")
    done = judge(logs, shown="bare.csv")
    assert done.code == 4
    assert "the propensity is missing or 0" in done.err.lower()
    assert "row 2" in done.err


def test_half_a_question_is_a_usage_error(logs):
    done = qixi("evaluate", "--shown", logs / "shown.csv")
    assert done.code == 2
    assert "--target" in done.err
