"""`qixi match` on the sample province: what it writes, in every kind of file, and what it says."""

from __future__ import annotations

import hashlib
import json

import openpyxl
import pytest

from cli.command import DEMAND, SUPPLY, header_of, qixi, rows_of, write_jsonl
from qixi import __version__
from qixi.cli.headings import HEADS
from qixi.match.assign.rows import ALLOCATION_COLUMNS, PRICE_COLUMNS, WHY_COLUMNS
from qixi.match.rows import LIKELIHOOD, MATCH_COLUMNS, WITHHELD_COLUMNS
from qixi.match.settings import Settings
from qixi.tables import REJECT_COLUMNS, read_assets, read_needs

STORIES = {"D001": "T174", "D002": "T118", "D003": "T121", "D004": "T098"}
STORIES |= {"D005": "T018", "D006": "T153", "D007": "T008"}
HEADER = {
    "engine": f"qixi {__version__}",
    "settings": Settings().digest(),
    "technologies": "190",
    "weights_confirmed": "false",
}


@pytest.fixture(scope="module")
def rows(matched):
    return rows_of(matched.path("out.jsonl"))


def test_columns_are_those_of_the_reference(rows):
    assert {tuple(row) for row in rows} == {(*MATCH_COLUMNS, "supply: sample")}


def test_columns_that_nobody_knows_travel_through(desk):
    more = write_jsonl(
        desk.path("more.jsonl"),
        [
            {"id": "S0", "title": "微藻培养产量", "备注": "=1+1", "联系人": "甲"},
            {"id": "S10", "title": "微藻"},
        ],
    )
    needs = desk.write("needs.csv", "编号,名称,来源\nD0,提高微藻培养产量,走访\n")
    files = ("--supply", desk.supply, more, "--demand", desk.demand, needs)
    for suffix in ("jsonl", "csv", "xlsx", "parquet", "run"):
        out = desk.path(f"own.{suffix}")
        assert qixi("match", *files, "--out", out, "--top", 3).code == 0
        rows = {(row["demand_id"], row["supply_id"]): row for row in rows_of(out)}
        row = rows["D0", "S0"]
        own = {name: value for name, value in row.items() if ": " in name}
        if suffix == "run":
            assert own == {}
            continue
        assert tuple(row) == (*MATCH_COLUMNS, "demand: 来源", "supply: 备注", "supply: 联系人")
        shown = "'=1+1" if suffix == "csv" else "=1+1"
        assert own == {"demand: 来源": "走访", "supply: 备注": shown, "supply: 联系人": "甲"}
        assert not rows["D0", "S1"]["supply: 备注"]
        assert {row["demand: 来源"] or "" for row in rows.values() if row["demand_id"] != "D0"} == {""}


def test_columns_of_technologies_that_are_not_matched_stay_away(desk):
    lapsed = {"id": "S0", "title": "微藻", "法律状态": "失效", "备注": "甲"}
    more = write_jsonl(desk.path("more.jsonl"), [lapsed])
    assert desk.match("--supply", more).code == 0
    assert {tuple(row) for row in rows_of(desk.path("out.jsonl"))} == {MATCH_COLUMNS}


def test_workbook_speaks_the_language_of_the_run(desk):
    for language, title, head in (
        ("zh", "匹配结果", "需求编号\n(demand_id)"),
        ("en", "matches", "demand_id"),
    ):
        out = desk.path(f"{language}.xlsx")
        assert qixi("--language", language, "match", *desk.files, "--out", out).code == 0
        book = openpyxl.load_workbook(out)
        assert book.sheetnames == [title, "qixi"]
        assert book[title]["A1"].value == head
        letter = openpyxl.utils.get_column_letter(1 + MATCH_COLUMNS.index("evidence"))
        assert book[title].column_dimensions[letter].hidden


def test_every_column_has_a_word_for_officers():
    allocation = (
        *ALLOCATION_COLUMNS,
        *WHY_COLUMNS,
        *PRICE_COLUMNS,
    )
    assert {*MATCH_COLUMNS, LIKELIHOOD, *WITHHELD_COLUMNS, *REJECT_COLUMNS, *allocation} == set(HEADS)


