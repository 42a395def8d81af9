from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.command import qixi, refused

MATCHES = [
    ("D1", "T1", 0.9),
    ("D1", "T2", 0.8),
    ("D2", "T1", 0.7),
    ("D2", "T3", 0.2),
    ("D3", "T1", 0.6),
    ("D3", "T2", 0.55),
]
NEEDS = """编号,需求名称,企业名称,所在地区,技术经纪人
D1,甲,甲公司,宁波,王
D2,乙,乙公司,宁波,王
D3,丙,丙公司,杭州,李
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    rows = "".join(f"{need},{item},{score}\n" for need, item, score in MATCHES)
    (tmp_path / "matches.csv").write_text("demand_id,supply_id,score\n" + rows, encoding="utf-8")
    (tmp_path / "needs.csv").write_text(NEEDS, encoding="utf-8")
    (tmp_path / "one.toml").write_text("[assign]\nreads = 1\ntalks = 1\n", encoding="utf-8")
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def shown(path: Path) -> set[tuple[str, str]]:
    return {(row["demand_id"], row["supply_id"]) for row in rows(path)}


def assign(files: Path, *more: str, matches: str = "matches.csv", out: str = "out.csv"):
    given = ("--matches", files / matches, "--out", files / out, *more)
    return qixi("--language", "en", "assign", *given)


def test_assign_shares_what_all_want(files):
    done = assign(
        files, "--settings", files / "one.toml", "--why", files / "why.csv", "--prices", files / "p.csv"
    )
    assert done.code == 0, done.err
    # Three needs, two serious technologies with room for one each: two of the three can be given one.
    assert len(shown(files / "out.csv")) == 3
    about = json.loads((files / "out.csv.meta.json").read_text("utf-8"))["qixi"]
    assert (about["owed"], about["given"], about["given_bound"], about["gap"]) == ("3", "2", "2", "0.000000")
    codes = {row["code"] for row in rows(files / "why.csv")}
    assert codes == {"talker-full", "room-exhausted"}
    assert "optimal" in done.out


def test_the_bound_adds_up_from_the_written_prices(files):
    assign(files, "--settings", files / "one.toml", "--prices", files / "p.csv")
    prices = {(row["kind"], row["holder"]): row for row in rows(files / "p.csv")}

    def price(kind: str, holder: str) -> float:
        return float(prices[kind, holder]["price"]) if (kind, holder) in prices else 0.0

    room = sum(float(r["capacity"]) * float(r["price"]) for r in prices.values() if r["capacity"])
    # What floors pay stands below zero, so that it adds to what a serious pair promises.
    beyond = sum(
        max(0.0, s - (price("need", n) if s >= 0.5 else 0.0) - price("firm", n) - price("talker", t))
        for n, t, s in MATCHES
    )
    about = json.loads((files / "out.csv.meta.json").read_text("utf-8"))["qixi"]
    missed = int(about["owed"]) - int(about["given"])
    bound = room + beyond + missed * price("shortfall", "")
    assert bound == pytest.approx(float(about["bound"]), abs=1e-5)


def test_assign_keeps_excluded_pairs_apart_and_says_why(files):
    (files / "never.csv").write_text("需求编号,技术编号,原因\nD1,T1,自有专利纠纷\n", encoding="utf-8")
    done = assign(files, "--exclude", files / "never.csv", "--why", files / "why.csv")
    assert done.code == 0, done.err
    assert ("D1", "T1") not in shown(files / "out.csv")
    (row,) = [r for r in rows(files / "why.csv") if r["code"] == "excluded"]
    assert (row["demand_id"], row["supply_id"]) == ("D1", "T1")
    assert "自有专利纠纷" in row["reason_zh"]


def test_exclusions_that_name_nobody_are_reported_and_not_confirmed(files):
    (files / "never.csv").write_text(
        "demand_id,supply_id\nD1,T1\nDl,T1\nD1,T9\nD8,T8\nD1,T3\n", encoding="utf-8"
    )
    done = assign(files, "--exclude", files / "never.csv", "--why", files / "why.csv")
    assert done.code == 0
    assert [line.split("never.csv, ")[1] for line in done.err.splitlines()] == [
        'row 3: Need "Dl" is not among the records read. Check the id; the row had no effect.',
        'row 4: Technology "T9" is not among the records read. Check the id; the row had no effect.',
        'row 5: Need "D8" and technology "T8" are not among the records read. '
        "Check the id; the row had no effect.",
    ]
    found = {(r["demand_id"], r["supply_id"]): r for r in rows(files / "why.csv")}
    # D1 and T3 were read and never matched: that they are kept apart is true.
    assert [found["D1", item]["code"] for item in ("T1", "T9", "T3")] == [
        "excluded",
        "pair-unknown",
        "excluded",
    ]
    assert "第 3 行" in found["Dl", "T1"]["reason_zh"]
    assert "需求“Dl”不在已读入的记录中" in found["Dl", "T1"]["reason_zh"]


def test_many_exclusions_of_nobody_are_counted(files):
    (files / "never.csv").write_text(
        "demand_id,supply_id\n" + "".join(f"X{i},T1\n" for i in range(9)), encoding="utf-8"
    )
    lines = assign(files, "--exclude", files / "never.csv").err.splitlines()
    assert len(lines) == 6
    assert lines[-1] == "… 9 in all, the first 5 are listed"


@pytest.mark.parametrize(
    ("line", "given", "told"),
    [
        ('talker = "inventor"', (), "No inventor was read"),
        ('talker = "inventor"', ("--supply", "supply.csv"), "No inventor was read"),
        ('broker_column = "经纪公司"', ("--demand", "needs.csv"), 'No row fills in the column "经纪公司"'),
        ('broker_column = "技术经纪人"', (), 'No row fills in the column "技术经纪人"'),
        ('group_column = "行业代号"', ("--demand", "needs.csv"), 'No row fills in the column "行业代号"'),
    ],
)
def test_settings_that_the_files_do_not_fill_are_refused(files, line, given, told):
    (files / "s.toml").write_text(f"[assign]\n{line}\n", encoding="utf-8")
    (files / "supply.csv").write_text("编号,名称\nT1,甲法\n", encoding="utf-8")
    more = [files / each if each.endswith(".csv") else each for each in given]
    said = refused(assign(files, "--settings", files / "s.toml", *more))
    assert told in said
    assert f"assign.{line.split()[0]}" in said
    assert "--demand" in said or "--supply" in said
    assert not (files / "out.csv").exists()


def test_inventors_and_broker_columns_that_are_there_are_taken(files):
    (files / "s.toml").write_text(
        '[assign]\ntalker = "inventor"\nbroker_column = "技术经纪人"\ngroup_column = "region"\n',
        encoding="utf-8",
    )
    (files / "supply.csv").write_text("编号,名称,发明人\nT1,甲法,张三\n", encoding="utf-8")
    files_given = ("--demand", files / "needs.csv", "--supply", files / "supply.csv")
    done = assign(files, "--settings", files / "s.toml", *files_given)
    assert done.code == 0, done.err
    found = {row["supply_id"]: row for row in rows(files / "out.csv")}
    assert found["T1"]["talker"].startswith("张三")
    assert {row["broker"] for row in rows(files / "out.csv")} == {"王", "李"}


def test_assign_keeps_to_capacities_of_firms_technologies_and_brokers(files):
    (files / "room.csv").write_text(
        "类别,名称,容量\n企业,乙公司,0\n技术,T1,1\n技术经纪人,王,1\n", encoding="utf-8"
    )
    done = assign(
        files, "--demand", files / "needs.csv", "--capacities", files / "room.csv", "--why", files / "w.csv"
    )
    assert done.code == 0, done.err
    assert shown(files / "out.csv") == {("D1", "T2"), ("D3", "T1"), ("D3", "T2")}
    codes = {(r["demand_id"], r["supply_id"]): r["code"] for r in rows(files / "w.csv")}
    assert codes["D2", "T3"] == "firm-closed"
    assert codes["D1", "T1"] == "talker-full"
    assert codes["D2", "T1"] == "talker-full"


def test_assign_says_which_capacity_speaks_of_nobody(files):
    (files / "room.csv").write_text("kind,holder,capacity\nfirm,丁公司,3\n", encoding="utf-8")
    done = assign(files, "--capacities", files / "room.csv")
    assert done.code == 0
    assert "丁公司" in done.err
    assert "row 2" in done.err


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("room.csv", "kind,holder,capacity\nship,甲公司,3\n", "“ship” is no kind of capacity"),
        ("room.csv", "kind,holder,capacity\nfirm,甲公司,-1\n", "“-1” is no whole number"),
        ("room.csv", "kind,holder,capacity\nfirm,甲公司,1\nfirm,甲公司,2\n", "already stands in"),
        ("room.csv", "holder,capacity\n甲公司,1\n", "no column of kinds"),
    ],
)
def test_wrong_capacities_are_refused(files, name, text, told):
    (files / name).write_text(text, encoding="utf-8")
    done = assign(files, "--capacities", files / name)
    assert done.code == 4
    assert told in done.err
    assert not (files / "out.csv").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("demand_id,supply_id,score\nD1,T1,high\n", "“high” is no finite number"),
        ("demand_id,supply_id,score\nD1,T1,0.5\nD1,T1,0.6\n", "already stands in"),
        ("demand_id,supply_id\nD1,T1\n", "no column of scores"),
        ("demand_id,supply_id,score\n", "no row"),
        ("demand_id,supply_id,likelihood\nD1,T1,1.5\n", "outside 0 to 1"),
    ],
)
def test_wrong_matches_are_refused(files, text, told):
    (files / "bad.csv").write_text(text, encoding="utf-8")
    done = assign(files, matches="bad.csv")
    assert done.code == 4, done.err
    assert told.lower() in done.err.lower()
    assert not (files / "out.csv").exists()


def test_the_same_matches_in_any_kind_of_file_are_allocated_alike(files):
    assign(files, "--settings", files / "one.toml")
    first = shown(files / "out.csv")
    need, item, score = zip(*reversed(MATCHES), strict=True)
    folder = files / "batch" / "forward"
    folder.mkdir(parents=True)
    for number, part in enumerate((slice(0, 2), slice(2, 6))):
        table = pa.table({"demand_id": need[part], "supply_id": item[part], "score": score[part]})
        pq.write_table(table, folder / f"{number}.parquet", row_group_size=1)
    (files / "lines.jsonl").write_text(
        "".join(json.dumps({"demand_id": n, "supply_id": t, "score": s}) + "\n" for n, t, s in MATCHES),
        "utf-8",
    )
    for name in ("batch", "lines.jsonl"):
        assert assign(files, "--settings", files / "one.toml", matches=name, out="again.csv").code == 0
        assert shown(files / "again.csv") == first


def test_bad_parquet_is_refused_with_its_row(files):
    table = pa.table({"demand_id": ["a", "b"], "supply_id": ["x", "y"], "score": [0.5, np.nan]})
    pq.write_table(table, files / "bad.parquet")
    done = assign(files, matches="bad.parquet")
    assert done.code == 4
    assert "row 2" in done.err


def test_exploration_logs_chances_and_repeats_with_its_seed(files):
    text = "[assign]\nreads = 1\ntalks = 1\n[assign.exploration]\nshare = 0.4\ntemperature = 5\nseed = 3\n"
    (files / "explore.toml").write_text(text, encoding="utf-8")
    assign(files, "--settings", files / "explore.toml")
    assign(files, "--settings", files / "explore.toml", out="again.csv")
    assert (files / "out.csv").read_bytes() == (files / "again.csv").read_bytes()
    found = {float(row["propensity"]) for row in rows(files / "out.csv")}
    assert found <= {0.4, 0.6, 1.0}


def test_the_summary_counts_the_pairs_that_were_drawn(files):
    text = "[assign]\nreads = 1\ntalks = 1\n[assign.exploration]\nshare = 0.5\ntemperature = 5\nseed = {}\n"
    seen = set()
    for seed in range(8):
        (files / "explore.toml").write_text(text.format(seed), encoding="utf-8")
        done = assign(files, "--settings", files / "explore.toml")
        out = rows(files / "out.csv")
        drawn = [row for row in out if row["lottery"]]
        other = [row for row in out if row["reason_en"] == "chosen by the draw for exploration"]
        about = json.loads((files / "out.csv.meta.json").read_text("utf-8"))["qixi"]
        assert about["drawn"] == str(len(drawn))
        (line,) = [line for line in done.out.splitlines() if line.startswith("exploration: ")]
        assert line == (
            f"exploration: {about['lotteries']} lotteries decided over {len(drawn)} of the pairs shown; "
            f"{len(other)} of them are not in the best allocation"
        )
        seen |= {bool(drawn), bool(other)}
    assert seen == {True, False}
    assert "exploration" not in assign(files).out


def test_assign_writes_a_workbook_with_the_certificate(files):
    done = assign(files, out="out.xlsx")
    assert done.code == 0, done.err
    assert (files / "out.xlsx").stat().st_size > 0


SPELLED = """编号,需求名称,企业名称,技术经纪人,分组
D1,甲,Alpha Ltd,Wang,Small
D2,乙,乙公司,wang,ＳＭＡＬＬ
D3,丙,,李,large
"""


@pytest.mark.parametrize(
    ("row", "gone"),
    [
        ("firm,ＡＬＰＨＡ ltd,0", {"D1"}),
        ("firm,D3,0", {"D3"}),
        ("broker,WANG,0", {"D1", "D2"}),
        ("inventor,T1,0", {"T1"}),
    ],
)
def test_capacities_hold_for_names_in_any_spelling_and_ids_as_they_are(files, row, gone):
    (files / "needs.csv").write_text(SPELLED, encoding="utf-8")
    (files / "room.csv").write_text(f"kind,holder,capacity\n{row}\n", encoding="utf-8")
    done = assign(files, "--demand", files / "needs.csv", "--capacities", files / "room.csv")
    assert (done.code, done.err) == (0, "")
    assert not gone & {name for pair in shown(files / "out.csv") for name in pair}


@pytest.mark.parametrize("row", ["inventor,t1,0", "inventor,Ｔ１,0", "firm,d3,0", "firm,乙,0"])
def test_a_capacity_that_holds_for_nobody_is_remarked(files, row):
    (files / "needs.csv").write_text(SPELLED, encoding="utf-8")
    (files / "room.csv").write_text(f"kind,holder,capacity\n{row}\n", encoding="utf-8")
    done = assign(files, "--demand", files / "needs.csv", "--capacities", files / "room.csv")
    assert done.code == 0
    assert "row 2: Nobody in the market is called" in done.err
    assert len(shown(files / "out.csv")) == len(MATCHES)


def test_groups_are_owed_pairs_under_any_spelling(files):
    (files / "needs.csv").write_text(SPELLED, encoding="utf-8")
    (files / "s.toml").write_text("[assign]\nfloor = false\n[assign.groups]\nsmall = 3\n", encoding="utf-8")
    given = ("--demand", files / "needs.csv", "--settings", files / "s.toml")
    assert assign(files, *given).err == ""
    assert json.loads((files / "out.csv.meta.json").read_text("utf-8"))["qixi"]["owed"] == "3"
    (files / "room.csv").write_text("kind,holder,capacity\ngroup,SMALL,2\n", encoding="utf-8")
    assert assign(files, *given, "--capacities", files / "room.csv").err == ""
    assert json.loads((files / "out.csv.meta.json").read_text("utf-8"))["qixi"]["owed"] == "2"


def test_one_holder_in_two_spellings_is_refused(files):
    (files / "needs.csv").write_text(SPELLED, encoding="utf-8")
    (files / "room.csv").write_text("kind,holder,capacity\nfirm,ALPHA ltd,0\nfirm,alpha ltd,3\n", "utf-8")
    said = refused(assign(files, "--demand", files / "needs.csv", "--capacities", files / "room.csv"))
    assert "row 3: “alpha ltd” names “Alpha Ltd”, who has a capacity already" in said
    (files / "s.toml").write_text("[assign.groups]\nsmall = 3\nSmall = 1\n", encoding="utf-8")
    said = refused(assign(files, "--demand", files / "needs.csv", "--settings", files / "s.toml"))
    assert 'setting "assign.groups"' in said


def test_scores_that_could_be_no_likelihoods_are_refused(files):
    (files / "big.csv").write_text("demand_id,supply_id,score\nD1,T1,90\nD1,T2,80\n", encoding="utf-8")
    said = refused(assign(files, matches="big.csv"))
    assert 'column "score": A score outside 0 to 1 is no likelihood' in said
    (files / "s.toml").write_text("[assign]\ncalibration = [[0, 0.0], [100, 1.0]]\n", encoding="utf-8")
    assert assign(files, "--settings", files / "s.toml", matches="big.csv").code == 0
    assert [row["likelihood"] for row in rows(files / "out.csv")] == ["0.9", "0.8"]


def columns(need, item, score, **more) -> pa.Table:
    return pa.table({"demand_id": need, "supply_id": item, "score": score, **more})


@pytest.mark.parametrize(
    "table",
    [
        columns([b"D1", b"D2"], pa.array([b"T1", b"T2"], pa.large_binary()), [0.5, 0.4]),
        columns([" D1", "D2\t"], ["T1 ", "\u3000T2"], [0.5, 0.4]),
        columns(pa.array(["D1", "D2"]).dictionary_encode(), ["T1", "T2"], pa.array([0.5, 0.4], pa.float16())),
    ],
)
def test_ids_of_parquet_are_read_as_those_of_csv(files, table):
    pq.write_table(table, files / "m.parquet")
    done = assign(files, matches="m.parquet")
    assert (done.code, done.err) == (0, "")
    assert shown(files / "out.csv") == {("D1", "T1"), ("D2", "T2")}


ONE = pa.array([0.5])


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (columns(["D1", "D1 "], ["T1", "T1"], [0.5, 0.4]), "stands more than once"),
        (columns([b"\xff"], ["T1"], ONE), 'column "demand_id"'),
        (columns(["D1"], ["T1"], [True]), "no finite number"),
        (columns(["D1"], ["T1"], ONE, likelihood=[True]), "no finite number"),
        (columns([" "], ["T1"], ONE), 'row 1, column "demand_id"'),
        (columns([["D1"]], ["T1"], ONE), 'row 1, column "demand_id"'),
        (columns(["D1"], ["T1"], ONE).slice(0, 0), "no row of data"),
        (
            pa.Table.from_arrays([["D1"], ["T1"], ONE, ONE], ["demand_id", "supply_id", "score", "score"]),
            'column "score": The column stands more than once',
        ),
    ],
)
def test_parquet_that_is_no_match_file_is_refused(files, table, told):
    pq.write_table(table, files / "m.parquet")
    assert told in refused(assign(files, matches="m.parquet"))


def test_a_solver_without_time_gives_way_to_auctions(files):
    (files / "s.toml").write_text("[assign]\nreads = 1\ntalks = 1\nseconds = 1e-9\n", encoding="utf-8")
    done = assign(files, "--settings", files / "s.toml")
    assert done.code == 0, done.err
    assert len(shown(files / "out.csv")) >= 2
    about = json.loads((files / "out.csv.meta.json").read_text("utf-8"))["qixi"]
    assert ("assign.seconds" in done.err) == (float(about["gap"]) > 0.01)
