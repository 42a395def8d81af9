"""Inputs and outputs that cannot be used: said in both languages, code 4 or 2, and nothing written."""

from __future__ import annotations

import errno
import os
import resource
import subprocess

import pytest

from cli.command import DEMAND, HAN, Outcome, files_in, process, qixi, refused, rows_of, spawned

ROW = '{"id": "S1", "title": "微藻"}\n'
# name, file, content (None: missing, a folder where the name ends with /), what is said
UNUSABLE = {
    "missing": ("a.csv", None, "找不到文件"),
    "folder": ("a/", None, "请检查读取权限，并确认它是文件而非文件夹"),
    "empty": ("a.jsonl", b"", "文件是空的"),
    "unknown kind": ("a.pdf", b"%PDF-1.7 ...", "内容不是可读的文件类型"),
    "binary junk": ("a.xlsx", bytes(range(256)) * 40, "内容不是可读的文件类型"),
    "junk called parquet": ("a.parquet", b"PAR1" + bytes(range(256)) + b"PAR1", "文件已损坏"),
    "old excel": ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "旧式 Excel"),
    "no good row": ("a.jsonl", b'{"title": "x"}\n', "没有一行可用"),
    "no heads": ("a.csv", "甲,乙\n1,2\n".encode(), "找不到可识别的表头"),
    "name too long": ("x" * 300 + ".csv", None, "文件无法打开"),
}


def unusable(desk, name):
    file, content, said = UNUSABLE[name]
    path = desk.path(file)
    if file.endswith("/"):
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    return path, said


@pytest.mark.parametrize("side", ["supply", "demand", "pairs"])
@pytest.mark.parametrize("name", UNUSABLE)
def test_unusable_input_is_refused_in_both_languages(desk, name, side):
    path, said = unusable(desk, name)
    before = files_in(desk.folder)
    files = {"supply": desk.supply, "demand": desk.demand, side: path}
    options = [part for option, file in files.items() for part in (f"--{option}", file)]
    outputs = (
        "--out",
        desk.path("out.csv"),
        "--report",
        desk.path("r.html"),
        "--rejects",
        desk.path("r.csv"),
    )
    outcome = qixi("match", *options, *outputs)
    message = refused(outcome)
    assert said in message or (side == "pairs" and name == "no good row")
    assert str(path) in message
    assert outcome.out == ""
    assert files_in(desk.folder) == before


UNWRITABLE = {
    "unknown suffix": ("out.doc", "不能写这种文件"),
    "no suffix": ("out", "不能写这种文件"),
    "no folder": ("nowhere/out.csv", "所在文件夹不存在"),
    "a folder": ("folder.csv", "该路径是文件夹"),
    "the supply file": ("supply.jsonl", "会覆盖输入文件"),
    "the demand file by another name": ("link.jsonl", "会覆盖输入文件"),
    "name too long": ("x" * 300 + ".csv", "该路径不可用"),
}


