"""An installation lays parameters and days off of its own over those that come with Qixi."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from qixi.cli import cli
from qixi.core import Refused
from qixi.policy import default_calendar, default_parameters

DAY = date(2026, 6, 1)
OWN = """
parameters:
  - key: need.curation
    title: {zh: 需求审核期限, en: Period for looking at a need}
    unit: working_days
    versions:
      - value: 7
        valid_from: 2026-05-01
        source: {document: 省科技厅通知, number: 浙科发〔2026〕1号, grade: S}
        confirmed: true
      - {value: 2, valid_from: 2026-05-01, division: "3301",
         source: {document: 市文, grade: S}, confirmed: true}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("QIXI_HOME", str(tmp_path))
    (tmp_path / "policy").mkdir()
    forget()
    yield tmp_path / "policy"
    forget()


def forget() -> None:
    default_parameters.cache_clear()
    default_calendar.cache_clear()


def test_nothing_changes_where_nothing_is_laid_over(folder: Path) -> None:
    assert not any(each.file for each in default_parameters())
    assert default_parameters().on(DAY)["need.curation"].value == 3


def test_what_is_set_there_goes_before_what_is_shipped(folder: Path) -> None:
    (folder / "own.yaml").write_text(OWN, "utf-8")
    rules = default_parameters()
    assert rules.on(DAY)["need.curation"].value == 7
    assert rules.on(DAY)["need.curation"].file.endswith("own.yaml")
    assert rules.on(DAY, "330102")["need.curation"].value == 2
    assert rules.on(date(2026, 4, 30))["need.curation"].value == 3, "the day decides, as of every rule"
    assert rules.on(DAY)["need.validity"].value == 180


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("value: 7", "value: many"), ("own.yaml", "row 7", "parameters.0.versions.0.value")),
        (("        valid_from: 2026-05-01\n", ""), ("own.yaml", "row 7", "valid_from", "missing")),
        (
            ("        source: {document: 省科技厅通知, number: 浙科发〔2026〕1号, grade: S}\n", ""),
            ("own.yaml", "row 7", "source", "缺少此项"),
        ),
        (("need.curation", "need.curatoin"), ("own.yaml", "need.curatoin", "knows no such parameter")),
        (("unit: working_days", "unit: yuan"), ("own.yaml", "need.curation", "its unit is working_days")),
        (("  - key", "  - [key"), ("own.yaml", "cannot be used")),
        ((' division: "3301",', ""), ("own.yaml", "two values in division 0")),
    ],
)
def test_what_is_wrong_is_said_by_file_row_and_entry(
    folder: Path, change: tuple[str, str], said: tuple[str, ...]
) -> None:
    (folder / "own.yaml").write_text(OWN.replace(*change), "utf-8")
    with pytest.raises(Refused) as refusal:
        default_parameters()
    assert not [word for word in said if word not in str(refusal.value)]


def test_a_year_of_the_calendar_is_as_the_installation_has_it(folder: Path) -> None:
    shipped = default_calendar()
    assert not shipped.is_confirmed(date(2031, 1, 2))
    (folder / "calendar.csv").write_text("day,worked,confirmed\n2031-01-02,0,1\n2031-01-04,1,1\n", "utf-8")
    forget()
    own = default_calendar()
    assert own.is_confirmed(date(2031, 1, 2))
    assert not own.is_working(date(2031, 1, 2))
    assert own.is_working(date(2031, 1, 4))
    assert own.is_working(DAY) == shipped.is_working(DAY)


def test_a_wrong_day_off_is_said_by_its_row(folder: Path) -> None:
    (folder / "calendar.csv").write_text("day,worked,confirmed\n2031-02-30,0,1\n", "utf-8")
    with pytest.raises(Refused, match=r"calendar\.csv.*row 2"):
        default_calendar()


def test_the_command_says_which_come_from_where(folder: Path) -> None:
    (folder / "own.yaml").write_text(OWN, "utf-8")
    (folder / "calendar.csv").write_text("day,worked,confirmed\n2031-01-02,0,1\n", "utf-8")
    shown = CliRunner().invoke(cli, ["--language", "en", "policy", "--on", "2026-06-01"]).output.splitlines()
    curation = [line for line in shown if line.startswith("need.curation\t")]
    assert [line.endswith("own.yaml") for line in curation] == [False, True, True]
    assert curation[0].endswith("comes with Qixi (replaced)")
    assert [line for line in shown if line.startswith("calendar\t2031\tset by a notice\t")]
    assert [line for line in shown if line.startswith("calendar\t2026\t") and line.endswith("with Qixi")]
