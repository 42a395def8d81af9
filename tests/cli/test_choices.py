"""What `qixi match` is asked: several files, --top, --explain, --show, --language, settings, forms."""

from __future__ import annotations

import docx
import pytest

from cli.command import DEMAND, HAN, SUPPLY, header_of, qixi, refused, rows_of
from qixi.match.settings import Settings


def pairs(path):
    return [(row["demand_id"], row["supply_id"]) for row in rows_of(path)]


def split(desk):
    lines = desk.supply.read_text("utf-8").splitlines(keepends=True)
    return desk.write("a.jsonl", "".join(lines[:3])), desk.write("b.jsonl", "".join(lines[3:]))


@pytest.mark.parametrize("repeated", [False, True])
def test_several_files_are_as_good_as_one(desk, repeated):
    first, second = split(desk)
    desk.match()
    more = ("--supply", second) if repeated else (second,)
    done = qixi("match", "--supply", first, *more, "--demand", desk.demand, "--out", desk.path("b.csv.jsonl"))
    assert (done.code, done.err) == (0, "")
    assert desk.path("b.csv.jsonl").read_bytes() == desk.path("out.jsonl").read_bytes()
    assert header_of(desk.path("b.csv.jsonl")) == header_of(desk.path("out.jsonl"))


def test_files_may_follow_an_equals_sign(desk):
    first, second = split(desk)
    done = qixi("match", f"--supply={first}", second, f"--demand={desk.demand}", "--out", desk.path("a.run"))
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0].startswith("技术 9 项，需求 3 项")


def test_top_bounds_the_matches_of_each_need(desk):
    assert desk.match().code == 0
    everything = pairs(desk.path("out.jsonl"))
    desk.match("--top", 2)
    assert pairs(desk.path("out.jsonl")) == [
        pair for need in ("D1", "D2", "D3") for pair in [each for each in everything if each[0] == need][:2]
    ]


def test_top_bounds_named_pairs_too(desk):
    desk.write("pairs.csv", "demand_id,supply_id\nD1,S2\nD1,S1\nD1,S6\nD3,S4\n")
    desk.match("--pairs", desk.path("pairs.csv"))
    assert pairs(desk.path("out.jsonl")) == [("D1", "S1"), ("D1", "S6"), ("D1", "S2"), ("D3", "S4")]
    desk.match("--pairs", desk.path("pairs.csv"), "--top", 1)
    assert pairs(desk.path("out.jsonl")) == [("D1", "S1"), ("D3", "S4")]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_explain_bounds_the_matches_with_reasons(desk, count):
    assert desk.match("--explain", count).code == 0
    for row in rows_of(desk.path("out.jsonl")):
        assert (row["evidence"] is not None) == (row["rank"] <= count)
        assert row["reasons_en"]


def test_explain_changes_no_score(desk):
    found = []
    for count in (0, 3):
        desk.match("--explain", count)
        found.append([(row["supply_id"], row["score"]) for row in rows_of(desk.path("out.jsonl"))])
    assert found[0] == found[1]


def test_show_prints_the_best_matches_of_the_first_needs(desk):
    lines = desk.match("--show", 2).out.splitlines()
    assert lines[0] == "D1 提高微藻产量"
    assert lines[1].startswith("  1. 0.")
    assert lines[1].endswith("S1 微藻高密度培养方法")
    assert "D2 焊缝自动跟踪" in lines
    assert "D3 废水总氮达标" not in lines


def test_withheld_and_folded_are_said(desk):
    done = desk.match("--withheld", desk.path("held.csv"))
    held = {(row["demand_id"], row["supply_id"]): row["code"] for row in rows_of(desk.path("held.csv"))}
    assert held[("D1", "S6")] == "lapsed"
    assert held[("D1", "S7")] == "exclusive"
    assert f"未列出：已独占或排他许可 {list(held.values()).count('exclusive')}，" in done.out
    folded = {row["demand_id"]: row["folded"] for row in rows_of(desk.path("out.jsonl")) if row["folded"]}
    assert folded.keys() == {"D1", "D2", "D3"}
    assert set(folded.values()) <= {"S8", "S9"}


