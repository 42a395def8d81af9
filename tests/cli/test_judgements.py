"""Judgements as officers write them: under their own heads, in sheets, and without the column of grades."""

from __future__ import annotations

import pytest

from cli.command import qixi, refused

ROWS = "D1,S1,2\nD1,S2,0\nD2,S8,3\nD3,S4,1\n"


def write(desk, head):
    return desk.write("q.csv", f"需求编号,技术编号,{head}\n{ROWS}")


@pytest.mark.parametrize("head", ["等级", "评分", "相关度"])
def test_judgements_under_officers_heads_count_like_those_under_ours(desk, head):
    for suffix in ("xlsx", "run"):
        assert qixi("match", *desk.files, "--out", desk.path(f"a.{suffix}")).code == 0
    done = qixi("evaluate", "--run", desk.path("a.xlsx"), "--qrels", write(desk, head))
    assert (done.code, done.err) == (0, "")
    ours = desk.write("ours.csv", f"demand_id,supply_id,grade\n{ROWS}")
    assert done == qixi("evaluate", "--run", desk.path("a.run"), "--qrels", ours)


def test_missing_column_is_refused_with_the_heads_that_are_understood(desk):
    assert desk.match().code == 0
    said = refused(qixi("evaluate", "--run", desk.path("out.jsonl"), "--qrels", write(desk, "得票")))
    assert "没有等级列，或整列为空" in said
    assert "grade、等级、评分、" in said
    said = refused(qixi("evaluate", "--run", write(desk, "等级"), "--qrels", write(desk, "等级")))
    assert "There is no column of scores, or it is empty" in said
