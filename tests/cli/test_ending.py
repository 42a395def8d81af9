"""How a run ends: interrupted, behind a closed pipe, on a poor console, and always the same bytes."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import subprocess
import termios
import threading
import time

import pytest

from cli.command import DEMAND, PROVINCE, SUPPLY, files_in, header_of, process, rows_of, spawned, write_jsonl
from qixi.cli import EXIT_CODES

LONG = [{"id": f"L{i}", "title": "微藻培养", "content": "提高微藻产量，降低能耗。" * 40} for i in range(4000)]
OUTPUTS = ("out.jsonl", "out.jsonl.meta.json")


def interrupted_when(started, desk, *more):
    """Start a long run, send it Ctrl-C once `started` says so, and return how it ended."""
    files = ("--supply", SUPPLY, "--demand", write_jsonl(desk.path("long.jsonl"), LONG))
    command = spawned("match", *files, "--out", desk.path("out.jsonl"), *more)
    with subprocess.Popen(**command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        deadline = time.monotonic() + 60
        while not started(run):
            assert run.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
    return run.returncode, out.decode(), err.decode()


def reading(desk):
    """Say when the run has opened its demand file, which is long after its modules are loaded."""
    wanted = str(desk.path("long.jsonl"))

    def started(run):
        folder = f"/proc/{run.pid}/fd"
        try:
            return any(os.path.realpath(f"{folder}/{name}") == wanted for name in os.listdir(folder))  # noqa: PTH208
        except FileNotFoundError:
            return False

    return started


@pytest.mark.parametrize("pause", [0, pytest.param(1.5, marks=pytest.mark.slow)])
def test_interrupted_run_ends_with_130_and_writes_nothing(desk, pause):
    begun = reading(desk)
    before = files_in(desk.folder)

    def started(run):
        if not begun(run):
            return False
        time.sleep(pause)
        return True

    code, out, err = interrupted_when(started, desk, "--report", desk.path("r.html"))
    assert (code, out) == (130, "")
    assert err.strip() == "已中断 / interrupted"
    assert files_in(desk.folder) == sorted([*before, "long.jsonl"])


@pytest.mark.slow
def test_interrupted_while_writing_leaves_nothing(desk):
    before = files_in(desk.folder)

    def started(_run):
        return any(".part" in name for name in files_in(desk.folder))

    code, _, _ = interrupted_when(started, desk, "--explain", 0)
    assert code == 130
    assert files_in(desk.folder) == sorted([*before, "long.jsonl"])


@pytest.mark.slow
def test_killed_run_leaves_no_part_under_the_name_of_an_output(desk):
    """Killed while it writes, a run leaves the old file or the whole new one."""
    files = ("--supply", desk.supply, "--demand", write_jsonl(desk.path("long.jsonl"), LONG[:1500]))
    command = ("match", *files, "--out", desk.path("out.jsonl"), "--explain", 0)
    assert process(*command).code == 0
    whole = [desk.path(name).read_bytes() for name in OUTPUTS]
    ends = set()
    for turn in range(6):
        for name in OUTPUTS:
            desk.path(name).write_text("old", "utf-8")
        with subprocess.Popen(**spawned(*command), stdout=subprocess.DEVNULL) as run:
            while run.poll() is None and not any(".part" in name for name in files_in(desk.folder)):
                time.sleep(0.005)
            time.sleep(0.06 * turn)
            run.kill()
        found = [desk.path(name).read_bytes() for name in OUTPUTS]
        assert all(mine in (new, b"old") for mine, new in zip(found, whole, strict=True))
        ends.add(found[0] == b"old")
        for folder in desk.folder.glob(".qixi-*.part"):
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()
    assert True in ends


def test_reader_that_has_enough_ends_the_command_quietly(desk):
    """The pipe is closed before the command says anything, as `| true` would."""
    command = spawned("match", *desk.files, "--out", desk.path("out.jsonl"), "--show", 3)
    with subprocess.Popen(**command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        run.stdout.close()
        run.stdout = None
        _, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (141, b"")
    assert len(rows_of(desk.path("out.jsonl"))) > 0


@pytest.mark.slow
def test_head_takes_the_first_line_and_nobody_complains(desk):
    words = " ".join(f"'{word}'" for word in spawned("match", *desk.files, "--show", 3)["args"])
    shell = f"{words} --out '{desk.path('out.jsonl')}' | head -1"
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == "D1 提高微藻产量\n"


POOR = [
    pytest.param("gbk", "D1 提高微藻产量\n", id="gbk"),
    pytest.param("latin-1", "D1 ??????\n", id="latin-1", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("encoding", "first"), POOR)
def test_console_of_another_encoding_shows_what_it_can(desk, encoding, first):
    command = spawned("match", *desk.files, "--show", 1, "--out", desk.path("out.jsonl"))
    command["env"]["PYTHONIOENCODING"] = encoding
    done = subprocess.run(**command, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode(encoding).startswith(first)


@pytest.mark.slow
@pytest.mark.parametrize("more", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": ""}])
def test_console_without_chinese_does_not_fail(desk, more):
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", **more}
    done = process("match", *desk.files, "--out", desk.path("out.jsonl"), "--show", 1, **plain)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("D1 ")
    files = ("--supply", desk.path("no.csv"), "--demand", desk.demand, "--out", desk.path("o.csv"))
    missing = process("match", *files, **plain)
    assert missing.code == 4
    assert "refused: " in missing.err


@pytest.mark.slow
def test_closed_standard_output_is_no_fault(desk):
    words = " ".join(
        f"'{word}'" for word in spawned("match", *desk.files, "--out", desk.path("out.jsonl"))["args"]
    )
    done = subprocess.run(["/bin/sh", "-c", f"{words} >&-"], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert header_of(desk.path("out.jsonl"))["technologies"] == "9"


@pytest.mark.slow
def test_progress_stays_away_from_pipes_and_shows_on_a_terminal(desk):
    """Longer than two seconds in both cases; the terminal is a pseudo-terminal."""
    files = ("--supply", SUPPLY, "--demand", write_jsonl(desk.path("long.jsonl"), LONG))
    command = spawned("match", *files, "--out", desk.path("out.jsonl"), "--explain", 0, "--top", 1)
    main, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    seen = []
    reader = threading.Thread(target=drain, args=(main, seen))
    reader.start()
    done = subprocess.run(**command, stdout=subprocess.PIPE, stderr=terminal, check=False, timeout=120)
    os.close(terminal)
    reader.join()
    os.close(main)
    shown = b"".join(seen).decode()
    assert done.returncode == 0
    for label in ("匹配: ", "写出结果: "):
        assert label in shown
    assert "/4000 [" in shown
    quiet = subprocess.run(**command, capture_output=True, check=False, timeout=120)
    assert (quiet.returncode, quiet.stderr) == (0, b"")


def drain(terminal, seen):
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            return
        if not part:
            return
        seen.append(part)


def files_of(folder):
    names = [name for name in files_in(folder) if (folder / name).is_file()]
    return {name: (folder / name).read_bytes() for name in names}


def test_module_run_in_a_process_of_its_own_gives_the_same_bytes(matched, tmp_path):
    """One core and another order of hashes than in this process."""
    outputs = ["--report", "report.html", "--withheld", "withheld.jsonl", "--rejects", "rejects.jsonl"]
    files = ("--supply", SUPPLY, "--demand", DEMAND, "--out", "out.jsonl", "--index", "index")
    environment = {
        "PYTHONHASHSEED": "1",
        "NUMBA_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TZ": "Asia/Shanghai",
    }
    done = process(
        "match",
        *files,
        *outputs,
        "--top",
        20,
        "--explain",
        3,
        cwd=tmp_path,
        **environment,
    )
    assert (done.code, done.err) == (0, "")
    mine = files_of(tmp_path)
    assert set(mine) >= {"out.jsonl", "out.jsonl.meta.json", "report.html", "index/index.json"}
    theirs = {name: (matched.folder / name).read_bytes() for name in mine}
    assert [name for name in mine if mine[name] != theirs[name]] == []


@pytest.mark.slow
def test_same_input_gives_the_same_bytes_on_one_core_and_on_two(tmp_path):
    seen = []
    for count in "12":
        folder = tmp_path / count
        folder.mkdir()
        environment = dict.fromkeys(("PYTHONHASHSEED", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS"), count)
        outputs = ("--out", "out.xlsx", "--report", "r.html", "--withheld", "w.parquet", "--rejects", "r.csv")
        files = ("--supply", SUPPLY, "--demand", DEMAND, "--top", 10, "--explain", 2)
        done = process("match", *files, *outputs, cwd=folder, **environment)
        assert (done.code, done.err) == (0, "")
        seen.append(files_of(folder))
    assert len(seen[0]) == 5
    assert seen[0] == seen[1]


def test_files_in_another_order_give_the_same_scores(desk):
    first, *rest = desk.supply.read_text("utf-8").splitlines(keepends=True)
    desk.match()
    expected = desk.path("out.jsonl").read_bytes()
    desk.supply.write_text("".join([*reversed(rest), first]), "utf-8")
    desk.match()
    assert desk.path("out.jsonl").read_bytes() == expected


def test_exit_codes_are_documented():
    page = (PROVINCE.parents[1] / "docs" / "reference" / "command-line.md").read_text("utf-8")
    assert list(EXIT_CODES) == [0, 1, 2, 3, 4, 5, 130, 141]
    for code, meaning in EXIT_CODES.items():
        assert f"| `{code}` | {meaning} |" in page
