"""Reading JSON lines and CSV: what becomes of good rows."""

import json
from datetime import date

import pytest

from qixi.core import LegalStatus, Licence, OwnPatent, Refused
from qixi.tables import Limits, Pair, read_assets, read_needs, read_pairs

SHEET = (
    "序号,公开(公告)号,标题(中文),标题(英文),摘要,主分类号,IPC分类号,[标]当前申请(专利权)人,发明人,申请日,"
    "当前法律状态,许可情况,技术成熟度,转让价格（万元）,备注\n"
    "1,CN100000001A,一种海藻培养方法,Algae,培养微藻。,C12N 1/12(2006.01)I,C12N1/12; C12M 1/00,甲大学,"
    "张三; 李四,2021年3月5日,授权,普通许可,中试,50,面议\n"
)


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_patent_export_in_csv_becomes_assets(tmp_path):
    reading = read_assets([write(tmp_path / "a.csv", SHEET)])
    (asset,) = reading.records
    assert asset.id == asset.publication_no == "CN100000001A"
    assert (asset.title, asset.abstract) == ("一种海藻培养方法", "培养微藻。")
    assert asset.ipc == ("C12N1/12", "C12M1/00")
    assert (asset.applicant, asset.inventors) == ("甲大学", ("张三", "李四"))
    assert asset.filing_date == date(2021, 3, 5)
    assert (asset.legal_status, asset.licence) == (LegalStatus.IN_FORCE, Licence.ORDINARY)
    assert (asset.maturity, asset.maturity_text, asset.price) == (7, "中试", "50万元")
    assert asset.extra == {"序号": "1", "标题(英文)": "Algae", "备注": "面议"}
    assert reading.unknown_columns == ("备注",)
    assert [(p.code, p.column) for p in reading.warnings] == [("id-borrowed", "公开(公告)号")]
    assert reading.rows_seen == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_give_equal_records(tmp_path, encoding, ending):
    plain = read_assets([write(tmp_path / "a.csv", SHEET)])
    other = read_assets([write(tmp_path / "b.csv", SHEET.replace("\n", ending), encoding)])
    assert other.records == plain.records
    assert other.snapshot == plain.snapshot


def test_needs_in_json_lines_keep_their_fields(tmp_path):
    need = {
        "id": 7, "title": "提高产量", "content": "微藻产量达到 150 g/L。", "industry": "C1491 营养食品制造",
        "organisation": "乙公司", "budget": 80, "deadline": "20261231",
        "portfolio": ["一种培养罐", {"title": "一种藻种", "ipc": ["C12N 1/12"], "number": "CN1"}],
        "联系人": "某某", "tags": ["a", "b"],
    }  # fmt: skip
    (read,) = read_needs([write(tmp_path / "n.jsonl", json.dumps(need) + "\n\n")]).records
    assert (read.id, read.industry, read.industry_text) == ("7", "C1491", "C1491 营养食品制造")
    assert (read.budget, read.deadline) == ("80", date(2026, 12, 31))
    assert read.portfolio == (
        OwnPatent("一种培养罐"),
        OwnPatent("一种藻种", ipc=("C12N1/12",), number="CN1"),
    )
    assert read.extra == {"联系人": "某某", "tags": '["a", "b"]'}


def test_json_array_is_read_with_line_numbers(tmp_path):
    text = '[\n {"id": "a", "title": "x"},\n {"id": "b", "title": },\n {"id": "c",\n  "title": "z"},\n 5\n]\n'
    reading = read_assets([write(tmp_path / "a.json", text)])
    assert [asset.id for asset in reading.records] == ["a", "c"]
    assert [(p.code, p.row) for p in reading.rejects] == [("json-malformed", 3), ("json-not-object", 6)]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiter_is_found_and_head_may_stand_below_a_title(tmp_path, delimiter):
    rows = [["2025 年技术成果汇总", "", ""], ["编号", "成果名称", "关键词"], ["1", "甲", "乙、丙"]]
    text = "\n".join(delimiter.join(row) for row in rows)
    (asset,) = read_assets([write(tmp_path / "a.csv", text)]).records
    assert (asset.id, asset.title, asset.keywords) == ("1", "甲", ("乙", "丙"))


