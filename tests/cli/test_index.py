"""`qixi index` and `--index`: built when missing, kept when equal, anew when the technologies differ."""

from __future__ import annotations

import os

import pytest

from cli.command import files_in, qixi, refused, rows_of, write_jsonl
from cli.conftest import SMALL_SUPPLY
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


def test_build_leaves_an_index_that_is_there_alone_unless_it_is_to_be_replaced(desk):
    index = desk.path("index")
    qixi("index", "build", index, "--supply", desk.supply)
    first = stamps(index)
    more = write_jsonl(desk.path("more.jsonl"), [{"id": "S0", "title": "微藻"}])
    said = refused(qixi("index", "build", index, "--supply", more))
    assert "这里已有索引，未作任何改动" in said
    assert "--replace" in said
    assert stamps(index) == first
    assert qixi("index", "build", index, "--supply", more, "--replace").code == 0
    assert info(index)["technologies"] == "1"


def test_folder_of_other_things_is_refused_before_anything_is_read(desk):
    desk.path("mine").mkdir()
    desk.write("mine/letter.txt", "keep")
    said = refused(qixi("index", "build", desk.path("mine"), "--supply", desk.path("missing.jsonl")))
    assert "该文件夹不是索引，且不为空" in said


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


def test_appending_adds_replaces_and_says_so(desk):
    index = desk.path("index")
    qixi("index", "build", index, "--supply", desk.supply)
    rows = [{"id": "S2", "title": "钠离子电池"}, {"id": "S10", "title": "磁悬浮压缩机"}, SMALL_SUPPLY[0]]
    more = write_jsonl(desk.path("more.jsonl"), rows)
    done = qixi("index", "append", index, "--supply", more)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"已更新索引 {index}：新增 1 项，替换 1 项，相同 1 项；现有技术 10 项",
        "变动已多，统计量仍是上次整理时的；请择时运行 qixi index compact",
    ]
    found = info(index)
    assert found["technologies"] == "10"
    assert found["changes since the last compaction"] == "2 technologies in 1 parts"
    assert found["removed or replaced since then"] == "1"
    demand = write_jsonl(desk.path("one.jsonl"), [{"id": "D9", "title": "磁悬浮压缩机"}])
    out = desk.path("o.jsonl")
    assert qixi("match", "--index", index, "--demand", demand, "--out", out, "--top", "1").code == 0
    assert [row["supply_id"] for row in rows_of(out)] == ["S10"]
    told = qixi(
        "--language", "en", "explain", "--index", index, "--demand", demand, "--demand-id", "D9",
        "--supply-id", "S2",
    )  # fmt: skip
    assert told.code == 0
    assert "钠离子电池" in told.out


def test_removing_names_what_is_not_there_and_where_it_was_asked(desk):
    index = desk.path("index")
    qixi("index", "build", index, "--supply", desk.supply)
    listed = desk.write("ids.txt", "S1\n\nS77\n")
    told = refused(qixi("index", "remove", index, "--ids", listed))
    assert f"{listed}，第 3 行：索引中没有技术“S77”，未作任何改动。请核对编号。" in told
    assert info(index)["technologies"] == "9"
    done = qixi("index", "remove", index, "--id", "S1", "--id", "S2", QIXI_LANGUAGE="en")
    assert done.out.splitlines() == [
        f"index {index}: 2 removed; 7 technologies now",
        "much has changed and the statistics are those of before: run qixi index compact when it suits",
    ]
    assert "S1" in refused(qixi("index", "remove", index, "--id", "S1"))
    assert qixi("index", "remove", index).code == 2


def test_ids_that_are_no_text_are_refused(desk):
    index = desk.path("index")
    qixi("index", "build", index, "--supply", desk.supply)
    desk.path("ids.bin").write_bytes(b"\xff\xfe\x00")
    assert str(desk.path("ids.bin")) in refused(qixi("index", "remove", index, "--ids", desk.path("ids.bin")))


