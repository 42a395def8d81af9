"""Evaluation: agreement with the standard library, hand-worked cases, faults of files, significance."""

from __future__ import annotations

import math
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import AP, RR, P, R, nDCG
from scipy import stats

from qixi.core import Refused
from qixi.match.evaluation import (
    STANDARD,
    Comparison,
    Evaluation,
    Measure,
    Qrels,
    Run,
    compare,
    evaluate,
    table,
)
from qixi.match.evaluation.lines import FAULT_LIMIT
from qixi.match.evaluation.significance import (
    bootstrap_interval,
    holm,
    paired_randomisation,
    paired_t,
)

Grades = dict[str, dict[str, int]]
Scores = dict[str, dict[str, float]]

EXP = {grade: 2**grade - 1 for grade in range(5)}
RIVALS = {
    "nDCG(gain=lin)@10": nDCG @ 10,
    "nDCG(gain=lin)@3": nDCG @ 3,
    "nDCG(gain=lin)": nDCG,
    "nDCG(gain=exp)@10": nDCG(gains=EXP) @ 10,
    "nDCG(gain=exp)": nDCG(gains=EXP),
    "nDCG(gain=lin,pool=judged)@10": nDCG(judged_only=True) @ 10,
    "nDCG(gain=exp,pool=judged)@10": nDCG(gains=EXP, judged_only=True) @ 10,
    "RR": RR,
    "RR@3": RR @ 3,
    "RR(rel=2)": RR(rel=2),
    "RR(pool=judged)": RR(judged_only=True),
    "AP": AP,
    "AP@5": AP @ 5,
    "AP(rel=2)": AP(rel=2),
    "AP(pool=judged)": AP(judged_only=True),
    "R@5": R @ 5,
    "R(rel=2)@100": R(rel=2) @ 100,
    "R(pool=judged)@5": R(judged_only=True) @ 5,
    "P@1": P @ 1,
    "P@10": P @ 10,
    "P(rel=2)@10": P(rel=2) @ 10,
    "P(pool=judged)@3": P(judged_only=True) @ 3,
}


def rival_values(rival: ir_measures.measures.Measure, run: Scores, qrels: Grades) -> dict[str, float]:
    found = {metric.query_id: metric.value for metric in ir_measures.iter_calc([rival], qrels, run)}
    return {demand: found.get(demand, 0.0) for demand in qrels}


def assert_agrees(run: Scores, qrels: Grades) -> None:
    evaluation = evaluate(Run(run), Qrels(qrels), list(RIVALS))
    for name, rival in RIVALS.items():
        measure = Measure.parse(name)
        expected = {
            demand: value
            for demand, value in rival_values(rival, run, qrels).items()
            if any(grade >= measure.rel for grade in qrels[demand].values())
        }
        result = evaluation[name]
        assert list(result.by_demand()) == sorted(expected), name
        assert result.by_demand() == pytest.approx(expected, abs=1e-9), name
        assert sorted(result.demands + result.left_out) == sorted(qrels), name


@st.composite
def collections(draw: st.DrawFn) -> tuple[Scores, Grades]:
    """Draw a run without ties, and judgements with some demands and items outside it."""
    items = [f"s{n}" for n in range(draw(st.integers(1, 15)))]
    demands = [f"d{n}" for n in range(draw(st.integers(1, 5)))]
    judged = st.dictionaries(st.sampled_from([*items, "elsewhere"]), st.integers(0, 4), min_size=1)
    qrels = {demand: draw(judged) for demand in demands}
    run: Scores = {}
    for demand in demands[: draw(st.integers(1, len(demands)))]:
        ranked = draw(st.permutations(items))[: draw(st.integers(1, len(items)))]
        run[demand] = {item: float(-rank) for rank, item in enumerate(ranked)}
    return run, qrels


@settings(max_examples=60, deadline=None)
@given(collections())
def test_measures_agree_with_standard_library(collection: tuple[Scores, Grades]) -> None:
    assert_agrees(*collection)


