"""`qixi explain`: the pair's reasons as text and JSON, why not, and ids that are not there."""

from __future__ import annotations

import json

import pytest

from cli.command import DEMAND, HAN, files_in, qixi, refused, rows_of, write_jsonl


@pytest.fixture(scope="module")
def explained(matched):
    """Explain a pair of the sample province out of the index."""

    def explain(demand, supply, *more, **environment):
        named = ("--demand-id", demand, "--supply-id", supply)
        return qixi("explain", "--index", matched.index, "--demand", DEMAND, *named, *more, **environment)

    return explain


def test_text_names_both_sides_score_fits_evidence_and_suggestion(explained):
    done = explained("D001", "T174")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("D001 ")
    assert lines[1].startswith("  ← T174 ")
    assert lines[2].startswith("匹配分 0.")
    assert any(line.startswith("[满足] ") and "150 g/L" in line for line in lines)
    assert any("→ 摘要[" in line and "200克/升" in line for line in lines)
    assert any(line.startswith("建议形式：") for line in lines)
    assert lines[-1] == "在全部 190 项技术中，有 0 项匹配分更高"


def test_why_not_says_what_is_lacking_what_would_lift_it_and_where_it_stands(explained, matched):
    lines = explained("D001", "T002").out.splitlines()
    assert not any(line.startswith("[满足]") for line in lines)
    assert any("满足 0 项" in line for line in lines)
    lift = lines[lines.index("若要提升匹配：") + 1 :]
    assert sum(line.startswith("  ↑ ") for line in lift) == 5
    (ahead,) = [line for line in lines if line.startswith("在全部 190 项技术中，有 ")]
    assert int(ahead.removeprefix("在全部 190 项技术中，有 ").split()[0]) > 100
    tenth = next(
        row for row in rows_of(matched.path("out.jsonl")) if (row["demand_id"], row["rank"]) == ("D001", 10)
    )
    assert lines[-1].startswith(f"未进前 10 名：与第 10 名 {tenth['supply_id']} 相差 0.")


def test_english_words_around_the_records_own(explained):
    plain = [
        line
        for line in explained("D001", "T002", QIXI_LANGUAGE="en").out.splitlines()
        if line.startswith(("score", "of ", "what", "not among", "suggested"))
    ]
    assert len(plain) == 6
    assert [line for line in plain if HAN.search(line)] == []


def test_json_is_the_row_of_the_match_with_why_it_would_not_be_listed(explained, matched):
    row = next(row for row in rows_of(matched.path("out.jsonl")) if row["rank"] == 1)
    told = json.loads(explained(row["demand_id"], row["supply_id"], "--format", "json").out)
    assert told.pop("barred") is None
    assert "项要求中" in told.pop("lacks")
    assert all(isinstance(each, str) for each in told.pop("lift"))
    assert "匹配分更高" in told.pop("standing")[0]
    for name, value in row.items():
        assert told.get(name) == value or (name == "folded" and told[name] == "")
    assert told.keys() == row.keys()


def test_barred_technology_says_why(desk):
    for supply, zh, en in (
        (
            "S6",
            "失效专利（可自由实施，不作转让推荐）",
            "a lapsed patent: free to use, not offered for transfer",
        ),
        ("S7", "已独占或排他许可给他人", "it is licensed exclusively or solely to another"),
    ):
        named = ("--demand-id", "D1", "--supply-id", supply)
        assert f"未列出：{zh}" in qixi("explain", *desk.files, *named).out
        assert f"withheld: {en}" in qixi("explain", *desk.files, *named, QIXI_LANGUAGE="en").out
        told = json.loads(qixi("explain", *desk.files, *named, "--format", "json").out)
        assert told["barred"] == zh


def test_barred_technology_says_where_it_would_stand(desk):
    supply = [
        {"id": "L1", "title": "微藻培养产量", "abstract": "微藻产量提高到150 g/L。", "legal_status": "失效"},
        {"id": "L2", "title": "微藻培养", "abstract": "微藻产量。"},
    ]
    files = ("--supply", write_jsonl(desk.path("s.jsonl"), supply), "--demand", desk.demand)
    named = (*files, "--demand-id", "D1", "--supply-id", "L1")
    assert qixi("explain", *named).out.splitlines()[-1] == "若不排除，应列第 1 名"
    english = qixi("explain", *named, QIXI_LANGUAGE="en").out.splitlines()
    assert english[-1] == "would be number 1 if it were not withheld"


def test_further_member_of_a_family_says_which_stands_for_it(desk):
    assert desk.match().code == 0
    rows = rows_of(desk.path("out.jsonl"))
    listed = next(row for row in rows if row["demand_id"] == "D2" and row["folded"])
    named = ("--demand-id", "D2", "--supply-id", listed["folded"])
    last = qixi("explain", *desk.files, *named).out.splitlines()[-1]
    assert last == f"与第 {listed['rank']} 名 {listed['supply_id']} 同族，已并入该项"


def test_what_does_not_count_says_so_and_quotations_name_their_field(desk):
    supply = {"id": "K1", "title": "恒温控制", "claims": ["一种装置", "整套装置的项目预算为50万元"]}
    demand = {"id": "D", "title": "恒温控制", "content": "需要恒温控制装置。项目预算50万元。"}
    files = (
        *("--supply", write_jsonl(desk.path("s.jsonl"), [supply])),
        *("--demand", write_jsonl(desk.path("d.jsonl"), [demand])),
    )
    for language, words in (
        ("zh", ("· 不计入] ", "→ 标题[", "→ 权利要求 2[")),
        ("en", ("· not counted] ", "→ title[", "→ claim 2[")),
    ):
        said = qixi("--language", language, "explain", *files, "--demand-id", "D", "--supply-id", "K1").out
        for word in words:
            assert word in said, said


def test_own_technology_says_so(desk):
    supply = {"id": "O1", "title": "微藻培养", "applicant": "甲公司"}
    demand = {"id": "D", "title": "微藻培养", "organisation": "甲公司"}
    files = (
        *("--supply", desk.supply, write_jsonl(desk.path("s.jsonl"), [supply])),
        *("--demand", write_jsonl(desk.path("d.jsonl"), [demand])),
    )
    said = qixi("explain", *files, "--demand-id", "D", "--supply-id", "O1").out
    assert "未列出：该技术为需求企业自有" in said


@pytest.mark.parametrize(
    ("demand", "supply", "option", "examples"),
    [("D9", "S1", "--demand-id", "D1、D2、D3"), ("D1", "S99", "--supply-id", "S1、S2、S3、S4、S5")],
)
def test_unknown_id_is_refused_with_examples(desk, demand, supply, option, examples):
    outcome = qixi("explain", *desk.files, "--demand-id", demand, "--supply-id", supply)
    said = refused(outcome)
    assert option in said
    assert f"请核对编号，例如 {examples}" in said
    assert f"there are for example {examples.replace('、', ', ')}" in said
    assert outcome.out == ""


def test_explain_writes_no_file(desk):
    before = files_in(desk.folder)
    qixi("explain", *desk.files, "--demand-id", "D1", "--supply-id", "S1")
    assert files_in(desk.folder) == before
