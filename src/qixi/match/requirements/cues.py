"""The table of cue words by which the parts of a demand letter are told apart."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from qixi.match.requirements.requirement import Kind


@dataclass(frozen=True, slots=True)
class Group:
    """A row of `cues.toml`; `rank` is its place in the file, which settles ties."""

    name: str
    kind: Kind
    weight: float
    rank: int


class Words:
    """Cue words with what they stand for; finds the longest at each place."""

    def __init__(self, entries: dict[str, tuple[str, int]]) -> None:
        self._entries = entries
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for word in entries:
            lengths[word[:2]].add(len(word))
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}

    def find(self, text: str) -> list[tuple[int, str, int]]:
        """Return (place, group, points) of each cue in lower-case `text`, none overlapping."""
        found, place, end = [], 0, len(text)
        while place < end:
            step = 1
            for length in self._lengths.get(text[place : place + 2], ()) or self._lengths.get(
                text[place], ()
            ):
                entry = self._entries.get(text[place : place + length])
                if entry is not None and _whole(text, place, place + length):
                    found.append((place, *entry))
                    step = length
                    break
            place += step
        return found


def _whole(text: str, start: int, end: int) -> bool:
    if not (text[start].isascii() and text[start].isalpha()):
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isascii() and before.isalpha()) and not (after.isascii() and after.isalpha())


@dataclass(frozen=True, slots=True)
class Cues:
    """The whole table."""

    groups: dict[str, Group]
    headings: Words
    words: Words
    present: Words
    asking: re.Pattern[str]
    exclusion: re.Pattern[str]
    harm: re.Pattern[str]


@cache
def cues() -> Cues:
    """Return the table of the package."""
    source = files("qixi.match") / "data" / "letters" / "cues.toml"
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    present = Words(dict.fromkeys(table.pop("present")["words"], ("present", 1)))
    asking, exclusion, harm = (_patterns(table.pop(name)) for name in ("asking", "exclusion", "harm"))
    groups = {
        name: Group(name, Kind(row["kind"]), row["weight"], rank)
        for rank, (name, row) in enumerate(table.items())
    }
    headings: dict[str, tuple[str, int]] = {}
    words: dict[str, tuple[str, int]] = {}
    for name, row in table.items():
        for word in row["headings"]:
            headings.setdefault(word, (name, 1))
        for points, key in ((2, "strong"), (1, "weak")):
            for word in row[key]:
                words.setdefault(word, (name, points))
    return Cues(groups, Words(headings), Words(words), present, asking, exclusion, harm)


def _patterns(row: dict[str, list[str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in row["patterns"]), re.IGNORECASE)


@lru_cache(maxsize=1024)
def excludes(text: str) -> bool:
    """Return whether `text` says what is not wanted (…不要, …不算)."""
    return cues().exclusion.search(text) is not None


@lru_cache(maxsize=1024)
def tells_of_harm(text: str) -> bool:
    """Return whether `text` is negative or names something bad, so that its absence is welcome."""
    return cues().harm.search(text) is not None