def big_case(demands: int = 60, items: int = 400) -> tuple[Scores, Grades]:
    source = random.Random(7)
    names = [f"s{n:04d}" for n in range(items)]
    run: Scores = {}
    qrels: Grades = {}
    for n in range(demands):
        ranked = source.sample(names, 250)
        run[str(1000 + n)] = {item: float(1000 - rank) for rank, item in enumerate(ranked)}
        qrels[str(1000 + n)] = {
            item: source.choice((0, 0, 0, 1, 1, 2, 3)) for item in source.sample(names, 60)
        }
    return run, qrels


def test_measures_agree_with_standard_library_on_many_demands() -> None:
    assert_agrees(*big_case())


def test_exponential_gain_agrees_with_gdeval(require: Callable[[str, bool, str], None]) -> None:
    reason = "gdeval, which ir_measures asks for exp-log2, is a Perl script and perl is absent"
    require("perl", shutil.which("perl") is not None, reason)
    run, qrels = big_case()
    result = evaluate(Run(run), Qrels(qrels), ["nDCG(gain=exp)@10"]).results[0]
    expected = rival_values(nDCG(dcg="exp-log2") @ 10, run, qrels)
    # gdeval prints five decimals.
    assert result.by_demand() == pytest.approx(expected, abs=5.1e-6)


def test_measures_equal_values_worked_by_hand() -> None:
    run = Run({"d": {"a": 4.0, "b": 3.0, "c": 2.0, "x": 1.0}})
    qrels = Qrels({"d": {"b": 2, "x": 1, "a": 0, "z": 3}})
    names = ["nDCG(gain=exp)@3", "nDCG(gain=lin)@3", "RR", "AP", "R@3", "P@4", "P(rel=2)@4"]
    names += ["RR(rel=3)", "nDCG(gain=exp,pool=judged)@3", "AP(pool=judged)"]
    evaluation = evaluate(run, qrels, names)
    discount = 1 / math.log2(3)
    best = 7 + 3 * discount + 1 / 2
    expected = {
        "nDCG(gain=exp)@3": 3 * discount / best,
        "nDCG(gain=lin)@3": 2 * discount / (3 + 2 * discount + 1 / 2),
        "RR": 1 / 2,
        "AP": (1 / 2 + 2 / 4) / 3,
        "R@3": 1 / 3,
        "P@4": 2 / 4,
        "P(rel=2)@4": 1 / 4,
        "RR(rel=3)": 0.0,
        "nDCG(gain=exp,pool=judged)@3": (3 * discount + 1 / 2) / best,
        "AP(pool=judged)": (1 / 2 + 2 / 3) / 3,
    }
    assert {str(r.measure): r.mean for r in evaluation.results} == pytest.approx(expected)


def test_ties_break_by_supply_id_ascending() -> None:
    run = Run({"d": {"s2": 1.0, "s10": 1.0, "s1": 1.0, "z": 2.0, "a": -0.0, "b": 0.0}})
    assert run.ranking("d") == ["z", "s1", "s10", "s2", "a", "b"]
    assert run.ranking("absent") == []


def test_demand_missing_from_run_counts_zero() -> None:
    qrels = Qrels({"d1": {"a": 1}, "d2": {"a": 1}})
    evaluation = evaluate(Run({"d1": {"a": 1.0}, "d3": {"a": 1.0}}), qrels, ["RR"])
    assert evaluation["RR"].by_demand() == {"d1": 1.0, "d2": 0.0}
    coverage = evaluation.coverage
    assert (coverage.judged, coverage.missing, coverage.unjudged) == (2, ("d2",), 1)
    assert (coverage.judged_pairs, coverage.unranked) == (2, 1)


def test_demand_without_relevant_item_is_left_out_by_measure() -> None:
    qrels = Qrels({"d1": {"a": 2}, "d2": {"a": 1}, "d3": {"a": 0}})
    run = Run({demand: {"a": 1.0} for demand in qrels.grades})
    evaluation = evaluate(run, qrels, ["RR", "R(rel=2)@100"])
    assert (evaluation["RR"].demands, evaluation["RR"].left_out) == (("d1", "d2"), ("d3",))
    assert evaluation["R(rel=2)@100"].left_out == ("d2", "d3")


