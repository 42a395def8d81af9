"""Reading XLSX: heads below titles, typed cells, errors, and archives that mean harm."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from qixi.core import Refused
from qixi.tables import Limits, read_assets, read_needs


def workbook(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def repacked(path, change):
    """Rewrite each member of a zip file by `change(name, data)`; None leaves it out."""
    content = path.read_bytes()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return path


def test_officers_sheet_is_read_with_its_title_row_and_typed_cells(tmp_path):
    path = tmp_path / "需求.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2025 年企业技术需求汇总表"])
    sheet.merge_cells("A1:F1")
    sheet.append(["填报单位：某区科技局"])
    sheet.append(
        ["序号", "企业名称*", "技术需求名称（必填）", "技术需求描述", "研发投入预算（万元）", "截止日期"]
    )
    sheet.append([1, "甲公司", "提高产量", "产量达到 150 g/L", 80, date(2026, 12, 31)])
    sheet.append([])
    sheet.append([2, "乙公司", "降低能耗", "#N/A", 12.5, 46387])
    book.save(path)
    reading = read_needs([path])
    first, second = reading.records
    assert (first.id, first.organisation, first.title, first.content) == (
        "需求-1",
        "甲公司",
        "提高产量",
        "产量达到 150 g/L",
    )
    assert (first.budget, first.deadline) == ("80万元", date(2026, 12, 31))
    assert (second.content, second.budget, second.deadline) == ("", "12.5万元", date(2026, 12, 31))
    assert [(p.code, p.row, p.column) for p in reading.warnings] == [
        ("id-borrowed", None, "序号"),
        ("cell-error", 6, "技术需求描述"),
    ]
    assert reading.rejects == ()


def test_first_sheet_with_usable_heads_is_read_and_others_named(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        {
            "说明": [["填写说明"], ["请如实填写"]],
            "一": [["编号", "成果名称"], ["1", "甲"]],
            "二": [["编号", "成果名称"], ["2", "乙"]],
        },
    )
    reading = read_assets([path])
    assert [asset.id for asset in reading.records] == ["1"]
    assert [(p.code, p.reason.zh) for p in reading.warnings] == [
        ("sheet-skipped", "工作表“二”未读：每个文件只读第一张表")
    ]


def test_bad_rows_of_a_sheet_carry_their_sheet_row(tmp_path):
    rows = [["汇总"], ["编号", "名称"], ["1", "甲"], [None, "乙"], ["1", "丙"], ["4", None], [5, "丁"]]
    reading = read_assets([workbook(tmp_path / "a.xlsx", {"一": rows})])
    assert [asset.id for asset in reading.records] == ["1", "5"]
    assert [(p.code, p.row, p.column) for p in reading.rejects] == [
        ("id-missing", 4, "编号"),
        ("id-duplicate", 5, "编号"),
        ("text-missing", 6, None),
    ]


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        ({"一": []}, "file-empty"),
        ({"一": [["甲", "乙"], [1, 2]]}, "head-missing"),
        ({"一": [["名称", "摘要"], [1, 2]]}, "id-column-missing"),
    ],
)
def test_sheet_without_heads_is_refused(tmp_path, sheets, code):
    with pytest.raises(Refused) as caught:
        read_assets([workbook(tmp_path / "a.xlsx", sheets)])
    assert [p.code for p in caught.value.problems] == [code]


def entity_bomb(name, data):
    if name.endswith("sheet1.xml"):
        return b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"x" * 100 + b'">]>' + data
    return data


def wide_bomb(name, data):
    return (
        b'<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a>'.decode().encode("utf-16")
        if "sheet1" in name
        else data
    )


def space_bomb(name, data):
    return data + b" " * 30_000_000 if name.endswith("sheet1.xml") else data


def row_bomb(name, data):
    return data.replace(b'r="2"', b'r="99999999999"') if name.endswith("sheet1.xml") else data


def headless(name, data):
    return None if name == "xl/workbook.xml" else data


@pytest.mark.parametrize(
    ("change", "limits", "code"),
    [
        (entity_bomb, {}, "archive-entities"),
        (wide_bomb, {}, "archive-entities"),
        (space_bomb, {}, "archive-bomb"),
        (lambda _, data: data, {"zip_bytes": 1000}, "archive-bomb"),
        (lambda _, data: data, {"zip_members": 3}, "archive-bomb"),
        (headless, {}, "archive-broken"),
    ],
)
def test_hostile_archive_is_refused(tmp_path, change, limits, code):
    path = repacked(workbook(tmp_path / "a.xlsx", {"一": [["编号", "名称"], ["1", "甲"]]}), change)
    with pytest.raises(Refused) as caught:
        read_assets([path], limits=Limits(**limits))
    assert [p.code for p in caught.value.problems] == [code]


@pytest.mark.parametrize("limits", [{"rows": 1000}, {"rows": 1000, "cells": 10_000_000}])
def test_rows_that_a_sheet_only_claims_are_not_counted_through(tmp_path, limits):
    path = repacked(workbook(tmp_path / "a.xlsx", {"一": [["编号", "名称"], ["1", "甲"]]}), row_bomb)
    reading_problem = None
    try:
        reading_problem = read_assets([path], limits=Limits(**limits)).rejects[0].code
    except Refused as refused:
        reading_problem = refused.problems[0].code
    assert reading_problem == "rows-too-many"


def test_locked_archive_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"一": [["编号", "名称"], ["1", "甲"]]})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 4)
    path.write_bytes(content)
    with pytest.raises(Refused) as caught:
        read_assets([path])
    assert [p.code for p in caught.value.problems] == ["archive-locked"]