def test_language_is_that_of_the_option_or_of_the_environment(desk):
    english = qixi("--language", "en", "match", *desk.files, "--out", desk.path("out.jsonl"))
    assert english.out.splitlines()[0] == "9 technologies, 3 needs, 18 matches"
    assert not HAN.search(english.out)
    assert desk.match(QIXI_LANGUAGE="en") == english
    assert qixi(
        "--language", "zh", "match", *desk.files, "--out", desk.path("out.jsonl"), QIXI_LANGUAGE="en"
    ).out.startswith("技术 9 项")
    wrong = desk.match(QIXI_LANGUAGE="fr")
    assert wrong.code == 2


def test_report_speaks_the_language_of_the_run(desk):
    for language, tag in (("zh", '<html lang="zh'), ("en", '<html lang="en"')):
        desk.match("--report", desk.path("r.html"), QIXI_LANGUAGE=language)
        assert tag in desk.path("r.html").read_text("utf-8")


def test_weights_of_the_settings_change_score_and_digest_and_report(desk):
    desk.match("--report", desk.path("r.html"))
    before = rows_of(desk.path("out.jsonl"))
    digest = header_of(desk.path("out.jsonl"))["settings"]
    desk.write("s.toml", "[weights]\nbusiness = 0.0\nneed = 1.0\nportfolio = 0.0\n")
    assert desk.match("--settings", desk.path("s.toml"), "--report", desk.path("r.html")).code == 0
    after = rows_of(desk.path("out.jsonl"))
    assert [row["fit_need"] for row in after] == [row["score"] for row in after]
    assert [row["score"] for row in before] != [row["score"] for row in after]
    assert header_of(desk.path("out.jsonl"))["settings"] != digest
    page = desk.path("r.html").read_text("utf-8")
    assert "100%" in page
    assert "70%" not in page


def test_settings_teach_heads_of_either_side(desk):
    supply = desk.write("s.csv", "项目代码,成果叫法\nS1,微藻培养\nS2,焊缝跟踪\n")
    demand = desk.write("d.csv", "单号,难处\nD1,想要微藻增产\n")
    files = ("--supply", supply, "--demand", demand, "--out", desk.path("out.jsonl"))
    assert "找不到可识别的表头" in refused(qixi("match", *files))
    settings = desk.write(
        "s.toml",
        '[heads.supply]\nid = ["项目代码"]\ntitle = ["成果叫法"]\n'
        '[heads.demand]\nid = ["单号"]\ncontent = ["难处"]\n',
    )
    assert qixi("match", *files, "--settings", settings).code == 0
    assert pairs(desk.path("out.jsonl")) == [("D1", "S1"), ("D1", "S2")]


def test_withholding_can_be_set_off(desk):
    switches = {"lapsed": "S6", "exclusive": "S7", "family": "S9"}
    desk.match()
    shown = {supply for _, supply in pairs(desk.path("out.jsonl"))}
    assert shown == {"S1", "S2", "S3", "S4", "S5", "S8"} | ({"S9"} & shown)
    for name, supply in switches.items():
        settings = desk.write("s.toml", f"[withhold]\n{name} = false\n")
        assert desk.match("--settings", settings).code == 0
        assert ("D1", supply) in pairs(desk.path("out.jsonl"))