def test_measure_without_any_demand_has_no_mean() -> None:
    evaluation = evaluate(Run({"d": {"a": 1.0}}), Qrels({"d": {"a": 0}}), ["RR"])
    result = evaluation["RR"]
    assert (result.mean, result.interval(), result.left_out) == (None, None, ("d",))
    found = compare(evaluation, evaluation).differences[0]
    assert (found.difference, found.p_t, found.p_randomisation_holm) == (None, None, None)
    assert "–" in table(evaluation)


def test_strangers_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        evaluate(Run({"d": {"a": 1.0}}), Qrels({"D": {"a": 1}}))
    assert refused.value.problems[0].code == "run-without-judgements"


def test_groups_hold_their_demands() -> None:
    qrels = Qrels({"d1": {"a": 1}, "d2": {"a": 1, "b": 0}, "d3": {"a": 1}, "d4": {"a": 0}})
    run = Run({"d1": {"a": 1.0}, "d2": {"a": 0.0, "b": 1.0}, "d3": {"a": 1.0}})
    evaluation = evaluate(run, qrels, ["RR"], groups={"d1": "north", "d2": "north", "d4": "north"})
    found = {name: (r[0].by_demand(), r[0].left_out) for name, r in evaluation.groups.items()}
    assert found == {"": ({"d3": 1.0}, ()), "north": ({"d1": 1.0, "d2": 0.5}, ("d4",))}
    assert list(evaluation.groups) == ["", "north"]
    assert "未分组 / no group" in table(evaluation)


def test_result_is_found_by_name_or_measure() -> None:
    evaluation = evaluate(Run({"d": {"a": 1.0}}), Qrels({"d": {"a": 1}}), ["MRR", "RR"])
    assert len(evaluation.results) == 1
    assert evaluation["mrr"] is evaluation[Measure.parse("RR")]
    with pytest.raises(KeyError):
        evaluation["AP"]


@pytest.mark.parametrize("measure", [*RIVALS, *map(str, STANDARD)])
def test_measure_name_survives_the_round_trip(measure: str) -> None:
    assert str(Measure.parse(measure)) == measure


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("MAP", "AP"),
        ("mrr@10", "RR@10"),
        ("recall(rel=2)@100", "R(rel=2)@100"),
        ("Precision@5", "P@5"),
        ("ndcg( pool=judged, gain=exp )@10", "nDCG(gain=exp,pool=judged)@10"),
        ("R(pool=corpus,rel=1)@5", "R@5"),
    ],
)
def test_measure_synonyms_are_understood(written: str, canonical: str) -> None:
    assert str(Measure.parse(written)) == canonical


@pytest.mark.parametrize(
    "name",
    [
        "",
        "nDCG@10",
        "nDCG(gain=log)@10",
        "nDCG(gain=exp,rel=2)@10",
        "nDCG(gain=exp,gain=lin)@10",
        "RR(gain=exp)",
        "R",
        "P",
        "P@0",
        "P@-1",
        "RR(rel=0)",
        "AP(depth=3)",
        "ERR@10",
        "AP@ten",
    ],
)
def test_measure_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(Refused) as refused:
        Measure.parse(name)
    assert [problem.code for problem in refused.value.problems] == ["measure-unknown"]


def written(folder: Path, content: str | bytes, name: str = "file.run") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_run_reads_trec_lines(tmp_path: Path) -> None:
    lines = "\ufeffd1 Q0 s1 1 2.5 qixi\r\n\nd1\tQ0\tan id with blanks\t2\t-1e-3\tqixi\nd2 Q0 s1 1 7 qixi"
    run = Run.read(written(tmp_path, lines))
    assert run == Run({"d1": {"s1": 2.5, "an id with blanks": -0.001}, "d2": {"s1": 7.0}})


