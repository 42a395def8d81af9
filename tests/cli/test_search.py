"""`qixi search` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command import DEMAND, SUPPLY, qixi, refused, rows_of


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search") / "index"
    assert qixi("index", "build", folder, "--supply", SUPPLY).code == 0
    return folder


def found(*args: object) -> dict[str, object]:
    outcome = qixi("search", *args, "--format", "json")
    assert outcome.code == 0, outcome
    result: dict[str, object] = json.loads(outcome.out)
    return result


def test_search_gives_what_match_gives(index: Path, tmp_path: Path) -> None:
    out = tmp_path / "matches.jsonl"
    asked = ("--top", 5, "--explain", 2)
    assert qixi("match", "--index", index, "--demand", DEMAND, "--out", out, *asked).code == 0
    rows = [row for row in rows_of(out) if row["demand_id"] == "D001"]
    expected = [{name: value for name, value in row.items() if value is not None} for row in rows]
    searched = found("--index", index, "--demand", DEMAND, "--id", "D001", *asked)
    assert searched["matches"] == expected


def test_search_narrows_down(index: Path) -> None:
    narrowed = ("--ipc", "H01M", "--legal-status", "in_force")
    searched = found("--index", index, "--need", "锂电池正极材料", *narrowed)
    supply = {row["id"]: row for row in rows_of(SUPPLY)}
    matches = searched["matches"]
    assert isinstance(matches, list)
    assert matches
    folded = [id_ for match in matches for id_ in match["folded"].split(";") if id_]
    assert len(matches) + len(folded) == searched["passed"]
    for match in matches:
        record = supply[match["supply_id"]]
        assert record["legal_status"] == "有效"
        assert any(symbol.startswith("H01M") for symbol in record["ipc"])


def test_search_tells_people_why(index: Path) -> None:
    asked = ("--need", "污水处理膜", "--top", 2, "--explain", 1)
    told = qixi("search", "--index", index, *asked, QIXI_LANGUAGE="en")
    assert told.code == 0
    assert "2 are listed" in told.out
    assert "requirements:" in told.out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--need", "x", "--ipc", "foo"), "no IPC symbol"),
        (("--need", "x", "--industry", "Z9"), "no industry"),
        (("--need", "x", "--legal-status", "好"), "in_force 有效, pending 审中"),
        (("--need", " "), "no words"),
        (("--demand", DEMAND), "76 needs"),
        (("--demand", DEMAND, "--id", "D999"), 'no need "D999"'),
    ],
)
def test_search_refuses_what_it_cannot_use(index: Path, args: tuple[object, ...], said: str) -> None:
    assert said in refused(qixi("search", "--index", index, *args))


@pytest.mark.parametrize("words", [("有效", "in_force"), ("審中", "pending"), ("授权", "IN_FORCE")])
def test_legal_status_is_understood_as_files_write_it(index: Path, words: tuple[str, str]) -> None:
    asked = ("--index", index, "--need", "锂电池", "--top", 3, "--explain", 0, "--legal-status")
    one, other = (found(*asked, word) for word in words)
    assert one == other
    assert one["passed"]


def test_search_that_nothing_passes_says_which_filter_is_the_narrowest(index: Path) -> None:
    asked = (
        "--index",
        index,
        "--need",
        "锂电池",
        "--ipc",
        "H01M",
        "--region",
        "火星",
        "--legal-status",
        "有效",
    )
    told = qixi("search", *asked)
    assert told.code == 0
    assert "没有技术符合全部筛选条件" in told.out
    assert "最窄的是 --region" in told.out
    assert "The narrowest is --region" in qixi("search", *asked, QIXI_LANGUAGE="en").out
    alone = found(*asked)["passed_alone"]
    assert isinstance(alone, dict)
    assert list(alone) == ["--region", "--ipc", "--legal-status"]
    assert alone["--region"] == 0
    assert alone["--ipc"] == found("--index", index, "--need", "锂电池", "--ipc", "H01M")["passed"]


def test_search_tells_no_folder_from_a_folder_without_index(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for folder, said in (("nowhere", "没有这个索引文件夹"), ("mine", "该文件夹里没有索引")):
        told = refused(qixi("search", "--index", tmp_path / folder, "--need", "x"))
        assert f"{tmp_path / folder}：{said}" in told
        assert "build one with qixi index build" in told


@pytest.mark.parametrize(
    "args", [(), ("--need", "x", "--demand", DEMAND), ("--need", "x", "--exact", "--candidates", "5")]
)
def test_search_takes_one_of_two(index: Path, args: tuple[object, ...]) -> None:
    assert qixi("search", "--index", index, *args).code == 2


@pytest.mark.parametrize("option", ["--region", "--applicant-kind"])
def test_search_refuses_empty_filters(index: Path, option: str) -> None:
    assert f"{option} is empty" in refused(qixi("search", "--index", index, "--need", "x", option, " "))


def test_search_takes_an_id_with_a_file_alone(index: Path) -> None:
    done = qixi("search", "--index", index, "--need", "x", "--id", "D001")
    assert done.code == 2
    assert "--id goes with --demand" in done.err


def test_search_says_what_it_could_not_read(index: Path, tmp_path: Path) -> None:
    needs = tmp_path / "needs.jsonl"
    needs.write_text('{"id": "D1", "title": "锂电池"}\n{"id": "D2"}\n{"title": "x"}\n')
    asked = ("search", "--index", index, "--demand", needs, "--explain", 0, "--top", 1)
    done = qixi(*asked, "--id", "D1", QIXI_LANGUAGE="en")
    assert done.code == 0
    assert "rows rejected" in done.err
    said = refused(qixi(*asked, "--id", "D3"))
    assert 'no need "D3"' in said
    assert f"{needs}, row 3" in said
