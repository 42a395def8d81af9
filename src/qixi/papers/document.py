"""A paper before it has a format: a title, sections of titled entries, and tables."""

from __future__ import annotations

from dataclasses import dataclass

from qixi.core import Text


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