def test_true_pairs_of_the_stories_come_first(rows):
    first = {row["demand_id"]: row["supply_id"] for row in rows if row["rank"] == 1}
    assert {need: first[need] for need in STORIES} == STORIES


def test_ranks_count_up_and_scores_down_for_each_need_in_the_order_of_the_file(rows):
    needs = [need.id for need in read_needs([DEMAND]).records]
    assert list(dict.fromkeys(row["demand_id"] for row in rows)) == needs
    for need in needs:
        mine = [row for row in rows if row["demand_id"] == need]
        assert [row["rank"] for row in mine] == list(range(1, len(mine) + 1))
        assert len(mine) == 20
        order = [(-row["score"], row["supply_id"]) for row in mine]
        assert order == sorted(order)
        for row in mine:
            for name in ("score", "fit_business", "fit_need", "fit_portfolio", "known"):
                assert 0 <= row[name] <= 1
                assert row[name] == round(row[name], 6)


def test_csv_and_xlsx_hold_what_the_json_lines_hold(kinds, rows):
    assert [as_cells(row, "") for row in rows] == [
        {name: as_number(name, value) for name, value in row.items()}
        for row in rows_of(kinds.path("out.csv"))
    ]
    assert [as_cells(row, None) for row in rows] == rows_of(kinds.path("out.xlsx"))


def as_cells(row, nothing):
    """Return a row as a sheet holds it: nested values as JSON text."""
    plain = {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
        for name, value in row.items()
    }
    return {name: nothing if value in (None, "") else value for name, value in plain.items()}


def as_number(name, text):
    if name == "rank":
        return int(text)
    return float(text) if name in {"score", "known"} or name.startswith("fit_") else text


def test_parquet_holds_what_the_json_lines_hold(kinds, rows):
    found = rows_of(kinds.path("out.parquet"))
    for row in found:
        if isinstance(row["evidence"], str):
            row["evidence"] = json.loads(row["evidence"])
    assert found == rows