def test_compacted_index_is_that_of_a_fresh_build(desk):
    index, fresh = desk.path("index"), desk.path("fresh")
    qixi("index", "build", index, "--supply", desk.supply)
    rows = [{"id": "S2", "title": "钠离子电池"}, {"id": "S10", "title": "磁悬浮压缩机"}]
    qixi("index", "append", index, "--supply", write_jsonl(desk.path("more.jsonl"), rows))
    qixi("index", "remove", index, "--id", "S3")
    done = qixi("index", "compact", index)
    assert done.out == f"已整理索引 {index}：技术 9 项\n"
    left = [row for row in SMALL_SUPPLY if row["id"] not in {"S2", "S3"}] + rows
    qixi("index", "build", fresh, "--supply", write_jsonl(desk.path("left.jsonl"), left))
    for name in files_in(fresh):
        if (fresh / name).is_file():
            assert (index / name).read_bytes() == (fresh / name).read_bytes()


def test_verifying_says_how_much_it_read_or_which_file_is_damaged(desk):
    index = desk.path("index")
    qixi("index", "build", index, "--supply", desk.supply)
    done = qixi("index", "info", index, "--verify")
    size = sum(path.stat().st_size for path in index.rglob("*") if path.is_file())
    assert done.out.splitlines()[-1] == f"核对：{size} 字节全部完好"
    (part,) = index.glob("base-*")
    flip(part / "facets.vault")
    assert str(part / "facets.vault") in refused(qixi("index", "info", index, "--verify"))


def test_index_of_an_older_format_says_what_to_do(desk):
    desk.path("old").mkdir()
    desk.write("old/index.json", '{"format": 3, "engine": "0.0.1"}')
    for command in (
        ("index", "info", desk.path("old")),
        ("index", "append", desk.path("old"), "--supply", desk.supply),
        ("index", "remove", desk.path("old"), "--id", "S1"),
        ("index", "compact", desk.path("old")),
    ):
        assert "请用 qixi index build --replace 重新建立索引" in refused(qixi(*command))


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
        # Facets narrow a search down: no match reads them. Were they cut, opening would say so.
        if path.is_dir() or (path.name == "facets.vault" and harm is flip):
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
        ("index", "append", desk.path("mine"), "--supply", desk.supply),
        ("index", "append", desk.path("nowhere"), "--supply", desk.supply),
        ("index", "remove", desk.path("mine"), "--id", "S1"),
        ("index", "compact", desk.path("nowhere")),
        ("match", *desk.files, "--out", desk.path("out.jsonl"), "--index", desk.path("mine")),
        ("match", *desk.files, "--out", desk.path("out.jsonl"), "--index", desk.path("mine/letter.txt")),
        ("match", *desk.files[2:], "--out", desk.path("out.jsonl"), "--index", desk.path("nowhere")),
    ):
        refused(qixi(*command))
    assert files_in(desk.path("mine")) == ["letter.txt"]
    assert not desk.path("nowhere").exists()
    assert not desk.path("out.jsonl").exists()


def test_bad_rows_of_a_build_are_listed_and_strictness_says_so(desk):
    bad = desk.write("bad.jsonl", '{"title": "x"}\n')
    files = ("--supply", desk.supply, bad, "--rejects", desk.path("rejects.csv"))
    done = qixi("index", "build", desk.path("index"), *files, "--strict", QIXI_LANGUAGE="en")
    assert done.code == 3
    assert "1 rows rejected" in done.out
    assert [row["row"] for row in rows_of(desk.path("rejects.csv"))] == ["1"]
    assert qixi("index", "build", desk.path("more"), "--supply", desk.supply, "--strict").code == 0


@pytest.mark.parametrize("name", ["delta-1", "base-0123456789abcdef", "part-1", ".mine.part"])
def test_other_people_s_folders_are_no_leftovers_of_an_index(desk, name):
    letter = desk.path("index") / name / "letter.txt"
    letter.parent.mkdir(parents=True)
    letter.write_text("keep")
    assert "not an index and not empty" in refused(
        qixi("index", "build", desk.path("index"), "--supply", desk.supply)
    )
    assert letter.read_text() == "keep"


def test_ids_are_not_read_from_what_may_never_end(desk):
    qixi("index", "build", desk.path("index"), "--supply", desk.supply)
    os.mkfifo(desk.path("pipe"))
    for path in (desk.path("pipe"), "/dev/zero"):
        said = refused(qixi("index", "remove", desk.path("index"), "--ids", path))
        assert "cannot be read as UTF-8 text" in said