def test_run_takes_rows_of_match() -> None:
    rows = [
        {"demand_id": "d1", "supply_id": "s1", "rank": 1, "score": 0.75, "fit": None},
        {"demand_id": 7, "supply_id": "s1", "rank": "1", "score": "0.5"},
    ]
    assert Run.from_rows(rows) == Run({"d1": {"s1": 0.75}, "7": {"s1": 0.5}})


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ({"demand_id": "d", "supply_id": "s"}, "column-missing", "score"),
        ({"demand_id": "", "supply_id": "s", "score": 1}, "id-missing", "demand_id"),
        ({"demand_id": "d", "supply_id": " ", "score": 1}, "id-missing", "supply_id"),
        ({"demand_id": "d", "supply_id": "s", "score": "high"}, "score-not-a-number", "score"),
        ({"demand_id": "d", "supply_id": "s", "score": float("nan")}, "score-not-a-number", "score"),
        ({"demand_id": "d", "supply_id": "s", "score": "1_0"}, "score-not-a-number", "score"),
        ({"demand_id": "d", "supply_id": "s", "score": True}, "score-not-a-number", "score"),
        ({"demand_id": "d", "supply_id": "s", "score": 10**400}, "score-not-a-number", "score"),
        ({"demand_id": "ok", "supply_id": "s", "score": 2}, "pair-duplicate", None),
    ],
)
def test_run_row_at_fault_is_named(row: dict[str, object], code: str, column: str | None) -> None:
    good = {"demand_id": "ok", "supply_id": "s", "score": 1}
    with pytest.raises(Refused) as refused:
        Run.from_rows([good, row], file="out.csv", first_row=2)
    found = [(p.code, p.file, p.row, p.column) for p in refused.value.problems]
    assert found == [(code, "out.csv", 3, column)]


def test_run_lines_at_fault_are_all_named(tmp_path: Path) -> None:
    lines = "d Q0 s1 1 2.5 t\nd Q0 s2 2 t\nd Q0 s3 3 inf t\nd Q0 s1 4 1 t\n"
    path = written(tmp_path, lines)
    with pytest.raises(Refused) as refused:
        Run.read(path)
    assert [(p.code, p.file, p.row) for p in refused.value.problems] == [
        ("run-line-malformed", str(path), 2),
        ("score-not-a-number", str(path), 3),
        ("pair-duplicate", str(path), 4),
    ]
    first = refused.value.problems[0].message()
    assert "第 2 行" in first.zh
    assert "row 2" in first.en


def test_file_of_another_kind_stops_early(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        Run.read(written(tmp_path, '{"demand_id": 1}\n' * 5000))
    assert len(refused.value.problems) == FAULT_LIMIT


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"", "file-empty", None),
        (b"\n \n", "file-empty", None),
        ("d Q0 s 1 2 t\n需求 Q0 s 1 2 t\n".encode("gb18030"), "encoding-broken", 2),
    ],
)
@pytest.mark.parametrize("kind", [Run, Qrels])
def test_unusable_file_is_refused(
    tmp_path: Path, kind: type[Run] | type[Qrels], content: bytes, code: str, row: int | None
) -> None:
    with pytest.raises(Refused) as refused:
        kind.read(written(tmp_path, content))
    assert [(p.code, p.row) for p in refused.value.problems] == [(code, row)]


@pytest.mark.parametrize("kind", [Run, Qrels])
def test_file_that_cannot_be_opened_is_refused(tmp_path: Path, kind: type[Run] | type[Qrels]) -> None:
    for path in (tmp_path / "absent.run", tmp_path):
        with pytest.raises(Refused) as refused:
            kind.read(path)
        assert [p.code for p in refused.value.problems] == ["file-unreadable"]


