"""Bad rows through the command: listed with place, reason and remedy, counted, and never in the way."""

from __future__ import annotations

import json

import pytest

from cli.command import HAN, header_of, qixi, refused, rows_of

BAD = {
    "id-missing": '{"title": "没有编号"}',
    "id-duplicate": '{"id": "S1", "title": "重复"}',
    "id-wrong-type": '{"id": ["S"], "title": "错"}',
    "text-missing": '{"id": "empty"}',
    "field-too-long": json.dumps({"id": "long", "title": "长" * 200_001}),
    "row-too-long": json.dumps({"id": "row", "title": "x", "claims": ["长" * 150_000] * 30}),
    "json-malformed": '{"id": "cut", "title": "半',
    "json-not-object": '["S", "x"]',
    "json-too-deep": '{"id": "deep", "title": "x", "q": ' + "[" * 60 + "]" * 60 + "}",
    "text-broken": '{"id": "nul", "title": "a\\u0000b"}',
}
VALUES = {
    "wrong-type": '{"id": "V1", "title": "好", "abstract": {"a": 1}}',
    "date-unreadable": '{"id": "V2", "title": "好", "filing_date": "去年"}',
    "word-unknown": '{"id": "V3", "title": "好", "legal_status": "飞走了"}',
}


def bad_file(desk):
    lines = [line.encode() for line in BAD.values()] + [b'{"id": "raw", "title": "\xff\xfe\xff"}']
    return desk.write("bad.jsonl", b"\n".join(lines) + b"\n")


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "xlsx", "parquet"])
def test_every_bad_row_is_listed_and_good_rows_go_on(desk, suffix):
    bad, rejects = bad_file(desk), desk.path(f"rejects.{suffix}")
    done = qixi(
        *("match", "--supply", desk.supply, bad, "--demand", desk.demand),
        *("--out", desk.path("out.jsonl"), "--rejects", rejects),
    )
    assert (done.code, done.err) == (0, "")
    rows = rows_of(rejects)
    assert [row["code"] for row in rows] == [*BAD, "encoding-broken"]
    assert [int(row["row"]) for row in rows] == list(range(1, len(BAD) + 2))
    for row in rows:
        assert row["file"] == str(bad)
        for name in ("reason", "remedy"):
            assert HAN.search(row[f"{name}_zh"])
            assert row[f"{name}_en"]
    assert header_of(rejects) == header_of(desk.path("out.jsonl"))
    desk.match()
    alone = rows_of(desk.path("out.jsonl"))
    assert {row["supply_id"] for row in alone} >= {"S1", "S2"}


def test_bad_rows_change_no_score(desk):
    desk.match()
    sound = desk.path("out.jsonl").read_bytes()
    qixi(
        "match",
        "--supply",
        desk.supply,
        bad_file(desk),
        "--demand",
        desk.demand,
        "--out",
        desk.path("b.jsonl"),
    )
    assert desk.path("b.jsonl").read_bytes() == sound


def test_summary_counts_good_and_bad_rows(desk):
    files = ("--supply", desk.supply, bad_file(desk), "--demand", desk.demand, "--out", desk.path("o.csv"))
    said = qixi("match", *files, "--rejects", desk.path("r.csv")).out
    assert said.startswith("技术 9 项，需求 3 项，")
    assert f"有误未用 {len(BAD) + 1} 行" in said
    assert f"原因与改法见 {desk.path('r.csv')}" in said
    said = qixi("--language", "en", "match", *files).out.splitlines()
    assert f"{len(BAD) + 1} rows rejected" in said
    shown = [line for line in said if line.startswith(f"  {desk.path('bad.jsonl')}, row ")]
    assert len(shown) == 5
    assert "add --rejects FILE for all reasons" in said


def test_strict_ends_with_three_and_results_all_the_same(desk):
    assert desk.match("--strict").code == 0
    sound = desk.path("out.jsonl").read_bytes()
    assert desk.match("--supply", bad_file(desk), "--strict").code == 3
    assert desk.path("out.jsonl").read_bytes() == sound


def test_bad_rows_of_needs_and_pairs_are_listed_too(desk):
    needs = desk.write("more.jsonl", '{"title": "x"}\n')
    pairs = desk.write("pairs.csv", "demand_id,supply_id\nD1,S1\nD1,\nD1,S1\nD9,S1\nD1,S99\n")
    done = desk.match("--demand", needs, "--pairs", pairs, "--rejects", desk.path("r.jsonl"))
    assert done.code == 0
    found = [(row["file"], row["row"], row["code"]) for row in rows_of(desk.path("r.jsonl"))]
    assert found == [
        (str(needs), 1, "id-missing"),
        (str(pairs), 3, "id-missing"),
        (str(pairs), 4, "id-duplicate"),
        (str(pairs), 5, "pair-unknown"),
        (str(pairs), 6, "pair-unknown"),
    ]
    assert [row["supply_id"] for row in rows_of(desk.path("out.jsonl"))] == ["S1"]


def test_pairs_of_which_none_is_known_are_refused(desk):
    pairs = desk.write("pairs.csv", "demand_id,supply_id\nD9,S1\n")
    assert "D9" in refused(desk.match("--pairs", pairs))
    assert not desk.path("out.jsonl").exists()


def test_report_says_how_many_rows_took_no_part(desk):
    desk.match("--supply", bad_file(desk), "--report", desk.path("r.html"))
    assert f"{len(BAD) + 1} 行有误，未参加匹配" in desk.path("r.html").read_text("utf-8")


def test_values_left_out_are_listed_beside_the_bad_rows(desk):
    more = desk.write("values.jsonl", "\n".join(VALUES.values()) + "\n")
    done = desk.match("--supply", more, "--rejects", desk.path("r.jsonl"), "--strict")
    assert done.code == 0
    rows = rows_of(desk.path("r.jsonl"))
    assert [row["code"] for row in rows] == list(VALUES)
    assert {(row["kind"], row["kind_zh"]) for row in rows} == {("remark", "提醒")}
    assert "有误未用" not in done.out
    assert "提醒 3 处，相关行已保留" in done.out
    assert f"原因与改法见 {desk.path('r.jsonl')}" in done.out
    assert {"V1", "V2", "V3"} <= {row["supply_id"] for row in rows_of(desk.path("out.jsonl"))}


def test_file_that_cannot_be_read_beside_one_that_can_is_listed(desk):
    done = desk.match("--supply", desk.path("nowhere.csv"), "--rejects", desk.path("r.jsonl"), "--strict")
    assert done.code == 3
    rows = rows_of(desk.path("r.jsonl"))
    assert [(row["kind"], row["code"], row["row"]) for row in rows] == [("rejected", "file-missing", None)]
    assert "文件未读或未读完 1 处" in done.out
    assert "有误未用" not in done.out