WRONG = {
    "no toml": ("[weights\n", "s.toml"),
    "unknown entry": ("[weights]\nneeds = 1.0\n", "weights.needs"),
    "out of range": ("[weights]\nneed = 7\n", "weights.need"),
    "not a number": ("[weights]\nneed = nan\n", "weights.need"),
    "unknown field of heads": ('[heads.supply]\nfavourite = ["x"]\n', "favourite"),
    "unknown field of demand heads": ('[heads.demand]\nabstract = ["x"]\n', "abstract"),
    "no such crosswalk": ('crosswalk = "nowhere.tsv"\n', "nowhere.tsv"),
    "no such model": ('[models.embedding]\nfolder = "nowhere"\n', "nowhere"),
    "no such key": (
        '[models.extract.endpoint]\nurl = "http://127.0.0.1:9/v1"\nmodel = "m"\nkey_env = "NO_SUCH_KEY"\n',
        "NO_SUCH_KEY",
    ),
    "binary": (b"\xff\x00\x01", "s.toml"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_settings_are_refused_by_name(desk, name):
    content, named = WRONG[name]
    settings = desk.write("s.toml", content)
    assert named in refused(desk.match("--settings", settings))
    assert not desk.path("out.jsonl").exists()


def test_settings_that_do_not_exist_are_refused(desk):
    assert "nowhere.toml" in refused(desk.match("--settings", desk.path("nowhere.toml")))


def test_digest_is_that_of_the_settings(desk):
    settings = desk.write("s.toml", "[fusion]\ntopics = 0.2\n")
    desk.match("--settings", settings)
    expected = Settings.model_validate({"fusion": {"topics": 0.2}}).digest()
    assert header_of(desk.path("out.jsonl"))["settings"] == expected


def test_needs_as_filled_in_forms_find_their_answer(tmp_path, matched):
    forms = []
    for number, (title, content) in enumerate(
        (
            ("微藻二级扩繁产量提升", "目前产量约10 g/L，希望提高到150 g/L以上。"),
            ("外骨骼步态规划", "现有步态是预设的，希望按压力中心实时规划外骨骼步态。"),
        ),
        1,
    ):
        document = docx.Document()
        document.add_paragraph("技术需求征集表")
        table = document.add_table(3, 2)
        texts = (("企业名称", f"样例{number}公司"), ("需求名称", title), ("需求内容", content))
        for row, (label, value) in zip(table.rows, texts, strict=True):
            row.cells[0].text, row.cells[1].text = label, value
        forms.append(tmp_path / f"form{number}.docx")
        document.save(forms[-1])
    done = qixi(
        "match", "--index", matched.index, "--demand", *forms, "--out", tmp_path / "out.csv", "--top", 3
    )
    assert (done.code, done.err) == (0, "")
    first = [row["supply_id"] for row in rows_of(tmp_path / "out.csv") if row["rank"] == "1"]
    assert first == ["T174", "T118"]


def test_gb18030_sheet_of_needs_gives_the_same_matches(tmp_path, matched):
    text = DEMAND.read_text("utf-8-sig")
    (tmp_path / "needs.csv").write_bytes(text.encode("gb18030"))
    done = qixi(
        *("match", "--index", matched.index, "--demand", tmp_path / "needs.csv"),
        *("--out", tmp_path / "out.jsonl", "--top", 20, "--explain", 3),
    )
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "out.jsonl").read_bytes() == matched.path("out.jsonl").read_bytes()


def test_traditional_characters_find_the_simplified_record(desk):
    demand = desk.write("d.jsonl", '{"id": "X", "content": "鋰電池電解液需要耐低溫"}\n')
    qixi("match", "--supply", desk.supply, "--demand", demand, "--out", desk.path("out.jsonl"))
    assert pairs(desk.path("out.jsonl"))[0] == ("X", "S2")


def test_supply_is_not_taken_from_forms(desk):
    document = docx.Document()
    document.add_paragraph("需求名称：甲")
    document.save(desk.path("a.docx"))
    said = refused(
        qixi("match", "--supply", desk.path("a.docx"), "--demand", desk.demand, "--out", desk.path("o.csv"))
    )
    assert "此处不能用 DOCX 表单" in said


def test_sample_is_the_one_of_the_repository():
    assert SUPPLY.is_file()
    assert DEMAND.is_file()