@pytest.mark.parametrize(
    "content",
    [
        "demand_id\tsupply_id\tgrade\nd1\ts 1\t3\nd2\ts2\t0\n",
        "d1\t0\ts 1\t3\nd2 0 s2 -1\n",
    ],
)
def test_qrels_read_both_forms(tmp_path: Path, content: str) -> None:
    assert Qrels.read(written(tmp_path, content, "q.tsv")) == Qrels({"d1": {"s 1": 3}, "d2": {"s2": 0}})


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("demand_id\tsupply_id\tgrade\nd\ts\t2.5\n", "grade-not-whole", 2),
        ("demand_id\tsupply_id\tgrade\nd\ts\t31\n", "grade-not-whole", 2),
        ("demand_id\tsupply_id\tgrade\nd\ts\t²\n", "grade-not-whole", 2),
        ("demand_id\tsupply_id\tgrade\nd\t0\ts\t2\n", "qrels-line-malformed", 2),
        ("demand_id\tsupply_id\tgrade\n", "file-empty", None),
        ("demand_id\tsupply_id\tgrade\n\ts\t2\n", "id-missing", 2),
        ("d s 2\n", "qrels-line-malformed", 1),
        ("d 0 s 2\nd 0 s 2\n", "pair-duplicate", 2),
    ],
)
def test_qrels_line_at_fault_is_named(tmp_path: Path, content: str, code: str, row: int | None) -> None:
    with pytest.raises(Refused) as refused:
        Qrels.read(written(tmp_path, content, "q.tsv"))
    assert [(p.code, p.row) for p in refused.value.problems] == [(code, row)]


def test_values_out_of_range_are_rejected() -> None:
    with pytest.raises(ValueError, match="not finite"):
        Run({"d": {"s": math.inf}})
    with pytest.raises(ValueError, match="outside 0"):
        Qrels({"d": {"s": -1}})


def test_paired_t_agrees_with_scipy() -> None:
    source = np.random.default_rng(3)
    a, b = source.random(40), source.random(40)
    expected = stats.ttest_rel(a, b)
    assert paired_t(a - b) == pytest.approx((expected.statistic, expected.pvalue), abs=1e-12)


def test_paired_t_is_undefined_without_spread() -> None:
    assert paired_t(np.zeros(5)) is None
    assert paired_t(np.full(5, 0.1)) is None
    assert paired_t(np.array([0.3])) is None


def test_randomisation_approaches_the_exact_test() -> None:
    gaps = np.array([0.31, 0.12, -0.05, 0.22, 0.4, -0.11, 0.07, 0.19, 0.02, 0.27])
    signs = 1 - 2 * ((np.arange(1 << len(gaps))[:, None] >> np.arange(len(gaps))) & 1)
    exact = float(np.mean(np.abs(signs @ gaps) >= abs(gaps.sum()) - 1e-12))
    found = paired_randomisation(gaps)
    assert found == paired_randomisation(gaps)
    # Four standard errors of 10,000 draws.
    assert found == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 10_000))


def test_randomisation_of_equal_runs_is_one() -> None:
    assert paired_randomisation(np.zeros(8)) == 1.0
    assert paired_randomisation(np.array([])) is None


def test_bootstrap_interval_approaches_the_normal_one() -> None:
    values = np.random.default_rng(5).random(400)
    found = bootstrap_interval(values)
    half = 1.959964 * float(values.std()) / math.sqrt(400)
    assert found == bootstrap_interval(values)
    assert found == pytest.approx((values.mean() - half, values.mean() + half), abs=0.002)
    assert bootstrap_interval(np.array([0.5])) is None


def test_holm_corrects_as_in_the_paper() -> None:
    assert holm([0.01, None, 0.04, 0.03, 0.005]) == pytest.approx((0.03, None, 0.06, 0.06, 0.02))
    assert holm([0.9, 0.8]) == (1.0, 1.0)
    assert holm([]) == ()


def two_runs() -> tuple[Evaluation, Evaluation]:
    run, qrels = big_case(30)
    better = {
        demand: {item: score + 300.0 * qrels[demand].get(item, 0) for item, score in scores.items()}
        for demand, scores in run.items()
    }
    judged = Qrels(qrels)
    return evaluate(Run(better), judged), evaluate(Run(run), judged)


