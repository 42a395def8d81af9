"""The crosswalk as shipped, its back-off, and what it says to a bad table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Refused
from qixi.match.crosswalk import Basis, Crosswalk
from qixi.match.crosswalk.table import FIELD_SHARE
from qixi.match.fits.closeness import KeyTree, closeness
from qixi.match.taxonomy import field_of, industries, ipc_title
from qixi.match.taxonomy.ipc import ipc_table

HEAD = "industry\tipc\tweight\tbasis\n"


def table(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "own.tsv"
    path.write_text(body, encoding="utf-8")
    return path


def test_every_manufacturing_group_has_a_row() -> None:
    own = {row.industry for row in Crosswalk.load().rows.values()}
    groups = [e.code for e in industries().values() if e.level == 3 and 13 <= int(e.parent or 0) <= 43]
    assert len(groups) > 170
    assert [code for code in groups if code not in own] == []


def test_every_division_has_a_row() -> None:
    own = {row.industry for row in Crosswalk.load().rows.values()}
    assert [e.code for e in industries().values() if e.level == 2 and e.code not in own] == []


def test_shipped_rows_name_what_exists_with_weights_up_to_one() -> None:
    crosswalk = Crosswalk.load()
    rows = crosswalk.rows.values()
    assert not crosswalk.confirmed
    assert len(rows) > 7000
    assert [row for row in rows if row.industry not in industries()] == []
    assert [row for row in rows if len(row.ipc) > 1 and ipc_title(row.ipc) is None] == []
    assert [row for row in rows if not 0.0 < row.weight <= 1.0] == []
    assert {row.basis for row in rows} == set(Basis)


def test_affinity_backs_off_from_group_and_class_upwards(tmp_path: Path) -> None:
    rows = "38\tH01\t0.2\tprocess\n384\tH01M\t0.8\tproduct\n"
    rows += "384\tH01M10/00\t1\tproduct\n3841\tH01M8/00\t0.5\tproduct\n"
    own = Crosswalk.load(table(tmp_path, HEAD + rows))
    values = {
        ipc: own.affinity("3841", (ipc,)).value
        for ipc in ("H01M10/0525", "H01M8/04", "H01M4/00", "H01G9/00", "H02J7/00", "A01B1/00")
    }
    assert values == {
        "H01M10/0525": 1.0,
        "H01M8/04": 0.5,
        "H01M4/00": 0.8,
        "H01G9/00": 0.2,
        "H02J7/00": pytest.approx(FIELD_SHARE),
        "A01B1/00": 0.0,
    }
    assert own.affinity("384", ("H01M8/04",)).value == 0.8
    assert own.affinity("38", ("H01M8/04",)).value == 0.8
    assert own.affinity("3821", ("H01M8/04",)).value == 0.2


def test_affinity_takes_the_closest_symbol_and_names_its_row() -> None:
    crosswalk = Crosswalk.load()
    found = crosswalk.affinity("2710", ("B01D9/00", "A61K31/00", "no symbol"))
    assert (found.symbol, found.row.ipc, found.row.industry, found.field) == (
        "A61K31/00",
        "A61K31/00",
        "271",
        None,
    )
    by_field = crosswalk.affinity("3841", ("H01K1/00",))
    assert by_field.field == field_of("H01K1/00")
    assert by_field.value == pytest.approx(FIELD_SHARE * by_field.row.weight)
    nothing = crosswalk.affinity("3841", ())
    assert (nothing.value, nothing.row) == (0.0, None)


def test_affinity_of_an_unknown_industry_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        Crosswalk.load().affinity("9999", ("H01M",))
    assert refusal.value.problems[0].code == "industry-code"


@pytest.mark.parametrize(
    ("body", "code", "row", "column"),
    [
        ("", "crosswalk-head", 1, None),
        ("a\tb\n", "crosswalk-head", 1, None),
        (HEAD, "crosswalk-empty", None, None),
        (HEAD + "384\tH01M\t1\n", "crosswalk-columns", 2, None),
        (HEAD + "9999\tH01M\t1\tproduct\n", "crosswalk-industry", 2, "industry"),
        ("# note\n" + HEAD + "384\tX01M\t1\tproduct\n", "crosswalk-ipc", 3, "ipc"),
        (HEAD + "384\tH99Q\t1\tproduct\n", "crosswalk-ipc", 2, "ipc"),
        (HEAD + "384\tH01M\t0\tproduct\n", "crosswalk-weight", 2, "weight"),
        (HEAD + "384\tH01M\t1.5\tproduct\n", "crosswalk-weight", 2, "weight"),
        (HEAD + "384\tH01M\tnan\tproduct\n", "crosswalk-weight", 2, "weight"),
        (HEAD + "384\tH01M\thalf\tproduct\n", "crosswalk-weight", 2, "weight"),
        (HEAD + "384\tH01M\t1\tfeeling\n", "crosswalk-basis", 2, "basis"),
        (HEAD + "384\tH01M\t1\tproduct\nC384\tH01 M\t1\tproduct\n", "crosswalk-ipc", 3, "ipc"),
        (HEAD + "384\tH01M\t1\tproduct\nC384\th01m\t1\tproduct\n", "crosswalk-twice", 3, "ipc"),
    ],
)
def test_bad_table_is_refused_by_row_and_column(
    tmp_path: Path, body: str, code: str, row: int | None, column: str | None
) -> None:
    path = table(tmp_path, body)
    with pytest.raises(Refused) as refusal:
        Crosswalk.load(path)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.file, problem.row, problem.column) == (code, str(path), row, column)
    assert problem.reason.zh
    assert problem.reason.en
    assert "UTF-8" in problem.remedy.zh


def test_every_bad_row_is_named_at_once(tmp_path: Path) -> None:
    path = table(tmp_path, HEAD + "384\tH01M\t2\tproduct\n9999\tH01M\t1\tproduct\n")
    with pytest.raises(Refused) as refusal:
        Crosswalk.load(path)
    assert [problem.row for problem in refusal.value.problems] == [2, 3]


def test_unreadable_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_bytes(b"\xff\xfe\x00")
    for each in (path, tmp_path / "none.tsv"):
        with pytest.raises(Refused) as refusal:
            Crosswalk.load(each)
        assert refusal.value.problems[0].code == "crosswalk-file"


some_symbols = st.lists(st.sampled_from([*list(ipc_table())[::7], "G06Q50/06", "C02F3/28"]), max_size=30)


@settings(max_examples=40, deadline=None)
@given(some_symbols, st.sampled_from(["3841", "27", "A", "442", "0610", "65"]))
def test_vector_over_keys_holds_what_single_look_ups_give(keys: list[str], code: str) -> None:
    keys = [key for key in dict.fromkeys(keys) if len(key) >= 4]
    profile = Crosswalk.load().profile(code)
    expected = [profile.affinity(key).value for key in keys]
    assert KeyTree(keys).affinity(profile).tolist() == expected
    near = [max(closeness(own, key)[0] for own in ("H01M10/00", "G06Q")) for key in keys]
    assert KeyTree(keys).closeness(("H01M10/00", "G06Q")).tolist() == near
    assert np.isfinite(expected).all()
