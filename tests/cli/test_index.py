"""`qixi index` and `--index`: built when missing, kept when equal, anew when the technologies differ."""

from __future__ import annotations

import pytest

from cli.command import files_in, qixi, refused, write_jsonl
from qixi import __version__
from qixi.tables import read_assets


def stamps(folder):
    return {name: (folder / name).stat().st_mtime_ns for name in files_in(folder)}


def info(folder):
    done = qixi("--language", "en", "index", "info", folder)
    assert (done.code, done.err) == (0, "")
    return dict(line.split(": ", 1) for line in done.out.splitlines())


def test_build_says_how_many_and_info_says_of_what(desk):
    done = qixi("index", "build", desk.path("index"), "--supply", desk.supply)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"已建立索引 {desk.path('index')}：技术 9 项\n"
    found = info(desk.path("index"))
    assert found["technologies"] == "9"
    assert found["corpus snapshot"] == read_assets([desk.supply]).snapshot
    assert found["engine version"] == __version__
    chinese = qixi("index", "info", desk.path("index")).out.splitlines()
    assert chinese[:3] == [
        f"技术库快照：{found['corpus snapshot']}",
        "技术：9 项",
        f"引擎版本：{__version__}",
    ]
    assert len(chinese) == len(found)


def test_build_counts_bad_rows(desk):
    bad = desk.write("bad.jsonl", '{"title": "x"}\n')
    done = qixi("index", "build", desk.path("index"), "--supply", desk.supply, bad, QIXI_LANGUAGE="en")
    assert done.code == 0
    assert done.out.splitlines()[1] == "1 rows rejected"
    assert f"{bad}, row 1" in done.out


def test_match_builds_a_missing_index_keeps_an_equal_one_and_replaces_another(desk):
    index = desk.path("index")
    assert desk.match("--index", index).code == 0
    expected = desk.path("out.jsonl").read_bytes()
    first = stamps(index)
    assert desk.match("--index", index).code == 0
    assert stamps(index) == first
    assert desk.path("out.jsonl").read_bytes() == expected
    more = write_jsonl(desk.path("more.jsonl"), [{"id": "S0", "title": "微藻"}])
    assert desk.match("--supply", more, "--index", index).code == 0
    assert stamps(index) != first
    assert info(index)["technologies"] == "10"


def test_index_alone_stands_for_the_supply_files(desk):
    desk.match()
    expected = desk.path("out.jsonl").read_bytes()
    qixi("index", "build", desk.path("index"), "--supply", desk.supply)
    done = qixi(
        "match", "--index", desk.path("index"), "--demand", desk.demand, "--out", desk.path("b.jsonl")
    )
    assert (done.code, done.err) == (0, "")
    assert desk.path("b.jsonl").read_bytes() == expected


def cut(path):
    path.write_bytes(path.read_bytes()[:-10])


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def empty(path):
    path.write_bytes(b"")


def gone(path):
    path.unlink()


@pytest.mark.parametrize("harm", [cut, flip, empty, gone])
def test_damaged_index_is_refused_with_the_remedy_whichever_file_it_is(desk, harm):
    index = desk.path("index")
    qixi("index", "build", index, "--supply", desk.supply)
    for name in files_in(index):
        path = index / name
        if path.is_dir() or name.endswith(".meta.json"):  # the latter says what made the index, for people
            continue
        sound = path.read_bytes()
        harm(path)
        outcome = qixi("match", "--index", index, "--demand", desk.demand, "--out", desk.path("o.jsonl"))
        assert str(index) in refused(outcome), name
        assert not desk.path("o.jsonl").exists()
        path.write_bytes(sound)
    assert qixi("match", "--index", index, "--demand", desk.demand, "--out", desk.path("o.jsonl")).code == 0


def test_folder_that_is_no_index_is_refused_and_left_alone(desk):
    desk.path("mine").mkdir()
    desk.write("mine/letter.txt", "keep")
    for command in (
        ("index", "build", desk.path("mine"), "--supply", desk.supply),
        ("index", "info", desk.path("mine")),
        ("index", "info", desk.path("nowhere")),
        ("match", *desk.files, "--out", desk.path("out.jsonl"), "--index", desk.path("mine")),
        ("match", *desk.files, "--out", desk.path("out.jsonl"), "--index", desk.path("mine/letter.txt")),
        ("match", *desk.files[2:], "--out", desk.path("out.jsonl"), "--index", desk.path("nowhere")),
    ):
        refused(qixi(*command))
    assert files_in(desk.path("mine")) == ["letter.txt"]
    assert not desk.path("out.jsonl").exists()
