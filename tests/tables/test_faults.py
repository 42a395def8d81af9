"""Every fault of a file, a row or a value: its code, its place, its words in both languages."""

import json
import os
import re
import string
from time import perf_counter

import pytest

from qixi.core import Refused
from qixi.tables import Limits, read_assets, read_needs
from qixi.tables.catalogue import CATALOGUE, FILE_FAULTS, OUTPUT_FAULTS, ROW_FAULTS, WARNINGS

GOOD = '{"id": "g", "title": "好"}'
HAN = re.compile("[\u4e00-\u9fff]")

# name, file name, content, limits, side, code, row, column
ROWS = [
    ("no id", "a.jsonl", '{"title": "x"}', {}, "id-missing", 2, None),
    (
        "many keys",
        "a.jsonl",
        json.dumps({"id": "1", "title": "x"} | {str(i): 1 for i in range(9)}),
        {"columns": 9},
        "columns-too-many",
        2,
        None,
    ),
    ("empty id", "a.jsonl", '{"id": " ", "title": "x"}', {}, "id-missing", 2, "id"),
    ("empty id in csv", "a.csv", ",x", {}, "id-missing", 3, "编号"),
    ("id twice", "a.jsonl", '{"id": "g", "title": "x"}', {}, "id-duplicate", 2, "id"),
    ("id twice in csv", "a.csv", "g,x", {}, "id-duplicate", 3, "编号"),
    ("id of the wrong type", "a.jsonl", '{"id": ["x"], "title": "x"}', {}, "id-wrong-type", 2, "id"),
    ("id true", "a.jsonl", '{"id": true, "title": "x"}', {}, "id-wrong-type", 2, "id"),
    ("id not a number", "a.jsonl", '{"id": NaN, "title": "x"}', {}, "id-wrong-type", 2, "id"),
    ("id not whole", "a.jsonl", '{"id": 1.5, "title": "x"}', {}, "id-wrong-type", 2, "id"),
    ("no text", "a.jsonl", '{"id": "1", "ipc": "A01B"}', {}, "text-missing", 2, None),
    ("blank text", "a.csv", "1,\u3000 ", {}, "text-missing", 3, None),
    (
        "long field",
        "a.jsonl",
        '{"id": "1", "title": "xxxxxxxxx"}',
        {"field_length": 8},
        "field-too-long",
        2,
        "title",
    ),
    (
        "long unknown field",
        "a.jsonl",
        '{"id": "1", "title": "x", "q": "xxxxxxxxx"}',
        {"field_length": 8},
        "field-too-long",
        2,
        "q",
    ),
    ("long id", "a.jsonl", '{"id": "12345", "title": "x"}', {"id_length": 4}, "field-too-long", 2, "id"),
    (
        "long list",
        "a.jsonl",
        '{"id": "1", "title": "x", "claims": ["12345", "12345"]}',
        {"field_length": 8},
        "field-too-long",
        2,
        "claims",
    ),
    (
        "long row",
        "a.jsonl",
        '{"id": "1", "title": "' + "x" * 99 + '"}',
        {"row_length": 60},
        "row-too-long",
        2,
        None,
    ),
    ("broken encoding", "a.jsonl", b'{"id": "1", "title": "\xff\xfe\xff"}', {}, "encoding-broken", 2, None),
    ("broken encoding in csv", "a.csv", b"1,\xff\xfe\xff", {}, "encoding-broken", 3, None),
    ("NUL", "a.jsonl", '{"id": "1", "title": "x\\u0000"}', {}, "text-broken", 2, "title"),
    ("raw NUL", "a.csv", "1,x\0", {}, "text-broken", 3, "名称"),
    ("lone surrogate", "a.jsonl", '{"id": "1", "title": "\\ud800"}', {}, "text-broken", 2, "title"),
    (
        "lone surrogate in a key",
        "a.jsonl",
        '{"id": "1", "title": "x", "\\ud800": "x"}',
        {},
        "text-broken",
        2,
        "·",
    ),
    ("malformed JSON", "a.jsonl", '{"id": "1", "title": }', {}, "json-malformed", 2, None),
    ("cut JSON", "a.jsonl", '{"id": "1", "title": "x', {}, "json-malformed", 2, None),
    ("two objects", "a.jsonl", '{"id": "1"} {"id": "2"}', {}, "json-malformed", 2, None),
    ("no object", "a.jsonl", '["1", "x"]', {}, "json-not-object", 2, None),
    (
        "deep JSON",
        "a.jsonl",
        '{"id": "1", "title": "x", "q": ' + "[" * 50 + "]" * 50 + "}",
        {},
        "json-too-deep",
        2,
        None,
    ),
    ("very deep JSON", "a.jsonl", '{"id": ' + "[" * 200_000, {}, "json-too-deep", 2, None),
    ("too few cells", "a.csv", "1", {}, "cell-count", 3, None),
    ("too many cells", "a.csv", "1,x,y", {}, "cell-count", 3, None),
    ("unclosed quote", "a.csv", '1,"x', {}, "quote-unclosed", 3, None),
    ("text behind a quote", "a.csv", '1,"x"y', {}, "quote-unclosed", 3, None),
]

