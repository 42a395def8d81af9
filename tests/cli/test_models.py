"""Optional models through the command: a real local server that answers well, badly, or not at all."""

from __future__ import annotations

import json
from collections import deque

import pytest

from cli.command import header_of, qixi, rows_of
from match.models.model_server import serve

NUMBERS = ("score", "fit_business", "fit_need", "fit_portfolio", "known")


@pytest.fixture
def server():
    yield from serve()


def endpoint(part, url):
    limits = "timeout_s = 20\nattempts = 1\nmax_wait_s = 0\n"
    return f'[models.{part}.endpoint]\nurl = "{url}"\nmodel = "tiny"\n{limits}'


def settings(desk, url, *parts):
    """Write settings with these parts played by the server; every pair is graded."""
    rerank = "[models.rerank]\nfrom_score = 0.0\n" if "rerank" in parts else ""
    return desk.write("models.toml", rerank + "".join(endpoint(part, url) for part in parts))


def reading_titles(parts):
    """Grade by the title alone, in words that stand there; split no need."""
    if "technology title" not in parts:
        return {"requirements": [{"kind": "target", "quotation": parts["need title"]}]}
    grade = 3 if "微藻" in parts["technology title"] else 1
    return {"grade": grade, "quotations": [parts["technology title"]]}


def default_rows(desk):
    assert desk.match().code == 0
    return desk.path("out.jsonl").read_bytes()


def test_server_that_is_not_there_leaves_the_default_engine_and_says_so(desk):
    expected = default_rows(desk)
    for once in serve():
        gone = once.url
    chosen = settings(desk, gone, "embedding", "rerank", "extract")
    done = desk.match("--settings", chosen, "--report", desk.path("r.html"))
    assert (done.code, done.err) == (0, "")
    for name in ("向量模型", "重排模型"):
        assert f"{name}不可用，本次结果全部由默认引擎得出" in done.out
    assert "需求拆解模型" in done.out
    assert desk.path("out.jsonl").read_bytes() == expected
    assert header_of(desk.path("out.jsonl"))["fell_back"] == "embedding, extract, rerank"
    page = desk.path("r.html").read_text("utf-8")
    assert "向量模型不可用，本次结果全部由默认引擎得出" in page
    english = desk.match("--settings", chosen, QIXI_LANGUAGE="en")
    assert "the embedding model was not available; the whole result is the default engine's" in english.out


@pytest.mark.parametrize("act", ["500", "html", "nan", "truncated", "401"])
@pytest.mark.parametrize("part", ["embedding", "rerank"])
def test_server_that_dies_on_the_way_leaves_the_default_engine_for_all_pairs(desk, server, part, act):
    expected = default_rows(desk)
    if part == "rerank" and act == "nan":
        act = "garbage"
    server.script, server.always = deque(["good"]), act
    server.chat = reading_titles
    done = desk.match("--settings", settings(desk, server.url, part))
    assert (done.code, done.err) == (0, "")
    assert "本次结果全部由默认引擎得出" in done.out
    assert desk.path("out.jsonl").read_bytes() == expected
    assert header_of(desk.path("out.jsonl"))["fell_back"] == part


@pytest.mark.parametrize("parts", [("embedding",), ("rerank",), ("embedding", "rerank", "extract")])
def test_model_changes_scores_and_match_pairs_and_explain_agree(desk, server, parts):
    expected = [json.loads(line) for line in default_rows(desk).splitlines()]
    server.chat = reading_titles
    chosen = ("--settings", settings(desk, server.url, *parts))
    done = desk.match(*chosen)
    assert (done.code, done.err) == (0, "")
    assert "tiny：请求 " in done.out
    assert "默认引擎" not in done.out
    assert "fell_back" not in header_of(desk.path("out.jsonl"))
    found = {(row["demand_id"], row["supply_id"]): row for row in rows_of(desk.path("out.jsonl"))}
    scores = {(row["demand_id"], row["supply_id"]): row["score"] for row in expected}
    assert sum(scores.get(pair) != row["score"] for pair, row in found.items()) > len(found) / 2
    assert all(0 <= row["score"] <= 1 for row in found.values())
    some = sorted(found)[::5]
    desk.write("pairs.csv", "demand_id,supply_id\n" + "".join(f"{d},{s}\n" for d, s in some))
    assert desk.match(*chosen, "--pairs", desk.path("pairs.csv")).code == 0
    named = {(row["demand_id"], row["supply_id"]): row for row in rows_of(desk.path("out.jsonl"))}
    assert sorted(named) == some
    for pair in some:
        ids = ("--demand-id", pair[0], "--supply-id", pair[1], "--format", "json")
        told = json.loads(qixi("explain", *desk.files, *ids, *chosen).out)
        for name in NUMBERS:
            assert named[pair][name] == found[pair][name] == told[name]


def test_explain_asks_a_re_ranker_about_the_one_pair_only(desk, server):
    server.chat = reading_titles
    chosen = ("--settings", settings(desk, server.url, "rerank"))
    done = qixi("explain", *desk.files, "--demand-id", "D1", "--supply-id", "S1", *chosen)
    assert (done.code, done.err) == (0, "")
    assert len(server.requests) == 1
    assert "以下名次按重排之前的匹配分 0." in done.out


def test_model_goes_with_an_index(desk, server):
    chosen = ("--settings", settings(desk, server.url, "embedding"))
    desk.match(*chosen)
    expected = desk.path("out.jsonl").read_bytes()
    for _ in range(2):
        assert desk.match(*chosen, "--index", desk.path("index")).code == 0
        assert desk.path("out.jsonl").read_bytes() == expected


def test_answers_kept_on_disk_are_not_asked_for_again(desk, server):
    text = settings(desk, server.url, "embedding").read_text("utf-8")
    chosen = desk.write("models.toml", f'[models]\ncache = "{desk.path("cache")}"\n{text}')
    desk.match("--settings", chosen)
    first, asked = desk.path("out.jsonl").read_bytes(), len(server.requests)
    assert asked > 0
    desk.match("--settings", chosen)
    assert len(server.requests) == asked
    assert desk.path("out.jsonl").read_bytes() == first
