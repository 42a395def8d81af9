"""`qixi evaluate` on what `qixi match` wrote."""

from __future__ import annotations

import pytest

from cli.command import PROVINCE, qixi, refused

QRELS = PROVINCE / "pairs.tsv"


@pytest.fixture(scope="module")
def runs(kinds):
    lines = kinds.path("out.run").read_text("utf-8").splitlines(keepends=True)
    kinds.path("worse.run").write_text("".join(line for line in lines if " 1 0." not in line), "utf-8")
    return kinds.folder


def test_every_kind_of_file_is_measured_alike(runs):
    tables = []
    for suffix in ("run", "jsonl", "csv", "xlsx", "parquet"):
        done = qixi("evaluate", "--run", runs / f"out.{suffix}", "--qrels", QRELS)
        assert (done.code, done.err) == (0, "")
        tables.append(done.out)
    assert len(set(tables)) == 1
    for name in (
        "nDCG(gain=exp,pool=judged)@10",
        "nDCG(gain=lin,pool=judged)@10",
        "R(rel=2)@100",
        "RR@10",
        "AP",
    ):
        assert name in tables[0]


def test_measure_may_be_chosen_and_repeated(runs):
    chosen = ("--measure", "MRR", "--measure", "nDCG(gain=exp)@5")
    done = qixi("evaluate", "--run", runs / "out.run", "--qrels", QRELS, *chosen, QIXI_LANGUAGE="en")
    names = [line.split()[0] for line in done.out.splitlines()[2:4]]
    assert names == ["RR", "nDCG(gain=exp)@5"]
    marked = qixi("evaluate", "--run", runs / "out.run", "--qrels", QRELS, *chosen, "--style", "markdown")
    assert marked.out.startswith("| ")


def test_baseline_is_compared_with_a_test(runs):
    done = qixi(
        *("evaluate", "--run", runs / "out.run", "--qrels", QRELS, "--baseline", runs / "worse.run"),
        *("--measure", "RR"),
        QIXI_LANGUAGE="en",
    )
    assert done.code == 0
    _, compared = done.out.rstrip("\n").split("\n\n\n", 1)
    row = compared.splitlines()[2].split()
    assert row[0] == "RR"
    assert float(row[2]) > float(row[3])
    assert row[4].startswith("+")
    assert "p (" in compared.splitlines()[0]


@pytest.mark.parametrize("name", ["foo@3", "nDCG@10", "P", "R(rel=x)@10", "nDCG(gain=exp)@0", ""])
def test_wrong_measure_is_refused_with_examples(runs, name):
    said = refused(qixi("evaluate", "--run", runs / "out.run", "--qrels", QRELS, "--measure", name))
    assert "nDCG(gain=exp" in said


def test_unusable_files_are_refused(runs, tmp_path):
    (tmp_path / "half.run").write_text("D001 Q0 T174 1 0.5 qixi\nD001 Q0 T175\n", "utf-8")
    (tmp_path / "no-score.csv").write_text("demand_id,supply_id\nD001,T174\n", "utf-8")
    (tmp_path / "odd.csv").write_text("demand_id,supply_id,score\nD001,T174,much\n", "utf-8")
    (tmp_path / "odd.tsv").write_text("demand_id\tsupply_id\tgrade\nD001\tT174\tgood\n", "utf-8")
    (tmp_path / "empty.run").write_bytes(b"")
    (tmp_path / "junk.run").write_bytes(bytes(range(256)))
    for name in (
        "half.run",
        "no-score.csv",
        "odd.csv",
        "empty.run",
        "junk.run",
        "nowhere.run",
        "nowhere.csv",
    ):
        assert name in refused(qixi("evaluate", "--run", tmp_path / name, "--qrels", QRELS))
    for name in ("odd.tsv", "nowhere.tsv", "junk.run"):
        assert name in refused(qixi("evaluate", "--run", runs / "out.run", "--qrels", tmp_path / name))
    refused(qixi("evaluate", "--run", tmp_path, "--qrels", QRELS))