def test_compare_sees_the_better_run() -> None:
    better, plain = two_runs()
    comparison = compare(better, plain)
    assert [d.measure for d in comparison.differences] == list(STANDARD)
    found = comparison.differences[0]
    assert found.difference == pytest.approx((found.a or 0) - (found.b or 0))
    assert (found.wins + found.ties + found.losses, found.wins > 25) == (30, True)
    assert found.p_randomisation == pytest.approx(1 / 10_001)
    assert found.p_randomisation_holm == pytest.approx(
        holm([d.p_randomisation for d in comparison.differences])[0]
    )
    assert found.p_t_holm == holm([d.p_t for d in comparison.differences])[0]
    assert compare(better, plain) == comparison


def test_compare_is_antisymmetric() -> None:
    better, plain = two_runs()
    for one, other in zip(
        compare(better, plain).differences, compare(plain, better).differences, strict=True
    ):
        assert one.difference == pytest.approx(-(other.difference or 0))
        assert (one.wins, one.ties, one.losses) == (other.losses, other.ties, other.wins)
        assert (one.p_t, one.p_randomisation) == pytest.approx((other.p_t, other.p_randomisation))


def test_compare_of_a_run_with_itself_finds_nothing() -> None:
    better, _ = two_runs()
    for found in compare(better, better).differences:
        assert (found.difference, found.wins, found.losses) == (0.0, 0, 0)
        assert (found.p_t, found.p_randomisation_holm) == (None, 1.0)


def test_compare_wants_the_same_demands() -> None:
    run = Run({"d": {"a": 1.0}})
    one = evaluate(run, Qrels({"d": {"a": 1}}), ["RR"])
    with pytest.raises(ValueError, match="same measures"):
        compare(one, evaluate(run, Qrels({"d": {"a": 1}, "e": {"a": 1}}), ["RR"]))
    with pytest.raises(ValueError, match="same measures"):
        compare(one, evaluate(run, Qrels({"d": {"a": 1}}), ["AP"]))


def small() -> Evaluation:
    qrels = Qrels({"d1": {"a": 1}, "d2": {"a": 1}, "d3": {"a": 0}})
    return evaluate(Run({"d1": {"a": 1.0}, "d2": {"b": 2.0, "a": 1.0}}), qrels, ["RR", "P@1"])


def test_table_in_one_language_reads_as_written() -> None:
    assert table(small(), language="en") == (
        "Measure  Demands  Mean    95 % interval     Left out\n"
        "-------  -------  ------  ----------------  --------\n"
        "RR       2        0.7500  [0.5000, 1.0000]  1\n"
        "P@1      2        0.5000  [0.0000, 1.0000]  1\n"
        "\n"
        "Judged demands: 3 (not in the run, counted as 0: 1). Demands of the run without judgements, "
        "ignored: 0. Judged pairs: 3 (not ranked, counted as not found: 1). “Left out” are demands with "
        "nothing relevant to find.\n"
    )


def test_table_in_markdown_is_bilingual_and_aligned() -> None:
    lines = table(small(), "markdown").split("\n")
    assert lines[:3] == [
        "| 指标 / Measure | 需求数 / Demands | 均值 / Mean | 95% 区间 / 95 % interval | 未计入 / Left out |",
        "| -------------- | ---------------- | ----------- | ------------------------ | ----------------- |",
        "| RR             | 2                | 0.7500      | [0.5000, 1.0000]         | 1                 |",
    ]


def test_table_of_comparison_has_a_line_for_each_measure() -> None:
    better, plain = two_runs()
    comparison = compare(better, plain)
    lines = table(comparison, "markdown", "zh").splitlines()
    assert len(lines) == 2 + len(STANDARD)
    assert lines[0].replace(" ", "").count("|") == 12
    assert lines[2].startswith("| nDCG(gain=exp,pool=judged)@10 | 30 ")
    assert table(Comparison(()), language="en").startswith("Measure  Demands  A  B  A - B")


def test_qrels_columns_behind_the_grade_are_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text("demand_id\tsupply_id\tgrade\tnote\nd\ts\t2\tseen by two officers\n", encoding="utf-8")
    assert Qrels.read(path).grades == {"d": {"s": 2}}
