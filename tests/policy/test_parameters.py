"""Parameters hold where and when their sources say, and nothing that is not so is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qixi.core import Refused
from qixi.policy import default_parameters, read_calendar, read_parameters

GOOD = """
parameters:
  - key: some.period
    title: {zh: 期限, en: Period}
    unit: days
    versions:
      - value: 15
        valid_from: 2020-01-01
        valid_to: 2023-12-31
        source: {document: 旧办法, grade: A}
        confirmed: true
      - {value: 0.1, valid_from: 2024-01-01, source: {document: 新办法, grade: A}, confirmed: true}
      - value: 20
        valid_from: 2022-01-01
        division: "33"
        source: {document: 省办法, article: 第三条, number: 浙1号, grade: C}
        confirmed: false
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "some.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_closest_division_and_the_day_decide(tmp_path):
    found = read_parameters([written(tmp_path, GOOD)])
    assert found.on(date(2021, 6, 1), "330100")["some.period"].value == 15
    assert found.on(date(2022, 6, 1), "330100")["some.period"].value == 20
    assert found.on(date(2022, 6, 1), "320100")["some.period"].value == 15
    # Figures are read as written, and are no floats.
    assert str(found.on(date(2024, 6, 1), "320100")["some.period"].value) == "0.1"
    with pytest.raises(Refused, match="no value in force on 2019-01-01"):
        found.on(date(2019, 1, 1))["some.period"]


def test_a_value_is_said_with_its_source_and_whether_it_is_confirmed(tmp_path):
    rule = read_parameters([written(tmp_path, GOOD)]).on(date(2022, 6, 1), "33")["some.period"]
    assert rule.said().zh == "20 日，依据《省办法》（浙1号）第三条（未经确认）"
    assert rule.said().en.endswith("(unconfirmed)")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("value: 20", "value: many"), "parameters.0.versions.2.value"),
        (("grade: C", "grade: Z"), "parameters.0.versions.2.source.grade"),
        (("unit: days", "unit: fortnights"), "parameters.0.unit"),
        (("confirmed: false", "confirmed: false\n        because: I say so"), "there is no such entry"),
        (('division: "33"', 'division: "3x"'), "parameters.0.versions.2.division"),
        (("        valid_to: 2023-12-31\n", ""), "two values in division 0 from 2024-01-01"),
        (("key: some.period", "key: Some"), "parameters.0.key"),
        (("parameters:", "parameters: ["), "cannot be used"),
        (("parameters:", "a: &a [1]\nb: *a\nparameters:"), "aliases are not read"),
    ],
)
def test_what_is_wrong_is_said_by_file_and_place(change, said, tmp_path):
    path = written(tmp_path, GOOD.replace(*change))
    with pytest.raises(Refused) as refused:
        read_parameters([path])
    assert said in str(refused.value)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(Refused, match=r"some\.yaml"):
        read_parameters([tmp_path / "some.yaml"])


def test_no_shipped_value_claims_more_than_its_source():
    for each in default_parameters():
        assert each.title.zh
        assert each.title.en
        # Nobody's default is never confirmed, and what was confirmed names where it stands.
        assert not (each.confirmed and (each.source.grade in "NDS" or not each.source.article)), each


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("day,worked\n", 1),
        ("day,worked,confirmed\n2026-13-01,0,1\n", 2),
        ("day,worked,confirmed\n2026-01-01,0,1\n2026-01-01,1,1\n", 3),
        ("day,worked,confirmed\n2026-01-01,yes,1\n", 2),
        ("day,worked,confirmed\n2026-01-01,0\n", 2),
    ],
)
def test_a_wrong_calendar_says_its_row(table, row, tmp_path):
    path = tmp_path / "calendar.csv"
    path.write_text(table, "utf-8")
    with pytest.raises(Refused) as refused:
        read_calendar(path)
    assert refused.value.problems[0].row == row
