"""`qixi learn` as a person runs it: settings where something proved better, numbers where it did not."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cli.command import files_in, qixi, refused
from qixi.cli.corpus import Corpus
from qixi.cli.porch import Porch
from qixi.cli.work import Work
from qixi.match.engine import Engine
from qixi.match.learning.gathering import gather
from qixi.match.learning.settings import Calibration, Curve, LearningSettings
from qixi.match.learning.weights import Weights
from qixi.match.settings import Fusion, Settings
from qixi.tables import Feedback, Reading, read_assets, read_needs

WORDS = "电池 电解液 塔筒 混凝土 污水 脱氮 微藻 培养 焊缝 视觉 轴承 润滑 涂层 薄膜 齿轮 传感器"
TRUTH = Settings(fusion=Fusion(topics=4.0, subclasses=4.0))
SHOWN = 8


def jsonl(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def feedback(path: Path, rows: list[dict[str, object]]) -> Path:
    columns = ["demand_id", "supply_id", "产业化前景", "是否对接", "日期", "展示概率"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a market of made-up titles, with feedback by a firm that looks at topics more than at words."""
    folder, source = tmp_path_factory.mktemp("market"), np.random.default_rng(5)

    def title() -> str:
        return "".join(source.choice(WORDS.split(), 3, replace=False))

    jsonl(folder / "supply.jsonl", [{"id": f"S{i:03}", "title": title() + "方法"} for i in range(160)])
    jsonl(folder / "demand.jsonl", [{"id": f"D{i:03}", "title": title() + "需求"} for i in range(90)])
    assets = read_assets([folder / "supply.jsonl"]).records
    needs = read_needs([folder / "demand.jsonl"]).records
    pairs = [
        Feedback(need.id, assets[int(i)].id, grade=0)
        for need in needs
        for i in sorted(source.choice(len(assets), SHOWN, replace=False))
    ]
    sample = gather(Engine().fit(assets), needs, pairs, LearningSettings())
    true, chance = Weights.of(TRUTH).score(sample), source.uniform(size=len(pairs))
    for name, likely in (
        ("truth", 1 / (1 + np.exp(-(true - np.quantile(true, 0.7)) / true.std() * 3))),
        ("noise", np.full(len(pairs), 0.3)),
    ):
        good = chance < likely
        rows = [
            {
                "demand_id": pair.demand_id,
                "supply_id": pair.supply_id,
                "产业化前景": 3 if yes else 0,
                "是否对接": "是" if yes and i % 2 else "否",
                "日期": f"2026-03-{i % 28 + 1:02}",
                "展示概率": "0.5",
            }
            for i, (pair, yes) in enumerate(zip(pairs, good, strict=True))
        ]
        feedback(folder / f"{name}.csv", rows)
        feedback(folder / f"few-{name}.csv", rows[:80])
    (folder / "folds.toml").write_text("[learning]\nfolds = 5\n", "utf-8")
    return folder


def files(market: Path) -> tuple[object, ...]:
    return ("--supply", market / "supply.jsonl", "--demand", market / "demand.jsonl")


def learn(market: Path, name: str, out: Path, *more: object, **environment: str):
    given = ("--feedback", market / f"{name}.csv", *files(market), "--out", out)
    settings = () if "--settings" in more else ("--settings", market / "folds.toml")
    return qixi("learn", *given, *settings, *more, **environment)


