"""Signs of life while something takes long: on a terminal at once, elsewhere a plain line now and then."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from qixi.cli import progress as room
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


class Pipe(io.StringIO):
    """Wakes up who waits for a line."""

    def __init__(self) -> None:
        super().__init__()
        self.line = threading.Event()

    def flush(self) -> None:
        super().flush()
        self.line.set()


def test_what_is_quick_shows_nothing_behind_a_pipe(monkeypatch):
    pipe = Pipe()
    monkeypatch.setattr(sys, "stderr", pipe)
    with Porch("zh").waiting("甲", "a"), Porch("zh").progress(10, "乙", "b") as step:
        step(5)
    assert pipe.getvalue() == ""


@pytest.mark.parametrize(("language", "line"), [("zh", "正在学习：已用 0:0"), ("en", "fitting: 0:0")])
def test_what_cannot_be_counted_says_how_long_it_took_behind_a_pipe(monkeypatch, language, line):
    pipe = Pipe()
    monkeypatch.setattr(sys, "stderr", pipe)
    monkeypatch.setattr(room, "EVERY", 0.01)
    with Porch(language).waiting("正在学习…", "fitting ..."):
        assert pipe.line.wait(10)
    assert pipe.getvalue().startswith(line)
    assert "\r" not in pipe.getvalue()


def test_what_is_counted_says_how_far_it_is_behind_a_pipe(monkeypatch):
    pipe = Pipe()
    monkeypatch.setattr(sys, "stderr", pipe)
    monkeypatch.setattr(room, "EVERY", 0.01)
    with Porch("en").progress(200, "匹配", "matching") as step:
        step(50)
        assert pipe.line.wait(10)
    assert pipe.getvalue().startswith("matching: 25%, 0:00 so far\n")


def test_rest_is_reckoned_from_what_was_done_since_the_first_look(monkeypatch):
    clock = iter([30.0, 60.0, 4000.0])
    monkeypatch.setattr(room, "monotonic", lambda: next(clock))
    meter = room._Meter("matching", 1000, began=0.0)
    meter.step(400)  # by the run before
    assert meter.look().en == "matching: 40%, 0:30 so far"
    meter.step(100)
    assert meter.look().en == "matching: 50%, 1:00 so far, about 2:30 left"
    meter.step(500)
    assert meter.look().zh == "matching：100%，已用 1:06:40"


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
