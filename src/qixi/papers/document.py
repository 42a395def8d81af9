"""A paper before it has a format: a title, sections of titled entries, and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qixi.core import Text

_YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}
_NOTHING = Text("—", "—")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something stated under a title; several lines are parted by line feeds."""

    title: Text
    value: Text


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper: entries, then a table, whose `rows` have as many cells as `head`."""

    title: Text
    entries: tuple[Entry, ...] = ()
    head: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            msg = f"a row of {self.title.en} has not the {len(self.head)} cells of its head"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole paper; `number` and `foot` stand on each page."""

    title: Text
    number: str
    sections: tuple[Section, ...]
    foot: Text


def shown(value: Any) -> Text:
    """Return what was filled in, as JSON, in words: a line for each of several, a dash for none."""
    if isinstance(value, bool):
        return _YES_NO[value]
    if value is None or value in ("", []):
        return _NOTHING
    if isinstance(value, str):
        return Text(value, value)
    if isinstance(value, Sequence):
        parts = [shown(each) for each in value]
        return Text("\n".join(part.zh for part in parts), "\n".join(part.en for part in parts))
    if isinstance(value, dict):
        joined = "; ".join(f"{name}: {shown(each).en}" for name, each in value.items())
        return Text(joined, joined)
    return Text(str(value), str(value))