VALUES = [
    ("wrong type", {"abstract": {"a": 1}}, "wrong-type", "abstract"),
    ("wrong type in a list", {"keywords": ["a", 1]}, "wrong-type", "keywords"),
    ("not a number", '{"id": "1", "title": "x", "abstract": NaN}', "number-unusable", "abstract"),
    ("infinite", '{"id": "1", "title": "x", "price": 1e999}', "number-unusable", "price"),
    ("endless number", '{"id": "1", "title": "x", "price": ' + "9" * 5000 + "}", "number-unusable", "price"),
    ("odd date", {"filing_date": "去年"}, "date-unreadable", "filing_date"),
    ("no such day", {"filing_date": "2023-02-30"}, "date-unreadable", "filing_date"),
    ("odd symbol", {"ipc": "X99"}, "ipc-unreadable", "ipc"),
    ("odd word", {"法律状态": "飞走了"}, "word-unknown", "法律状态"),
    ("control characters", {"abstract": "a\u0007b"}, "control-characters", "abstract"),
    ("repeated key", '{"id": "1", "title": "x", "price": "5", "price": "6"}', "key-repeated", "price"),
]

FILES = [
    ("empty", "a.csv", b"", "file-empty"),
    ("blank", "a.csv", b"\n \n", "file-empty"),
    ("pdf", "a.pdf", b"%PDF-1.7 ...", "kind-unknown"),
    ("binary", "a.bin", bytes(range(256)) * 4, "kind-unknown"),
    ("old excel", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "kind-old-excel"),
    ("broken zip", "a.xlsx", b"PK\x03\x04 and no more", "archive-broken"),
    ("no heads", "a.csv", "甲,乙\n1,2\n".encode(), "head-missing"),
    ("no id column", "a.csv", "标题,摘要\n1,2\n".encode(), "id-column-missing"),
    ("no text column", "a.csv", "编号,申请日\n1,2\n".encode(), "text-column-missing"),
    ("many columns", "a.csv", b"id,title" + b",x" * 1000 + b"\n", "columns-too-many"),
    ("broken parquet", "a.parquet", b"PAR1 nothing PAR1", "archive-broken"),
    ("too large", "a.csv", b"id,title\n" + b"x" * 5000, "file-too-large"),
]


def read_beside_good(path, content, limits):
    """Write one bad row between two good ones."""
    content = content.encode() if isinstance(content, str) else content
    if path.suffix == ".csv":
        path.write_bytes("编号,名称\ng,好\n".encode() + content + "\nh,好\n".encode())
    else:
        path.write_bytes(GOOD.encode() + b"\n" + content + b"\n" + GOOD.replace("g", "h", 1).encode())
    return read_assets([path], limits=Limits(**limits))


def check_words(problem):
    for words in (problem.reason, problem.remedy):
        assert HAN.search(words.zh)
        assert words.en
        assert not HAN.search(re.sub("“.*?”", "", words.en))
        assert "{" not in words.zh.replace("{“", "").replace('{"', "")


@pytest.mark.parametrize("case", ROWS, ids=[row[0] for row in ROWS])
def test_bad_row_is_rejected_and_good_ones_stay(tmp_path, case):
    _, file, content, limits, code, row, column = case
    reading = read_beside_good(tmp_path / file, content, limits)
    assert [asset.id for asset in reading.records] == ["g", "h"]
    (problem,) = reading.rejects
    assert (problem.code, problem.row, problem.column) == (code, row, column)
    assert problem.file == str(tmp_path / file)
    assert reading.rows_seen == 3
    check_words(problem)


@pytest.mark.parametrize(("name", "value", "code", "column"), VALUES, ids=[v[0] for v in VALUES])
def test_bad_value_costs_the_value_and_not_the_row(tmp_path, name, value, code, column):
    row = value if isinstance(value, str) else json.dumps({"id": "1", "title": "x", **value})
    reading = read_beside_good(tmp_path / "a.jsonl", row, {})
    assert [asset.id for asset in reading.records] == ["g", "1", "h"]
    assert reading.rejects == ()
    (problem,) = reading.warnings
    assert (problem.code, problem.row, problem.column) == (code, 2, column)
    check_words(problem)