def test_run_holds_the_ranking(kinds, rows):
    assert rows_of(kinds.path("out.run")) == [
        {
            "demand_id": row["demand_id"],
            "q0": "Q0",
            "supply_id": row["supply_id"],
            "rank": str(row["rank"]),
            "score": repr(row["score"]),
            "tag": "qixi",
        }
        for row in rows
    ]


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "xlsx", "parquet", "run"])
def test_header_names_engine_settings_and_snapshots(kinds, suffix):
    snapshots = {
        "corpus": read_assets([SUPPLY]).snapshot,
        "needs": read_needs([DEMAND]).snapshot,
    }
    assert header_of(kinds.path(f"out.{suffix}")) == HEADER | snapshots


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "run"])
def test_neighbour_seals_the_file(kinds, suffix):
    path = kinds.path(f"out.{suffix}")
    note = json.loads(path.with_name(f"{path.name}.meta.json").read_text("utf-8"))
    assert note["file"] == path.name
    assert note["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_best_matches_have_reasons_and_suggestion_and_the_others_a_short_reason(rows):
    for row in rows:
        explained = row["rank"] <= 3
        assert (row["suggestion"] in {"apply", "develop", "research"}) == explained
        assert isinstance(row["evidence"], list) == explained
        assert row["reasons_zh"]
        assert row["reasons_en"]


def test_quotations_of_the_file_stand_in_the_records(rows):
    assets = {asset.id: asset for asset in read_assets([SUPPLY]).records}
    needs = {need.id: need for need in read_needs([DEMAND]).records}
    quotes = 0
    for row in rows:
        for each in row["evidence"] or ():
            for record, said in (
                (needs[row["demand_id"]], each["asked"]),
                (assets[row["supply_id"]], each["answered"]),
            ):
                for quote in said:
                    value = getattr(record, quote["field"])
                    value = value[quote["item"]] if isinstance(value, tuple) else value
                    assert value[quote["start"] : quote["end"]] == quote["text"]
                    quotes += 1
    assert quotes > 500


def test_withheld_lists_what_cannot_be_had(matched, rows):
    held = rows_of(matched.path("withheld.jsonl"))
    assert {tuple(row) for row in held} == {WITHHELD_COLUMNS}
    codes = {code: sum(row["code"] == code for row in held) for code in ("lapsed", "exclusive", "own")}
    assert codes["lapsed"] > 0
    assert codes["exclusive"] > 0
    assert f"失效专利（可自由实施，不作转让推荐） {codes['lapsed']}" in matched.said.out
    assert {(r["demand_id"], r["supply_id"]) for r in held}.isdisjoint(
        (r["demand_id"], r["supply_id"]) for r in rows
    )
    least = {row["demand_id"]: row["score"] for row in rows}
    assert all(row["score"] >= least[row["demand_id"]] for row in held)
    assert header_of(matched.path("withheld.jsonl"))["engine"] == HEADER["engine"]


def test_rejects_of_sound_files_is_an_empty_table(matched):
    assert rows_of(matched.path("rejects.jsonl")) == []


def test_report_shows_every_need_and_the_best_match(matched):
    page = matched.path("report.html").read_text("utf-8")
    for need in read_needs([DEMAND]).records:
        assert need.id in page
    for asset in STORIES.values():
        assert asset in page
    assert HEADER["settings"] in page
    assert "<script" not in page


def test_report_names_technologies_that_are_only_listed(matched, rows):
    page = matched.path("report.html").read_text("utf-8")
    titles = {row["supply_title"] for row in rows if row["rank"] == 20 and "&" not in row["supply_title"]}
    assert [title for title in sorted(titles) if title not in page] == []


def test_summary_counts_and_names_what_was_written(matched, rows):
    said = matched.said
    assert said.err == ""
    first, held, *written = said.out.splitlines()
    assert first == f"技术 190 项，需求 76 项，给出匹配 {len(rows)} 条"
    assert held.startswith("未列出：")
    assert written == [
        f"已写入 {matched.path(name)}" for name in ("out.jsonl", "report.html", "withheld.jsonl")
    ]


def test_pairs_alone_get_the_very_score_of_the_match_and_of_explain(matched, rows, tmp_path):
    wanted = {(row["demand_id"], row["supply_id"]): row for row in rows if row["rank"] in (1, 7, 20)}
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("demand_id,supply_id\n" + "".join(f"{d},{s}\n" for d, s in reversed(wanted)), "utf-8")
    out = tmp_path / "pairs.jsonl"
    done = qixi("match", "--supply", SUPPLY, "--demand", DEMAND, "--pairs", pairs, "--out", out)
    assert (done.code, done.err) == (0, "")
    found = {(row["demand_id"], row["supply_id"]): row for row in rows_of(out)}
    assert found.keys() == wanted.keys()
    numbers = ("score", "fit_business", "fit_need", "fit_portfolio", "known")
    for pair, row in found.items():
        assert {name: row[name] for name in numbers} == {name: wanted[pair][name] for name in numbers}
    for pair in list(wanted)[:4]:
        told = qixi(
            *("explain", "--index", matched.index, "--demand", DEMAND, "--format", "json"),
            *("--demand-id", pair[0], "--supply-id", pair[1]),
        )
        told_row = json.loads(told.out)
        for name in (*numbers, "suggestion", "reasons_zh", "evidence"):
            assert told_row[name] == found[pair][name]


def test_pairs_may_name_what_would_be_withheld(matched, tmp_path):
    held = rows_of(matched.path("withheld.jsonl"))[0]
    pairs = tmp_path / "pairs.csv"
    pairs.write_text(f"demand_id,supply_id\n{held['demand_id']},{held['supply_id']}\n", "utf-8")
    out = tmp_path / "out.jsonl"
    assert (
        qixi("match", "--index", matched.index, "--demand", DEMAND, "--pairs", pairs, "--out", out).code == 0
    )
    (row,) = rows_of(out)
    assert row["score"] == held["score"]


def test_columns_of_rejects_are_those_of_the_reference(tmp_path, desk):
    desk.write("more.jsonl", '{"title": "无编号"}\n')
    done = desk.match("--supply", desk.path("more.jsonl"), "--rejects", desk.path("rejects.jsonl"))
    assert done.code == 0
    assert {tuple(row) for row in rows_of(desk.path("rejects.jsonl"))} == {REJECT_COLUMNS}
