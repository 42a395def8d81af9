"""Fuzzing: whatever is done to a file, reading ends in records and words, and good rows stay.

QIXI_FUZZ_SEED and QIXI_FUZZ_COUNT (files for each case) repeat or widen a run; both are printed.
"""

import io
import json
import os
import random
import zipfile

import docx
import openpyxl
import pytest

from qixi.core import Refused
from qixi.tables import Limits, asset_row, need_row, read_assets, read_needs, write_rows

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SEED = int(os.environ.get("QIXI_FUZZ_SEED", "7"))
COUNT = int(os.environ.get("QIXI_FUZZ_COUNT", "250"))
LIMITS = Limits(zip_bytes=64 * 1024**2, rows=100_000, cells=1_000_000)

TOKENS = rb"""
" "" , { } ] \ud800 \u0000 NaN 1e999 =cmd() ' ; | null <!DOCTYPE &x; PAR1 -1 _x0000_ 99999999999
""".split()
TOKENS += [
    b"\n",
    b"\r",
    b"\r\n",
    b"\t",
    b"\x00",
    b"\xff",
    b"\xfe",
    b"\xef\xbb\xbf",
    b"\x1b[31m",
    b"PK\x03\x04",
]
TOKENS += [b"[" * 40, b"9" * 5000, "需".encode(), "需".encode("gb18030"), "\U0001f600".encode()]
VALUES = [None, True, -1, 0.5, 10**30, "", " ", "\ud800", "\u0000", "x" * 300, "=1+1", "'", "\ufeff", "9"]
VALUES += [[], {}, ["a", 1, None], {"a": [1]}, [[[]]], "2023-02-30", "#REF!", "H01M", "独占"]


@pytest.fixture(autouse=True, scope="module")
def said(request):
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(f"fuzzing with QIXI_FUZZ_SEED={SEED} QIXI_FUZZ_COUNT={COUNT}")


@pytest.fixture(scope="module")
def supply():
    return [
        {
            "id": f"supply-{i:04}",
            "title": f"一种装置{i}" + ("，带\n换行" if i % 5 == 0 else ""),
            "abstract": f'摘要 {i}, 含有 "引号" 与 comma' if i % 3 else f"摘要{i}",
            "keywords": [f"词{i}", "海藻"],
            "ipc": ["C12N1/12"],
            "filing_date": "2021-03-05",
            "备注": f"注{i}",
        }
        for i in range(24)
    ]


@pytest.fixture(scope="module")
def files(supply, tmp_path_factory):
    """One sound file of each kind, as bytes by its name, and the records in it by id."""
    folder = tmp_path_factory.mktemp("sound")
    columns = list(supply[0])
    contents = {}
    for kind in ("jsonl", "csv", "xlsx", "parquet"):
        path = folder / f"a.{kind}"
        write_rows(path, columns, supply, header={})
        contents[path.name] = path.read_bytes()
    contents["b.csv"] = contents["a.csv"].decode("utf-8-sig").encode("gb18030")
    contents["c.csv"] = contents["a.csv"].decode("utf-8-sig").encode("utf-16")
    contents["a.json"] = json.dumps(supply, ensure_ascii=False, indent=1).encode()
    contents["a.docx"] = form()
    return contents


@pytest.fixture(scope="module")
def sound(files, tmp_path_factory):
    path = tmp_path_factory.mktemp("again") / "a.jsonl"
    path.write_bytes(files["a.jsonl"])
    return {asset.id: asset for asset in read_assets([path]).records}