@pytest.mark.parametrize(("name", "file", "content", "code"), FILES, ids=[f[0] for f in FILES])
def test_bad_file_is_refused_in_words(tmp_path, name, file, content, code):
    (tmp_path / file).write_bytes(content)
    with pytest.raises(Refused) as caught:
        read_assets([tmp_path / file], limits=Limits(file_bytes=4096))
    (problem,) = caught.value.problems
    assert (problem.code, problem.row, problem.file) == (code, None, str(tmp_path / file))
    check_words(problem)


def test_faults_in_the_settings_of_a_row_are_counted_once(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("编号,名称\n,\n1,\n,x\n,,,,\n".encode())
    reading = read_assets([path])
    assert [(p.code, p.row) for p in reading.rejects] == [("text-missing", 3), ("id-missing", 4)]
    assert reading.rows_seen == 2


def test_unclosed_quote_does_not_swallow_the_rows_behind_it(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('编号,名称,摘要\n1,"甲,乙\n2,丙,丁\n3,"戊\n己",庚\n4,辛,壬\n', "utf-8")
    reading = read_assets([path])
    assert [asset.id for asset in reading.records] == ["2", "3", "4"]
    assert reading.records[1].title == "戊\n己"
    assert [(p.code, p.row) for p in reading.rejects] == [("quote-unclosed", 2)]


def test_duplicate_names_the_first_place_across_files(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("编号,名称\n7,甲\n", "utf-8")
    reading = read_assets([tmp_path / "a.csv", tmp_path / "b.csv"])
    (problem,) = reading.rejects
    assert problem.reason.en == f"The id “7” already stands in {tmp_path / 'a.csv'}, row 2"
    assert problem.reason.zh == f"编号“7”已在 {tmp_path / 'a.csv'} 第 2 行出现"


def test_head_faults_are_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("编号,名称,名称,\n1,甲,乙,丙\n", "utf-8")
    reading = read_needs([path])
    assert reading.records[0].title == "甲"
    assert [(p.code, p.row, p.column) for p in reading.warnings] == [
        ("head-repeated", None, "名称"),
        ("head-absent", 2, None),
    ]


def test_suffix_that_lies_is_named_and_the_content_read(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_text("编号,名称\n1,甲\n", "utf-8")
    reading = read_assets([path])
    assert len(reading.records) == 1
    assert [p.code for p in reading.warnings] == ["kind-differs"]


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_catalogue_speaks_both_languages_with_the_same_places(code):
    places = []
    for words in CATALOGUE[code]:
        assert HAN.search(words.zh)
        assert not HAN.search(words.en)
        zh, en = (
            {re.sub("_(zh|en)$", "", n) for _, n, _, _ in string.Formatter().parse(t) if n}
            for t in (words.zh, words.en)
        )
        places.append((zh, en))
        assert not words.zh.endswith("。")
        assert not words.en.endswith(".")
    assert all(zh == en for zh, en in places)


def test_catalogue_codes_stand_in_one_list_only():
    assert len(CATALOGUE) == len(FILE_FAULTS) + len(ROW_FAULTS) + len(WARNINGS) + len(OUTPUT_FAULTS)


def test_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(Refused) as refused:
        read_assets([tmp_path / "a.csv"])
    assert refused.value.problems[0].code == "file-unreadable"


def test_file_name_reaches_messages_without_control_characters(tmp_path):
    path = tmp_path / "a\n\x1b]0;b\x07.csv"
    path.write_text("x\n1\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_assets([path])
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("head", "cell"),
    [("claims", "\n" * 200_000), ("claims", "\n " * 100_000), ("inventors", "\n " * 99_990 + "Jr")],
)
def test_cell_of_line_breaks_costs_little(tmp_path, head, cell):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "1", "title": "a", head: cell}), encoding="utf-8")
    start = perf_counter()
    assert len(read_assets([path]).records) == 1
    assert perf_counter() - start < 5


def test_quotes_that_never_close_cost_little(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,title,abstract\n" + 'x","y\n' * 20_000 + "1,a,b\n", encoding="utf-8")
    start = perf_counter()
    reading = read_assets([path])
    assert [record.id for record in reading.records] == ["1"]
    assert perf_counter() - start < 5


def test_bound_below_one_is_none():
    with pytest.raises(ValueError, match="rows"):
        Limits(rows=0)
