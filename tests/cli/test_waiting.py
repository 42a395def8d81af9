"""The sign of life while something takes long that cannot be counted: on a terminal, and nowhere else."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from qixi.cli import porch as room
from qixi.cli.porch import Porch


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def wait_for_timers() -> None:
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()


@pytest.mark.parametrize(("language", "line"), [("zh", "正在学习技术库…"), ("en", "fitting ...")])
def test_line_is_shown_on_a_terminal_and_taken_away(monkeypatch, language, line):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(room, "PATIENCE", 0)
    with Porch(language).waiting("正在学习技术库…", "fitting ..."):
        wait_for_timers()
        assert screen.getvalue() == f"\r{line}"
    assert screen.getvalue() == f"\r{line}\r\033[K"


def test_what_is_quick_shows_nothing(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(room, "PATIENCE", 3600)
    with Porch("zh").waiting("甲", "a"):
        pass
    assert screen.getvalue() == ""


def test_nothing_is_shown_behind_a_pipe(monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(room, "PATIENCE", 0)
    with Porch("zh").waiting("甲", "a"):
        wait_for_timers()
    assert screen.getvalue() == ""


def test_line_goes_when_the_work_fails(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(room, "PATIENCE", 0)

    def interrupted():
        with Porch("zh").waiting("甲", "a"):
            wait_for_timers()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert screen.getvalue().endswith("\r\033[K")
