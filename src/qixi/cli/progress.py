"""Signs of life: a bar or a line on a terminal, and where none watches, a plain line now and then."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread, Timer
from time import monotonic

import click
from tqdm import tqdm

from qixi.core import Text
from qixi.core.text import Language

PATIENCE = 2.0
"""Seconds before a run says on a terminal that it is at work."""
EVERY = 30.0
"""Seconds between two lines where no terminal watches."""

Step = Callable[[int], object]


@contextmanager
def counted(label: str, total: int | None, language: Language) -> Iterator[Step]:
    """Yield a function to call with what is done of `total`."""
    if sys.stderr.isatty():
        with tqdm(total=total, desc=label, delay=PATIENCE, file=sys.stderr, leave=False) as bar:
            yield bar.update
        return
    meter = _Meter(label, total)
    with _spoken(meter, language):
        yield meter.step


@contextmanager
def uncounted(label: str, language: Language) -> Iterator[None]:
    """Show that something goes on that cannot be counted."""
    sign = _shown if sys.stderr.isatty() else _spoken
    with sign(_Meter(label), language):
        yield


@dataclass
class _Meter:
    """How far something is, and about how long the rest takes, going on as since the first look.

    What a stopped run had done already was done before that look and does not count as fast.
    """

    label: str
    total: int | None = None
    done: int = 0
    began: float = field(default_factory=monotonic)
    first: tuple[float, int] | None = None

    def step(self, count: int) -> None:
        """Count what is done."""
        self.done += count

    def look(self) -> Text:
        """Return a line about it; the first look does not know how fast it is."""
        at, done = monotonic(), self.done
        zh, en = f"已用 {_clock(at - self.began)}", f"{_clock(at - self.began)} so far"
        if self.total:
            zh, en = f"{done / self.total:.0%}，{zh}", f"{done / self.total:.0%}, {en}"
            since, there = self.first = self.first or (at, done)
            if there < done < self.total:
                left = _clock((at - since) / (done - there) * (self.total - done))
                zh, en = f"{zh}，约剩 {left}", f"{en}, about {left} left"
        label = self.label.rstrip("… .")
        return Text(f"{label}：{zh}", f"{label}: {en}")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def _spoken(meter: _Meter, language: Language) -> Iterator[None]:
    """Print a line about `meter` now and then."""
    ended = Event()

    def speak() -> None:
        with suppress(OSError, ValueError):  # nobody reads it any more
            while not ended.wait(EVERY):
                click.echo(meter.look().in_language(language), err=True)

    speaker = Thread(target=speak, daemon=True)
    speaker.start()
    try:
        yield
    finally:
        ended.set()
        speaker.join()


@contextmanager
def _shown(meter: _Meter, language: Language) -> Iterator[None]:
    """Show the label of `meter` on a terminal after a while, and take it away at the end."""
    shown = Event()

    def show() -> None:
        click.echo(f"\r{meter.label}", nl=False, err=True)
        shown.set()

    sign = Timer(PATIENCE, show)
    sign.daemon = True
    sign.start()
    try:
        yield
    finally:
        sign.cancel()
        sign.join()
        if shown.is_set():
            click.echo("\r\033[K", nl=False, err=True)
