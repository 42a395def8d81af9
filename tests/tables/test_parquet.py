"""Reading Parquet: typed columns, missing values, text that is no text."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qixi.core import Refused
from qixi.tables import Limits, read_assets


def test_typed_columns_become_fields(tmp_path):
    table = pa.table(
        {
            "公开号": pa.array(["CN1", "CN2"]),
            "标题": pa.array(["甲", "乙"]),
            "ipc": pa.array([["C12N 1/12"], []], pa.list_(pa.string())),
            "申请日": pa.array([date(2021, 3, 5), None]).cast(pa.timestamp("ns")),
            "trl": pa.array([6, None], pa.int8()),
            "价值": pa.array([1.5, float("nan")]),
            "摘要": pa.array([b"\xe6\x91\x98", None], pa.binary()),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    first, second = read_assets([tmp_path / "a.parquet"]).records
    assert (first.id, first.title, first.abstract, first.ipc) == ("CN1", "甲", "摘", ("C12N1/12",))
    assert (first.filing_date, first.maturity, first.extra) == (date(2021, 3, 5), 6, {"价值": "1.5"})
    assert (second.id, second.ipc, second.filing_date, second.extra) == ("CN2", (), None, {})


def test_broken_text_costs_its_row_alone(tmp_path):
    raw = pa.array([b"a", b"\xff\xfe", b"c"], pa.binary())
    broken = pa.StringArray.from_buffers(3, raw.buffers()[1], raw.buffers()[2])
    pq.write_table(pa.table({"id": ["1", "2", "3"], "title": broken}), tmp_path / "a.parquet")
    reading = read_assets([tmp_path / "a.parquet"])
    assert [asset.id for asset in reading.records] == ["1", "3"]
    assert [(p.code, p.row, p.column) for p in reading.rejects] == [("encoding-broken", 2, "title")]
    assert reading.rows_seen == 3


def test_value_out_of_range_costs_the_value_alone(tmp_path):
    days = pa.array([0, 2**60], pa.int64()).view(pa.timestamp("us"))
    pq.write_table(pa.table({"id": ["1", "2"], "title": ["x", "y"], "申请日": days}), tmp_path / "a.parquet")
    reading = read_assets([tmp_path / "a.parquet"])
    assert [asset.filing_date for asset in reading.records] == [date(1970, 1, 1), None]
    assert [(p.code, p.row, p.column) for p in reading.warnings] == [("value-unreadable", 2, "申请日")]


@pytest.mark.parametrize(
    ("columns", "limits", "code"),
    [
        ({"甲": [1]}, {}, "head-missing"),
        ({"title": ["x"]}, {}, "id-column-missing"),
        ({"id": ["1", "2"], "title": ["x", "y"]}, {"rows": 1}, "rows-too-many"),
        ({"id": ["1", "2"], "title": ["x", "y"]}, {"cells": 3}, "cells-too-many"),
        ({"id": ["1", "2"], "title": ["x", "y"]}, {"zip_bytes": 10}, "archive-bomb"),
    ],
)
def test_unfit_file_is_refused(tmp_path, columns, limits, code):
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    with pytest.raises(Refused) as caught:
        read_assets([tmp_path / "a.parquet"], limits=Limits(**limits))
    assert [p.code for p in caught.value.problems] == [code]


def test_long_text_of_a_dictionary_is_made_once_for_all_rows(tmp_path):
    text = pa.DictionaryArray.from_arrays(pa.array([0, 0, None, 1]), pa.array(["微" * 300, "短"]))
    table = pa.table({"id": ["1", "2", "3", "4"], "title": ["a", "b", "c", "d"], "abstract": text})
    pq.write_table(table, tmp_path / "a.parquet")
    records = read_assets([tmp_path / "a.parquet"]).records
    assert [len(record.abstract) for record in records] == [300, 300, 0, 1]
    assert records[0].abstract is records[1].abstract
