"""Writing: every kind reads back, comes out the same each time, and is there whole or not at all."""

import csv
import hashlib
import json
import zipfile
from datetime import date

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.core import Asset, LegalStatus, Licence, Need, OwnPatent, Refused
from qixi.tables import (
    ASSET_COLUMNS,
    NEED_COLUMNS,
    asset_row,
    need_row,
    read_assets,
    read_needs,
    reject_rows,
    write_rows,
    write_run,
)

KINDS = ["jsonl", "csv", "xlsx", "parquet"]
HEADER = {"engine": "0.1", "settings": "abc", "corpus": "def", "说明": "示例"}
ROWS = [
    {
        "id": "1",
        "title": "=1+1",
        "score": -0.5,
        "rank": 1,
        "words": ["a;b", "c"],
        "best": True,
        "day": date(2023, 1, 2),
    },
    {"id": "2", "title": "甲\n乙", "score": 0.25, "rank": 2, "words": [], "best": None, "day": None},
]
COLUMNS = ["id", "title", "score", "rank", "words", "best", "day"]

text = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z")) | st.sampled_from("\n\t=-+@'_x0")
)
words = text.filter(lambda value: value.strip())
word_lists = st.lists(words, max_size=3, unique=True).map(tuple)
days = st.none() | st.dates(date(1900, 1, 1), date(2150, 1, 1))
ids = st.from_regex(r"[A-Za-z0-9甲乙._-]{1,8}", fullmatch=True)
filled = words | st.just("")
assets = st.builds(
    Asset,
    id=ids,
    title=words,
    abstract=filled,
    claims=word_lists,
    keywords=word_lists,
    ipc=st.lists(st.sampled_from(["H01M10/0525", "C12N", "A01B1/00"]), unique=True).map(tuple),
    applicant=filled,
    inventors=word_lists,
    application_no=filled,
    filing_date=days,
    legal_status=st.sampled_from(LegalStatus),
    licence=st.sampled_from(Licence),
    region=filled,
    price=st.sampled_from(["", "面议", "50万元"]),
    extra=st.dictionaries(st.sampled_from(["备注", "联系人"]), words),
)
patents = st.builds(
    OwnPatent,
    title=words,
    abstract=filled,
    ipc=st.sampled_from([(), ("C12N1/12",)]),
    number=st.sampled_from(["", "CN1"]),
)
needs = st.builds(
    Need,
    id=ids,
    title=filled,
    content=words,
    ipc=st.sampled_from([(), ("C12N1/12", "A01B")]),
    organisation=filled,
    business=filled,
    deadline=days,
    portfolio=st.lists(patents, max_size=2).map(tuple),
    extra=st.dictionaries(st.sampled_from(["备注", "联系人"]), words),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("written")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def columns_of(rows, known):
    return [*known, *sorted({name for row in rows for name in row} - set(known))]


@pytest.mark.parametrize("kind", KINDS)
@given(records=st.lists(assets, min_size=1, max_size=4, unique_by=lambda asset: asset.id))
@settings(max_examples=25, deadline=None)
def test_assets_written_are_read_back(folder, kind, records):
    rows = [asset_row(record) for record in records]
    path = folder / f"assets.{kind}"
    write_rows(path, columns_of(rows, ASSET_COLUMNS), rows, header=HEADER)
    reading = read_assets([path])
    assert reading.records == tuple(records)
    assert reading.rejects == reading.warnings == ()


@pytest.mark.parametrize("kind", KINDS)
@given(records=st.lists(needs, min_size=1, max_size=4, unique_by=lambda need: need.id))
@settings(max_examples=25, deadline=None)
def test_needs_written_are_read_back(folder, kind, records):
    rows = [need_row(record) for record in records]
    path = folder / f"needs.{kind}"
    write_rows(path, columns_of(rows, NEED_COLUMNS), rows, header=HEADER)
    reading = read_needs([path])
    assert reading.records == tuple(records)
    assert reading.rejects == reading.warnings == ()


@given(records=st.lists(assets, min_size=1, max_size=4, unique_by=lambda asset: asset.id))
@settings(max_examples=25, deadline=None)
def test_gb18030_and_utf8_give_equal_records(folder, records):
    rows = [asset_row(record) for record in records]
    path, other = folder / "utf8.csv", folder / "gb.csv"
    write_rows(path, columns_of(rows, ASSET_COLUMNS), rows, header=HEADER)
    other.write_bytes(path.read_bytes().decode("utf-8-sig").encode("gb18030"))
    assert read_assets([other]).records == read_assets([path]).records


@pytest.mark.parametrize("kind", [*KINDS, "run"])
def test_same_input_gives_the_same_bytes(tmp_path, monkeypatch, kind):
    rows = [{"demand_id": "a", "supply_id": "b", **row} for row in ROWS]
    digests = []
    for name, clock in (("one", 1_600_000_000.0), ("two", 1_700_000_000.0)):
        monkeypatch.setattr("time.time", lambda clock=clock: clock)
        path = tmp_path / name / f"a.{kind}"
        path.parent.mkdir()
        write_rows(path, COLUMNS, rows, header=HEADER)
        digests.append([(file.name, digest(file)) for file in sorted(path.parent.iterdir())])
    assert digests[0] == digests[1]


def test_csv_opens_in_a_spreadsheet_program_without_running_formulas(tmp_path):
    write_rows(tmp_path / "a.csv", COLUMNS, ROWS, header=HEADER)
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))
    assert rows == [
        COLUMNS,
        ["1", "'=1+1", "-0.5", "1", '["a;b", "c"]', "true", "2023-01-02"],
        ["2", "甲\n乙", "0.25", "2", "[]", "", ""],
    ]


