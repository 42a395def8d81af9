"""Numbers as horizontal bars, drawn on the server; the numbers stand beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qixi.core import Text

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """A number with its name, and the length of its bar out of `WIDTH`."""

    title: Text
    count: int
    length: float
    kind: str


def bars(counted: Sequence[tuple[Text, int, str]]) -> list[Bar]:
    """Return a bar for each title, number and kind; the longest fills the width."""
    most = max((count for _, count, _ in counted), default=0) or 1
    return [Bar(title, count, round(WIDTH * count / most, 2), kind) for title, count, kind in counted]
