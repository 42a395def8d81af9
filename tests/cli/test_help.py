"""What the command says of itself: help, version, and what the installation can do."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import tomllib

import click
import pytest

from cli.command import HAN, PROVINCE, process, qixi
from qixi import __version__
from qixi.cli import COMMANDS, cli
from qixi.cli.chinese import DOES, _table, meaning

OPTIONS = {
    ("match",): "--supply --demand --out --top --pairs --index --settings --explain --rejects --report",
    ("explain",): "--supply --demand --demand-id --supply-id",
    ("index", "build"): "--supply",
    ("index", "info"): "DIR",
    ("evaluate",): "--run --qrels --baseline",
    ("learn",): "--feedback --supply --demand --index --settings --out --report --rejects",
    ("procedures", "show"): "--as --version --on --division",
    ("doctor",): "",
}


@pytest.mark.parametrize("command", OPTIONS, ids=" ".join)
def test_help_lists_the_options(command):
    for flag in ("--help", "-h"):
        done = qixi(*command, flag)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"Usage: qixi {' '.join(command)} ")
        wanted = OPTIONS[command].replace("DIR", "FOLDER").split()
        assert [word for word in wanted if word not in done.out] == []


def commands(group: click.Group = cli, path: str = "qixi"):
    yield path, group
    for name in COMMANDS if group is cli else group.commands:
        group.get_command(click.Context(group), name)  # which imports it
        command = group.commands[name]
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_everything_helps_in_chinese_too_and_nothing_else_does():
    used = set()
    for path, command in commands():
        options = [p for p in command.params if isinstance(p, click.Option) and p.help]
        for name in (DOES, *(max(option.opts, key=len) for option in options)):
            assert HAN.search(meaning(path, name) or ""), (path, name)
            used |= {(path, name), ("options", name)}
    assert {(path, name) for path, table in _table().items() for name in table} <= used


@pytest.mark.parametrize("args", [(), ("search",), ("index",), ("index", "build")], ids=" ".join)
def test_help_is_in_the_language_of_the_run(args):
    chinese, english = qixi(*args, "--help"), qixi("--language", "en", *args, "--help")
    assert qixi(*args, "--help", QIXI_LANGUAGE="en") == english
    name = " ".join(["qixi", *args])
    for language, said in ((english, dict(commands())[name].help), (chinese, meaning(name, DOES))):
        assert said.strip().splitlines()[0][:40] in language.out


def test_help_of_the_whole_names_every_command():
    done = qixi("--help")
    assert done.code == 0
    for name in ("match", "explain", "index", "evaluate", "doctor"):
        assert f"\n  {name} " in done.out


def test_version_is_said():
    assert qixi("--version").out == f"qixi, version {__version__}\n"


def test_module_is_the_same_command():
    done = process("--version")
    assert (done.code, done.out, done.err) == (0, f"qixi, version {__version__}\n", "")


def test_doctor_names_every_optional_part_and_every_dependency():
    project = tomllib.loads((PROVINCE.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    for language in ("zh", "en"):
        done = qixi("doctor", QIXI_LANGUAGE=language, QIXI_HOME="nowhere")
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"qixi {__version__}, Python 3.")
        for part in project["optional-dependencies"]:
            said = f"可选部分 {part}：" if language == "zh" else f"optional part {part}: "
            assert sum(line.startswith(said) for line in done.out.splitlines()) == 1
        assert bool(HAN.search(done.out)) == (language == "zh")


def test_doctor_says_what_is_missing_and_how_to_get_it(monkeypatch):
    found, version = importlib.util.find_spec, importlib.metadata.version

    def absent(name):
        if name == "pint":
            raise importlib.metadata.PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "httpx" else found(name))
    monkeypatch.setattr(importlib.metadata, "version", absent)
    done = qixi("doctor", QIXI_LANGUAGE="en", QIXI_HOME="nowhere")
    assert done.code == 0
    assert "optional part endpoint: lacks httpx; install: pip install 'qixi[endpoint]'" in done.out
    assert "  pint is missing; install qixi again" in done.out


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "QIXI_DATA is not set"),
        ("nowhere", "QIXI_DATA names no folder: nowhere"),
        (".", "real data: ."),
    ],
)
def test_doctor_says_where_the_real_data_are(value, said):
    environment = {} if value is None else {"QIXI_DATA": value}
    assert said in qixi("doctor", QIXI_LANGUAGE="en", QIXI_HOME="nowhere", **environment).out