def test_sheet_holds_text_and_numbers_but_no_formulas(tmp_path):
    write_rows(tmp_path / "a.xlsx", COLUMNS, ROWS, header=HEADER)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cell = book["data"]["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)
    assert [c.value for c in book["data"][2]][2:6] == [-0.5, 1, '["a;b", "c"]', True]
    assert {row[0].value: row[1].value for row in book["qixi"].iter_rows()} == HEADER
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_parquet_keeps_types_and_header(tmp_path):
    write_rows(tmp_path / "a.parquet", COLUMNS, ROWS, header=HEADER)
    table = pq.read_table(tmp_path / "a.parquet")
    assert [str(column.type) for column in table.columns] == [
        "string", "string", "double", "int64", "list<element: string>", "bool", "string",
    ]  # fmt: skip
    assert json.loads(table.schema.metadata[b"qixi"]) == HEADER


def test_header_stands_beside_json_lines_with_the_digest(tmp_path):
    write_rows(tmp_path / "a.jsonl", COLUMNS, ROWS, header=HEADER)
    beside = json.loads((tmp_path / "a.jsonl.meta.json").read_text("utf-8"))
    assert beside == {"file": "a.jsonl", "qixi": HEADER, "sha256": digest(tmp_path / "a.jsonl")}


def test_run_has_the_six_columns_of_trec(tmp_path):
    rows = [{"demand_id": "d1", "supply_id": "s2", "rank": 1, "score": 0.75}]
    write_run(tmp_path / "a.run", rows, tag="qixi-0.1", header=HEADER)
    assert (tmp_path / "a.run").read_text("utf-8") == "d1 Q0 s2 1 0.75 qixi-0.1\n"


def test_rejects_are_a_table(tmp_path):
    (tmp_path / "a.csv").write_text("id,title\n,x\n1,y\n", "utf-8")
    (row,) = reject_rows(read_assets([tmp_path / "a.csv"]).rejects)
    assert row == {
        "kind": "rejected",
        "kind_zh": "未用",
        "file": str(tmp_path / "a.csv"),
        "row": 2,
        "column": "id",
        "code": "id-missing",
        "reason_zh": "没有编号",
        "reason_en": "The id is missing",
        "remedy_zh": "请填写编号，每行各不相同",
        "remedy_en": "Give the row an id of its own",
    }


@pytest.mark.parametrize(
    ("name", "row", "code", "place"),
    [
        ("a.jsonl", {"id": float("nan")}, "value-unwritable", (2, "id")),
        ("a.csv", {"id": "\ud800"}, "value-unwritable", (3, "id")),
        ("a.xlsx", {"id": "x" * 32_768}, "cell-too-long", (3, "id")),
        ("a.parquet", {"id": object()}, "value-unwritable", (2, "id")),
        ("a.run", {"demand_id": "a b", "supply_id": "c"}, "run-id-blank", (2, "demand_id")),
        ("a.doc", {}, "suffix-unknown", (None, None)),
    ],
)
def test_what_cannot_be_written_leaves_what_was_there(tmp_path, name, row, code, place):
    path = tmp_path / name
    path.write_bytes(b"before")
    first = {"id": "1", "demand_id": "d", "supply_id": "s", "rank": 1, "score": 1.0}
    with pytest.raises(Refused) as caught:
        write_rows(path, ["id"], [first, row], header=HEADER)
    (problem,) = caught.value.problems
    assert (problem.code, (problem.row, problem.column), problem.file) == (code, place, str(path))
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert path.read_bytes() == b"before"


@pytest.mark.parametrize("kind", [*KINDS, "run"])
def test_interrupted_writing_leaves_nothing_behind(tmp_path, kind):
    def rows():
        yield {"id": "1", "demand_id": "d", "supply_id": "s", "rank": 1, "score": 1.0}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_rows(tmp_path / f"a.{kind}", ["id"], rows(), header=HEADER)
    assert list(tmp_path.iterdir()) == []


def test_folder_that_is_missing_is_refused(tmp_path):
    with pytest.raises(Refused) as caught:
        write_rows(tmp_path / "absent" / "a.csv", ["id"], [], header=HEADER)
    assert [p.code for p in caught.value.problems] == ["write-failed"]