def form():
    document = docx.Document()
    document.add_paragraph("企业名称：甲公司")
    table = document.add_table(3, 2)
    for row, texts in zip(
        table.rows, (("需求名称", "提高产量"), ("需求内容", "150 g/L"), ("预算", "80")), strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def bent(content, chance, times):
    """Change some bytes: overwrite, insert, cut out, repeat or break off."""
    content = bytearray(content)
    for _ in range(times):
        place = chance.randrange(len(content) + 1)
        match chance.randrange(6):
            case 0 if place < len(content):
                content[place] = chance.randrange(256)
            case 1:
                content[place:place] = chance.choice(TOKENS)
            case 2:
                del content[place : place + chance.randrange(1, 20)]
            case 3:
                content[place:place] = content[max(0, place - chance.randrange(1, 60)) : place]
            case 4 if chance.random() < 0.1:
                del content[place:]
            case _:
                content[place : place + 1] = chance.choice(TOKENS)
    return bytes(content)


def repacked(content, change):
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for place, name in enumerate(old.namelist()):
            member = change(place, name, old.read(name))
            if member is not None:
                new.writestr(*member)
    return result.getvalue()


def check_words(problems, path):
    assert problems
    for problem in problems:
        assert problem.reason.zh
        assert problem.remedy.en
        assert problem.file == str(path)
        str(problem.message()).encode()


def examine(path):
    """Read a file as both sides; return the supply reading, None where it is refused in words."""
    readings = []
    for read, flatten in ((read_needs, need_row), (read_assets, asset_row)):
        try:
            reading = read([path], limits=LIMITS)
        except Refused as refused:
            check_words(refused.problems, path)
            readings.append(None)
            continue
        rows = sum(problem.row is not None for problem in reading.rejects)
        assert reading.rows_seen == len(reading.records) + rows
        json.dumps([flatten(record) for record in reading.records]).encode()
        for problem in (*reading.rejects, *reading.warnings):
            check_words([problem], path)
        readings.append(reading)
    return readings[1]


NAMES = ["a.jsonl", "a.json", "a.csv", "b.csv", "c.csv", "a.xlsx", "a.parquet", "a.docx"]


@pytest.mark.parametrize("name", NAMES)
def test_bent_bytes_never_end_in_a_trace(tmp_path, files, name):
    for turn in range(COUNT):
        chance = random.Random(f"{SEED} bytes {name} {turn}")
        path = tmp_path / name
        path.write_bytes(bent(files[name], chance, chance.choice([1, 2, 8, 40])))
        examine(path)


@pytest.mark.parametrize("name", NAMES)
def test_lying_suffix_never_ends_in_a_trace(tmp_path, files, name):
    for suffix in (".jsonl", ".json", ".csv", ".tsv", ".xlsx", ".parquet", ".docx", ".txt", ""):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(files[name])
        examine(path)


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx"])
def test_bent_archive_members_never_end_in_a_trace(tmp_path, files, name):
    for turn in range(COUNT):
        chance = random.Random(f"{SEED} members {name} {turn}")
        hit = chance.randrange(12)

        def change(place, member, data, chance=chance, hit=hit):
            if place != hit % 10 and not (hit > 9 and "sheet1" in member):
                return member, data
            match chance.randrange(5):
                case 0:
                    return None
                case 1:
                    return member + "x", data
                case _:
                    return member, bent(data, chance, chance.choice([1, 3, 10])) if data else b"x"

        path = tmp_path / name
        path.write_bytes(repacked(files[name], change))
        examine(path)


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "b.csv"])
def test_rows_beside_bent_lines_stay(tmp_path, files, sound, name):
    """Lines of a record that spans two count as one, so that an untouched row is untouched."""
    for turn in range(COUNT * 2):
        chance = random.Random(f"{SEED} lines {name} {turn}")
        records = whole_lines(files[name], b"supply-" if name.endswith("csv") else b'{"id"')
        first = 1 if name.endswith("csv") else 0
        hits = set(chance.sample(range(first, len(records)), chance.choice([1, 1, 2, 5])))
        lines = [
            bent(line, chance, chance.choice([1, 2, 6])) if i in hits else line
            for i, line in enumerate(records)
        ]
        kept = [line if line.endswith(b"\n") else line + b"\n" for line in lines]
        path = tmp_path / name
        path.write_bytes(b"".join(kept))
        reading = examine(path)
        assert reading is not None, (turn, name)
        found = {asset.id: asset for asset in reading.records}
        untouched = [f"supply-{i - first:04}" for i in range(first, len(records)) if i not in hits]
        assert {key: found.get(key) for key in untouched} == {key: sound[key] for key in untouched}, (
            turn,
            name,
        )


def whole_lines(content, start):
    records = []
    for line in content.splitlines(keepends=True):
        if line.startswith(start) or not records:
            records.append(line)
        else:
            records[-1] += line
    return records


@pytest.mark.parametrize("name", ["a.jsonl", "a.xlsx"])
def test_rows_beside_odd_values_stay(tmp_path, supply, files, sound, name):
    for turn in range(COUNT // 2):
        chance = random.Random(f"{SEED} values {name} {turn}")
        hits = set(chance.sample(range(len(supply)), 4))
        path = tmp_path / name
        if name == "a.jsonl":
            write_odd_lines(path, supply, hits, chance)
        else:
            write_odd_sheet(path, files[name], hits, chance)
        reading = examine(path)
        found = {asset.id: asset for asset in reading.records}
        untouched = [f"supply-{i:04}" for i in range(len(supply)) if i not in hits]
        assert {key: found.get(key) for key in untouched} == {key: sound[key] for key in untouched}, (
            turn,
            name,
        )


def write_odd_lines(path, supply, hits, chance):
    rows = [dict(row) for row in supply]
    for hit in hits:
        rows[hit][chance.choice(list(rows[hit]))] = chance.choice(VALUES)
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")


def write_odd_sheet(path, content, hits, chance):
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["data"]
    for hit in hits:
        value = chance.choice(
            [v for v in VALUES if not isinstance(v, list | dict) and v not in ("\ud800", "\u0000")]
        )
        sheet.cell(hit + 2, chance.randrange(1, 8)).value = value
    book.save(path)
