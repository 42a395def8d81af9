"""Feedback files: columns under officers' heads, grades on any scale, one word for each pair."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Refused
from qixi.tables import Scale, read_feedback, settled
from qixi.tables.feedback import Feedback

HEAD = "需求编号,技术编号,产业化前景,技术改进需求,产学研合作意愿,等级,是否对接,是否签约,日期,展示概率"


def write(tmp_path, *rows, head=HEAD):
    path = tmp_path / "feedback.csv"
    path.write_text("\n".join((head, *rows)) + "\n", "utf-8")
    return path


def faults(reading):
    return [(p.code, p.row, p.column) for p in reading.rejects]


def test_row_is_read_under_chinese_heads(tmp_path):
    reading = read_feedback([write(tmp_path, "D1,S1,3,1,2,,是,否,2026年1月2日,0.25")])
    assert faults(reading) == []
    assert reading.records == (Feedback("D1", "S1", 3, 1, 2, None, True, False, dt.date(2026, 1, 2), 0.25),)


def test_row_is_read_under_english_names(tmp_path):
    path = tmp_path / "feedback.jsonl"
    path.write_text(
        '{"demand_id":"D1","supply_id":"S1","grade":2.5,"introduced":true,"date":"2026-05"}\n', "utf-8"
    )
    reading = read_feedback([path])
    assert reading.records == (Feedback("D1", "S1", grade=2.5, introduced=True),)
    assert [p.code for p in reading.warnings] == ["date-unreadable"]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("D1,S1,4,,,,,,,", "grade-out-of-scale", "产业化前景"),
        ("D1,S1,,-1,,,,,,", "grade-out-of-scale", "技术改进需求"),
        ("D1,S1,,,好,,,,,", "grade-unknown", "产学研合作意愿"),
        ("D1,S1,,,nan,,,,,", "feedback-empty", None),
        ("D1,S1,,,1e3,,,,,", "grade-unknown", "产学研合作意愿"),
        ("D1,S1,1,,,,大概,,,", "yes-no-unknown", "是否对接"),
        ("D1,S1,1,,,,否,是,,", "feedback-contradiction", "是否签约"),
        ("D1,S1,,,,,,,2026-01-01,", "feedback-empty", None),
        ("D1,S1,1,,,,,,,0", "propensity-wrong", "展示概率"),
        ("D1,S1,1,,,,,,,1.5", "propensity-wrong", "展示概率"),
        ("D1,S1,1,,,,,,,often", "propensity-wrong", "展示概率"),
        (",S1,1,,,,,,,", "id-missing", "需求编号"),
        ("D1,,1,,,,,,,", "id-missing", "技术编号"),
    ],
)
def test_faulty_row_is_rejected_with_its_place(tmp_path, row, code, column):
    reading = read_feedback([write(tmp_path, row, "D9,S9,1,,,,,,,")])
    assert faults(reading) == [(code, 2, column)]
    assert [record.demand_id for record in reading.records] == ["D9"]


def test_list_in_a_cell_is_rejected(tmp_path):
    path = tmp_path / "feedback.jsonl"
    path.write_text('{"demand_id":"D1","supply_id":"S1","grade":[1]}\n', "utf-8")
    assert faults(read_feedback([path])) == [("cell-not-plain", 1, "grade")]


def test_file_without_its_columns_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        read_feedback([write(tmp_path, "D1,3", head="需求编号,产业化前景")])
    assert [p.code for p in refused.value.problems] == ["supply-column-missing"]


def test_words_and_ends_of_the_scale_are_taken(tmp_path):
    scale = Scale(1, 5, {"優": 5, "一般": 3})
    reading = read_feedback([write(tmp_path, "D1,S1,优,一般,5,,,,,", "D1,S2,0,,,,,,,")], scale=scale)
    assert faults(reading) == [("grade-out-of-scale", 3, "产业化前景")]
    record = reading.records[0]
    assert [scale.share(g) for g in (record.prospects, record.improvement, record.cooperation)] == [1, 0.5, 1]


@pytest.mark.parametrize("scale", [(3, 3, {}), (3, 0, {}), (0, 3, {"好": 4})])
def test_scale_without_room_is_an_error(scale):
    with pytest.raises(ValueError, match="scale"):
        Scale(*scale)


def day(number):
    return dt.date(2026, 1, number)


def test_each_column_counts_by_its_last_word():
    first = Feedback("D", "S", prospects=1, introduced=False, date=day(1), row=2)
    later = Feedback("D", "S", introduced=True, date=day(2), row=3)
    last = Feedback("D", "S", signed=True, date=day(3), row=4)
    (record,), remarks = settled([last, first, later])
    assert record == Feedback("D", "S", prospects=1, introduced=True, signed=True, date=day(3))
    assert [(p.code, p.row, p.column) for p in remarks] == [("feedback-superseded", 2, "introduced")]


def test_undated_rows_stand_before_dated_ones():
    (record,), _ = settled([Feedback("D", "S", grade=1, date=day(1)), Feedback("D", "S", grade=3)])
    assert record.grade == 1


def test_words_of_one_day_that_differ_do_not_count():
    rows = [Feedback("D", "S", grade=g, cooperation=1, date=day(1), row=g) for g in (2, 3)]
    (record,), remarks = settled(rows)
    assert (record.grade, record.cooperation) == (None, 1)
    assert [(p.code, p.column) for p in remarks] == [("feedback-conflict", "grade")]


def test_repeated_row_counts_once_and_is_said():
    row = Feedback("D", "S", grade=2, date=day(1))
    (record,), remarks = settled([row, row])
    assert (record, [p.code for p in remarks]) == (row, ["feedback-repeated"])


def test_events_imply_each_other():
    assert settled([Feedback("D", "S", signed=True)])[0][0].introduced is True
    assert settled([Feedback("D", "S", introduced=False)])[0][0].signed is False
    assert settled([Feedback("D", "S", introduced=True)])[0][0].signed is None


a_row = st.builds(
    Feedback,
    st.sampled_from("DE"),
    st.sampled_from("ST"),
    grade=st.sampled_from([None, 0.0, 1.0, 3.0]),
    introduced=st.sampled_from([None, True, False]),
    date=st.sampled_from([None, day(1), day(2)]),
)


@settings(max_examples=60)
@given(rows=st.lists(a_row, max_size=8), seed=st.integers(0, 9))
def test_what_counts_does_not_depend_on_the_order_of_rows(rows, seed):
    mixed = list(rows)
    random.Random(seed).shuffle(mixed)
    assert settled(mixed)[0] == settled(rows)[0]
    assert [(r.demand_id, r.supply_id) for r in settled(rows)[0]] == sorted(
        {(r.demand_id, r.supply_id) for r in rows}
    )