def test_running_number_with_the_file_name_serves_as_id(tmp_path):
    reading = read_needs(
        [
            write(tmp_path / "县.csv", "序号,需求名称\n1,甲\n"),
            write(tmp_path / "市.csv", "序号,需求名称\n1,乙\n"),
        ]
    )
    assert [need.id for need in reading.records] == ["县-1", "市-1"]
    assert [p.code for p in reading.warnings] == ["id-borrowed", "id-borrowed"]


def test_heads_of_the_settings_win(tmp_path):
    path = write(tmp_path / "a.csv", "牌号,title,别名\n1,甲,乙\n")
    (asset,) = read_assets([path], heads={"id": ["牌号"], "title": ["别名"]}).records
    assert (asset.id, asset.title, asset.extra) == ("1", "乙", {"title": "甲"})
    with pytest.raises(ValueError, match="no such field: titel"):
        read_assets([path], heads={"titel": ["别名"]})


def test_snapshot_depends_on_records_alone(tmp_path):
    first = write(tmp_path / "a.jsonl", '{"id": "1", "title": "甲"}\n{"id": "2", "title": "乙"}\n')
    second = write(tmp_path / "b.csv", "title,id\n乙,2\n甲,1\n", "gb18030")
    assert read_assets([first]).snapshot == read_assets([second]).snapshot
    assert (
        read_assets([first]).snapshot != read_assets([write(tmp_path / "c.csv", "title,id\n丙,2\n")]).snapshot
    )


def test_bad_file_is_reported_while_others_go_on(tmp_path):
    good = write(tmp_path / "a.jsonl", '{"id": "1", "title": "甲"}\n')
    reading = read_assets([tmp_path / "absent.csv", good])
    assert len(reading.records) == 1
    assert [(p.code, p.row, p.file) for p in reading.rejects] == [
        ("file-missing", None, str(tmp_path / "absent.csv"))
    ]
    with pytest.raises(Refused) as caught:
        read_assets([tmp_path / "absent.csv", tmp_path])
    assert [p.code for p in caught.value.problems] == ["file-missing", "file-unreadable"]


def test_progress_reaches_the_total(tmp_path):
    path = write(tmp_path / "a.jsonl", "".join(f'{{"id": "{i}", "title": "x"}}\n' for i in range(2500)))
    seen = []
    read_assets([path], progress=lambda *call: seen.append(call))
    size = path.stat().st_size
    assert len(seen) == 3
    assert seen[-1] == (str(path), size, size)


def test_rows_beyond_the_limit_are_refused_and_the_others_kept(tmp_path):
    path = write(tmp_path / "a.csv", "id,title\n1,a\n2,b\n3,c\n")
    reading = read_assets([path], limits=Limits(rows=2))
    assert [asset.id for asset in reading.records] == ["1", "2"]
    assert [p.code for p in reading.rejects] == ["rows-too-many"]


def test_pairs_are_read_and_repeated_ones_rejected(tmp_path):
    path = write(tmp_path / "a.csv", "需求编号,成果编号\n1,a\n1,b\n1,a\n,c\n")
    reading = read_pairs([path])
    assert reading.records == (Pair("1", "a"), Pair("1", "b"))
    assert [(p.code, p.row, p.column) for p in reading.rejects] == [
        ("id-duplicate", 4, None),
        ("id-missing", 5, "需求编号"),
    ]
    with pytest.raises(Refused) as caught:
        read_pairs([write(tmp_path / "b.csv", "需求编号,备注\n1,a\n")])
    assert [p.code for p in caught.value.problems] == ["supply-column-missing"]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ('{\n "id": "1",\n "title": "x",\n "keywords": ["a"]\n}', ["1"]),
        ('{"total": 2, "data": [\n{"id": "1", "title": "x"},\n{"id": "2", "title": "y"}]}', ["1", "2"]),
        ('{"data": [{"id": "1", "title": "x"}]}', ["1"]),
        ('{"id": "1", "title": "x"}', ["1"]),
    ],
)
def test_one_object_is_one_record_or_holds_a_list_of_them(tmp_path, text, ids):
    reading = read_assets([write(tmp_path / "a.json", text)])
    assert [asset.id for asset in reading.records] == ids
    assert reading.rejects == ()


def test_file_name_that_is_no_text_gives_an_id_that_is(tmp_path):
    path = tmp_path / "\udcff\udcfe"
    path.write_text("序号,名称\n1,甲\n", "utf-8")
    reading = read_assets([path])
    assert [asset.id for asset in reading.records] == ["??-1"]
    assert len(reading.snapshot) == 64