@pytest.mark.parametrize("name", UNWRITABLE)
def test_unusable_output_is_refused_before_anything_is_read(desk, name):
    file, said = UNWRITABLE[name]
    desk.path("folder.csv").mkdir()
    desk.path("link.jsonl").symlink_to(desk.demand)
    before = {path: path.read_bytes() for path in desk.folder.iterdir() if path.is_file()}
    outcome = qixi("match", *desk.files, "--out", desk.path(file))
    assert said in refused(outcome)
    assert {path: path.read_bytes() for path in desk.folder.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("option", ["--rejects", "--withheld", "--report"])
def test_other_outputs_are_checked_alike(desk, option):
    good = "html" if option == "--report" else "csv"
    for file in ("more.run", f"nowhere/more.{good}"):
        refused(desk.match(option, desk.path(file)))
    assert files_in(desk.folder) == ["demand.jsonl", "supply.jsonl"]


def test_outputs_may_not_meet(desk):
    assert "另一个输出" in refused(desk.match("--withheld", desk.path("out.jsonl")))
    assert "另一个输出" in refused(
        desk.match("--withheld", desk.path("x.csv"), "--rejects", desk.path("./x.csv"))
    )
    beside = desk.path("out.jsonl.meta.json")
    beside.write_text(ROW, "utf-8")
    assert "会覆盖输入文件" in refused(desk.match("--supply", beside))
    assert beside.read_text("utf-8") == ROW


def test_run_that_cannot_hold_an_id_leaves_no_other_output_either(desk):
    desk.write("blank.jsonl", '{"id": "has a blank", "title": "微藻"}\n')
    before = files_in(desk.folder)
    outcome = qixi(
        *("match", "--supply", desk.path("blank.jsonl"), "--demand", desk.demand),
        *("--out", desk.path("out.run"), "--report", desk.path("r.html"), "--withheld", desk.path("w.csv")),
    )
    assert f"{desk.path('out.run')}，第 1 行" in refused(outcome)
    assert files_in(desk.folder) == before


def test_what_stood_there_stays_when_the_run_is_refused(desk):
    old = desk.write("out.jsonl", "old")
    desk.write("empty.csv", b"")
    refused(qixi("match", "--supply", desk.path("empty.csv"), "--demand", desk.demand, "--out", old))
    assert old.read_text("utf-8") == "old"


FAULTS = {"replace": errno.EXDEV, "fsync": errno.ENOSPC, "mkdir": errno.EACCES}


@pytest.mark.parametrize("call", FAULTS)
@pytest.mark.parametrize("suffix", ["jsonl", "csv", "xlsx", "parquet", "run"])
def test_disk_that_fails_is_said_and_leaves_nothing(desk, monkeypatch, call, suffix):
    def fail(*_args, **_options):
        raise OSError(FAULTS[call], os.strerror(FAULTS[call]))

    old = desk.write(f"out.{suffix}", "old")
    before = files_in(desk.folder)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        outcome = qixi("match", *desk.files, "--out", old, "--report", desk.path("r.html"), "--explain", 0)
    assert os.strerror(FAULTS[call]) in refused(outcome)
    assert str(desk.folder) in outcome.err
    assert ".part" not in outcome.err
    assert files_in(desk.folder) == before
    assert old.read_text("utf-8") == "old"


@pytest.mark.parametrize("suffix", ["jsonl", pytest.param("xlsx", marks=pytest.mark.slow)])
def test_disk_that_is_full_in_the_middle_of_a_file_is_said_and_leaves_nothing(desk, suffix):
    """A bound on the size of files stands in for a disk with no room left."""
    before = files_in(desk.folder)
    done = subprocess.run(
        **spawned("match", *desk.files, "--out", desk.path(f"out.{suffix}"), "--report", desk.path("r.html")),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        capture_output=True,
        check=False,
        timeout=120,
    )
    said = refused(Outcome(done.returncode, done.stdout.decode(), done.stderr.decode()))
    assert os.strerror(errno.EFBIG) in said
    assert "Traceback" not in said
    assert files_in(desk.folder) == before


USAGE = {
    "no command": (),
    "no such command": ("mach",),
    "no such option": ("match", "--suply", "x"),
    "no demand": ("match", "--supply", "x.csv", "--out", "x.csv"),
    "no out": ("match", "--supply", "x.csv", "--demand", "x.csv"),
    "no supply and no index": ("match", "--demand", DEMAND, "--out", "x.csv"),
    "no number": ("match", "--top", "many"),
    "top below one": ("match", "--demand", "x", "--out", "x.csv", "--top", "0"),
    "negative explain": ("match", "--demand", "x", "--out", "x.csv", "--explain", "-1"),
    "stray word": ("match", "x.csv"),
    "no id": ("explain", "--supply", "x", "--demand", "x", "--supply-id", "y"),
    "no qrels": ("evaluate", "--run", "x.run"),
    "no folder": ("index", "build"),
    "no such form": ("explain", "--format", "xml"),
}


@pytest.mark.parametrize("name", USAGE)
def test_wrong_command_line_ends_with_two_and_says_how(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = qixi(*USAGE[name])
    assert outcome.code == 2
    assert "Usage: qixi" in outcome.err
    if USAGE[name]:  # a command alone shows its help
        zh, en = outcome.err.splitlines()[-2:]
        assert zh.startswith("用法有误：")
        assert en.startswith("usage error: ")
        assert HAN.search(zh.removeprefix("用法有误："))
        assert not HAN.search(en)
    assert outcome.out == ""
    assert files_in(tmp_path) == []


SAID = {
    ("match", "--suply", "x"): "没有选项 --suply（相近的：--supply）",
    ("match", "--supply", "x", "--out", "x"): "缺少 --demand。",
    ("match", "--top", "0"): "--top 的值不可用，应为整数，不小于 1 且不大于 1000000。",
    ("explain", "--format", "xml"): "--format 的值不可用，可用：text、json。",
    ("match", "--top"): "选项 --top 缺少值，或不应有值。",
    ("index", "build", "--supply", "x"): "缺少 FOLDER。",
    ("procedures", "show", "x", "--on", "soon"): "--on 的值不可用，应为日期，如 2026-01-31。",
    ("batch", "--candidates", "some"): "--candidates 应为数字或 all。",
    ("batch", "--send", "here"): "here 不是网址（如 s3://...）。",
}


@pytest.mark.parametrize("args", SAID, ids=" ".join)
def test_wrong_command_line_is_named_in_chinese_too(args):
    outcome = qixi(*args)
    assert outcome.code == 2
    assert f"用法有误：{SAID[args]}" in outcome.err


def test_refusal_in_a_process_of_its_own_ends_with_four(desk):
    outcome = process("match", "--supply", desk.path("no.csv"), *desk.files[2:], "--out", desk.path("o.csv"))
    refused(outcome)
    assert outcome.out == ""


def test_failure_of_qixi_itself_is_said_plainly_and_the_trace_on_request(desk, monkeypatch):
    def fail(*_args, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr("qixi.match.engine.Engine.fit", fail)
    outcome = desk.match()
    assert outcome.code == 1
    assert "内部错误（ZeroDivisionError）" in outcome.err
    assert "internal error (ZeroDivisionError)" in outcome.err
    with pytest.raises(ZeroDivisionError):
        desk.match(QIXI_DEBUG="1")
    assert files_in(desk.folder) == ["demand.jsonl", "supply.jsonl"]


def test_too_long_evidence_for_a_sheet_is_refused_with_the_way_out(desk):
    long = "".join(f"需要提高微藻产量到{n} g/L以上，指标{n}。" for n in range(150, 1200))
    demand = desk.write("long.csv", f"编号,需求内容\nL,{long}\n")
    files = ("--supply", desk.supply, "--demand", demand)
    said = refused(qixi("match", *files, "--out", desk.path("o.xlsx"), "--explain", 1))
    assert ".jsonl" in said
    assert qixi("match", *files, "--out", desk.path("o.jsonl"), "--explain", 1).code == 0
    assert rows_of(desk.path("o.jsonl"))[0]["evidence"]


@pytest.mark.parametrize("size", ["nan", "inf", "1e300"])
def test_memory_that_is_no_size_is_a_wrong_command_line(desk, size):
    done = qixi("batch", *desk.files, "--out", desk.path("out"), "--memory", size)
    assert done.code == 2
    assert "--memory" in done.err
    assert not desk.path("out").exists()


LONG, BROKEN = "x" * 300, os.fsdecode(b"\xff")


@pytest.mark.parametrize("name", [LONG, BROKEN], ids=["long", "broken"])
def test_names_that_cannot_be_written_are_refused_before_anything_is_read(desk, name):
    none = desk.path("none.jsonl")
    files = ("--supply", none, "--demand", none)
    path = desk.path(name)
    for args in (
        ("index", "build", path, "--supply", none),
        ("batch", *files, "--out", path),
        ("match", *files, "--out", f"{path}.csv"),
        ("assign", "--matches", none, "--out", f"{path}.csv"),
    ):
        assert "none.jsonl" not in refused(qixi(*args))
    assert sorted(each.name for each in desk.folder.iterdir()) == ["demand.jsonl", "supply.jsonl"]


def test_outputs_are_not_laid_into_what_they_come_from(desk):
    out = desk.path("out")
    assert qixi("batch", *desk.files, "--out", out, "--workers", 1).code == 0
    block = out / "forward" / "block-00000.parquet"
    before = block.read_bytes()
    for args in (
        ("assign", "--matches", out, "--out", block),
        ("assign", "--matches", out / "forward", "--out", out / "forward" / "shown.parquet"),
        ("batch", *desk.files, "--out", out, "--rejects", block),
        ("batch", *desk.files, "--out", out, "--index", out),
    ):
        said = refused(qixi(*args))
        assert "would overwrite" in said or "is an index, or in one" in said
    assert block.read_bytes() == before
    assert qixi("assign", "--matches", out, "--out", out / "shown.csv").code == 0


def test_a_batch_into_its_index_is_refused_before_the_index_is_built(desk):
    same = desk.path("same")
    said = refused(qixi("batch", *desk.files, "--index", same, "--out", same))
    assert "is an index, or in one" in said
    assert not same.exists()


def test_a_folder_that_cannot_be_written_to_is_refused_before_anything_is_read(desk, monkeypatch):
    def fails(path, *args, **kwargs):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("qixi.tables.placing.os.open", fails)
    none = desk.path("none.jsonl")
    files = ("--supply", none, "--demand", none)
    for args in (
        ("assign", "--matches", none, "--out", desk.path("out.csv")),
        ("learn", *files, "--feedback", none, "--out", desk.path("out.toml")),
    ):
        said = refused(qixi(*args))
        assert "Read-only file system" in said
        assert "none.jsonl" not in said


@pytest.mark.parametrize("said", ["11400 requested and 6112 written", "[Errno 28] error writing bytes"])
def test_a_full_disk_is_said_in_words(desk, monkeypatch, said):
    def fails(*args, **kwargs):
        raise OSError(said)

    monkeypatch.setattr("qixi.tables.parquet_output.pq.write_table", fails)
    told = refused(qixi("match", *desk.files, "--out", desk.path("out.parquet")))
    assert "磁盘已满" in told
    assert "No space left on device" in told
    assert said not in told