@pytest.fixture(scope="session")
def learnt(market: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learnt")
    done = learn(market, "truth", folder / "learned.toml", "--report", folder / "r.html", QIXI_LANGUAGE="en")
    assert (done.code, done.err) == (0, ""), done
    assert "likelihood of an introduction" in done.out
    return folder


def test_settings_are_written_with_where_they_come_from(learnt):
    values = tomllib.loads((learnt / "learned.toml").read_text("utf-8"))
    assert values["learning"] == {"folds": 5}
    assert values["learned"]["pairs"] == 90 * SHOWN
    assert (values["learned"]["first"], values["learned"]["last"]) == ("2026-03-01", "2026-03-28")
    assert values["calibration"]["likelihood"] == "introduced"
    assert set(values["calibration"]) >= {"good", "introduced"}
    assert (learnt / "r.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_match_uses_what_was_learnt(market, learnt):
    out = learnt / "out.jsonl"
    done = qixi(
        "match",
        *files(market),
        "--settings",
        learnt / "learned.toml",
        "--out",
        out,
        "--top",
        5,
        "--explain",
        0,
    )
    assert (done.code, done.err) == (0, "")
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    by_score = sorted(rows, key=lambda row: row["score"])
    assert [row["likelihood"] for row in by_score] == sorted(row["likelihood"] for row in rows)
    assert all(0 < row["likelihood"] < 1 for row in rows)


def test_same_run_writes_the_same_bytes(market, learnt, tmp_path):
    assert (
        learn(
            market, "truth", tmp_path / "again.toml", "--report", tmp_path / "r.html", QIXI_LANGUAGE="en"
        ).code
        == 0
    )
    assert (tmp_path / "again.toml").read_bytes() == (learnt / "learned.toml").read_bytes()
    assert (tmp_path / "r.html").read_bytes() == (learnt / "r.html").read_bytes()


def test_noise_ends_with_code_5_and_leaves_the_settings_alone(market, tmp_path):
    out = tmp_path / "learned.toml"
    out.write_text("# mine\n", "utf-8")
    done = learn(market, "noise", out, "--report", tmp_path / "r.html")
    assert (done.code, done.err) == (5, "")
    assert "未写" in done.out
    assert out.read_text("utf-8") == "# mine\n"
    assert files_in(tmp_path) == ["learned.toml", "r.html"]


def test_too_little_is_refused_with_how_much_more(market, tmp_path):
    done = learn(market, "few-truth", tmp_path / "learned.toml", "--report", tmp_path / "r.html")
    said = refused(done)
    assert "还差" in said
    assert "more are wanted" in said
    assert files_in(tmp_path) == []


def test_bad_rows_are_listed_and_the_rest_is_learnt_from(market, tmp_path):
    rows = list(csv.DictReader((market / "truth.csv").read_text("utf-8").splitlines()))
    rows[0]["产业化前景"] = "7"
    rows[1]["supply_id"] = "nowhere"
    rows[2]["是否对接"] = "maybe"
    rows.append(dict(rows[5]))
    feedback(tmp_path / "bad.csv", rows)
    out = ("--out", tmp_path / "learned.toml", "--rejects", tmp_path / "rejects.jsonl")
    done = qixi(
        "learn", "--feedback", tmp_path / "bad.csv", *files(market), "--settings", market / "folds.toml", *out
    )
    assert (done.code, done.err) == (0, "")
    found = [json.loads(line) for line in (tmp_path / "rejects.jsonl").read_text("utf-8").splitlines()]
    assert [(each["code"], each["row"], each["kind"]) for each in found] == [
        ("grade-out-of-scale", 2, "rejected"),
        ("yes-no-unknown", 4, "rejected"),
        ("pair-unknown", 3, "rejected"),
        ("feedback-repeated", len(rows) + 1, "remark"),
    ]


def test_refusal_names_the_bad_rows_and_lists_them_all(market, tmp_path):
    """Grades of a scale from 1 to 5, read by one from 0 to 3: what is left is too little, or nothing."""
    rows = [f"D{i:03},S{i:03},{5 if i % 2 else 2}" for i in range(60)]
    (tmp_path / "some.csv").write_text(
        "demand_id,supply_id,grade\n" + "\n".join(rows) + "\nD001,X9,1\n", "utf-8"
    )
    none = "\n".join(row for row in rows if row.endswith("5"))
    (tmp_path / "none.csv").write_text(f"demand_id,supply_id,grade\n{none}\n", "utf-8")
    for name, listed, named in (("some.csv", 31, "row 3, column"), ("none.csv", 30, "row 2, column")):
        rejects = tmp_path / f"{name}.jsonl"
        out = ("--out", tmp_path / "learned.toml", "--rejects", rejects)
        said = refused(qixi("learn", "--feedback", tmp_path / name, *files(market), *out))
        assert named in said
        found = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
        assert len(found) == listed
        assert {each["code"] for each in found} <= {"grade-out-of-scale", "pair-unknown"}
    assert not (tmp_path / "learned.toml").exists()


def test_unknown_pair_names_the_id_that_is_unknown(market, tmp_path):
    (tmp_path / "f.csv").write_text("demand_id,supply_id,grade\nD001,X9,1\nD901,S001,1\nD902,X8,1\n", "utf-8")
    rejects = tmp_path / "r.jsonl"
    out = ("--out", tmp_path / "learned.toml", "--rejects", rejects)
    refused(qixi("learn", "--feedback", tmp_path / "f.csv", *files(market), *out))
    found = [json.loads(line)["reason_en"] for line in rejects.read_text("utf-8").splitlines()]
    assert found == [
        'technology "X9" is not among the records read',
        'need "D901" is not among the records read',
        'need "D902" and technology "X8" are not among the records read',
    ]


def test_several_files_are_read_together(market, tmp_path):
    rows = list(csv.DictReader((market / "truth.csv").read_text("utf-8").splitlines()))
    one, two = feedback(tmp_path / "1.csv", rows[:300]), feedback(tmp_path / "2.csv", rows[300:])
    more = ("--settings", market / "folds.toml", "--out", tmp_path / "learned.toml")
    done = qixi("learn", *files(market), "--feedback", two, one, *more)
    assert (done.code, done.err) == (0, "")
    learned = tomllib.loads((tmp_path / "learned.toml").read_text("utf-8"))["learned"]
    assert learned["pairs"] == len(rows)


def test_unusable_input_is_refused(market, tmp_path):
    (tmp_path / "empty.csv").write_text("demand_id,supply_id,grade\n", "utf-8")
    (tmp_path / "strange.csv").write_text("demand_id,supply_id,grade\nD000,nowhere,2\n", "utf-8")
    (tmp_path / "silent.csv").write_text("demand_id,supply_id,技术改进需求\nD000,S001,2\n", "utf-8")
    (tmp_path / "wrong.csv").write_text("demand_id,supply_id,grade\nD000,S001,9\n", "utf-8")
    (tmp_path / "rerank.toml").write_text(
        '[models.rerank.endpoint]\nurl = "http://localhost:9/v1"\nmodel = "m"\n', "utf-8"
    )
    out = ("--out", tmp_path / "learned.toml")
    for name in ("empty.csv", "strange.csv", "silent.csv", "wrong.csv", "nowhere.csv"):
        assert name in refused(qixi("learn", "--feedback", tmp_path / name, *files(market), *out))
    good = ("--feedback", market / "truth.csv", *files(market))
    assert "rerank" in refused(qixi("learn", *good, *out, "--settings", tmp_path / "rerank.toml"))
    assert "toml" in refused(qixi("learn", *good, "--out", tmp_path / "learned.json"))
    assert "html" in refused(qixi("learn", *good, *out, "--report", tmp_path / "r.pdf"))
    refused(qixi("learn", *good, "--out", tmp_path / "nowhere" / "learned.toml"))
    refused(qixi("learn", *good, *out, "--report", market / "r.html", "--rejects", market / "truth.csv"))
    assert qixi("learn", *files(market), *out).code == 2
    assert (
        qixi("learn", "--feedback", market / "truth.csv", "--demand", market / "demand.jsonl", *out).code == 2
    )
    assert not (tmp_path / "learned.toml").exists()


def test_lost_model_is_refused(market, tmp_path):
    """What is learnt without the model would not be the score that the settings name."""
    endpoint = 'url = "http://127.0.0.1:9/v1"\nmodel = "m"\nattempts = 1\nmax_wait_s = 0\ntimeout_s = 1\n'
    (tmp_path / "dense.toml").write_text(f"[models.embedding.endpoint]\n{endpoint}", "utf-8")
    done = learn(market, "truth", tmp_path / "learned.toml", "--settings", tmp_path / "dense.toml")
    assert "the embedding model did not answer" in refused(done).lower()
    assert files_in(tmp_path) == ["dense.toml"]


def test_learning_starts_from_settings_learnt_before(market, learnt, tmp_path):
    out = tmp_path / "twice.toml"
    done = learn(market, "truth", out, "--settings", learnt / "learned.toml")
    assert (done.code, done.err) == (0, "")
    first = tomllib.loads((learnt / "learned.toml").read_text("utf-8"))
    again = tomllib.loads(out.read_text("utf-8"))
    assert again["learned"]["settings"] != first["learned"]["settings"]


def test_likelihoods_are_left_out_and_said_where_a_re_ranker_changes_scores():
    settings = Settings()
    calibration = Calibration(scores=settings.scale(), likelihood="good", good=Curve(a=1, b=1, c=0))
    learnt = settings.model_copy(update={"calibration": calibration})
    report = SimpleNamespace(summary=list)
    for reranker, expected in ((None, True), (object(), False)):
        engine = SimpleNamespace(suite=SimpleNamespace(reranker=reranker, report=report), assets=(), place={})
        corpus, needs = Corpus(engine, "", None), Reading((), (), (), 0, "", ())
        work = Work(Porch("zh"), learnt, corpus, needs, None, None, 0)
        assert ("likelihood" in work.columns()) == expected
        assert any("likelihoods" in note.en for note in work.notes()) != expected
