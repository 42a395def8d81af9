"""Column heads: which names, in officers' sheets and patent exports, stand for which field."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal

import opencc

Side = Literal["supply", "demand", "pairs", "feedback", "capacities"]

_MARKS = re.compile(r"[(\[【〔<](必填|选填|可选|required|optional)[)\]】〕>]")
_REMARK = re.compile(r"[(\[【（［〔][^()（）\[\]]*[)\]】）］〕]\s*[*＊]?\s*$")
_BEHIND = 1_000
_UNIT = re.compile(r"(亿元|万元|千元|百万元|元)$")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=4096)
def plain(word: str) -> str:
    """Return `word`, a head or a word of a list, in one width, case and script, ends trimmed."""
    folded = unicodedata.normalize("NFKC", word).lower().strip()
    if folded.isascii():
        return folded
    sound = folded.encode("utf-8", "replace").decode("utf-8")  # the converter takes no lone surrogates
    return str(_converter().convert(sound))


@lru_cache(maxsize=4096)
def key(head: str) -> str:
    """Return what is compared of a head: letters, digits and characters, without marks of duty."""
    return "".join(c for c in _MARKS.sub("", plain(head[:200])) if c.isalnum())


def unit(head: str) -> str:
    """Return the unit of money that a head ends with, as in 研发投入预算（万元）; else ""."""
    found = _UNIT.search(key(head))
    return found.group(1) if found else ""


@cache
def known_heads(side: Side) -> Mapping[str, tuple[str, ...]]:
    """Return the heads that are understood for each field, the ones that win first coming first.

    Sources and what is unconfirmed are noted in `heads.toml`, from which the docs are made too.
    """
    table = tomllib.loads(resources.files("qixi.tables").joinpath("heads.toml").read_text("utf-8"))
    return {name: tuple(heads) for name, heads in table[side].items()}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which heads of one file give which field, the winning head first; the rest is `unknown`."""

    fields: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...]


class Vocabulary:
    """The heads one side of a match is read by: the known ones and those of the settings.

    `extra` maps a field to further heads, which win over the known ones; a field that does not
    exist raises ValueError.
    """

    def __init__(self, side: Side, extra: Mapping[str, Sequence[str]] | None = None) -> None:
        self.side = side
        known = known_heads(side)
        extra = extra or {}
        strange = sorted(set(extra) - set(known))
        if strange:
            msg = f"no such field: {', '.join(strange)}; the fields are {', '.join(known)}"
            raise ValueError(msg)
        self._ranks: dict[str, tuple[str, int]] = {}
        for name in sorted(extra):
            self._enter(name, extra[name], -1_000_000)
        for name, heads in known.items():
            self._enter(name, (name, *heads), 0)
        self._columns: dict[tuple[str, ...], Columns] = {}

    def _enter(self, name: str, heads: Sequence[str], offset: int) -> None:
        for rank, head in enumerate(heads):
            self._ranks.setdefault(key(head), (name, rank + offset))

    def _find(self, head: str) -> tuple[str, int] | None:
        """Look a head up as it is, then without unit, then without what brackets add at its end."""
        compared = key(head)
        if not compared:
            return None
        found = self._ranks.get(compared) or self._ranks.get(_UNIT.sub("", compared))
        if found is None and (shorter := _REMARK.sub("", head)) != head:
            plainer = self._ranks.get(key(shorter))
            found = (plainer[0], plainer[1] + _BEHIND) if plainer else None
        return found

    def field_of(self, head: str) -> str | None:
        """Return the field that `head` stands for, None where it is not known."""
        found = self._find(head)
        return found[0] if found else None

    def recognised(self, heads: Iterable[object]) -> int:
        """Return how many different fields a row of heads names."""
        words = (head for head in heads if isinstance(head, str) and len(head) <= 60)
        return len({self.field_of(word) for word in words} - {None})

    def columns(self, heads: tuple[str, ...]) -> Columns:
        """Sort the heads of a file or record under the fields."""
        if heads not in self._columns:
            if len(self._columns) > 10_000:  # records of a hostile file may all differ in their keys
                self._columns.clear()
            self._columns[heads] = self._sorted(heads)
        return self._columns[heads]

    def _sorted(self, heads: tuple[str, ...]) -> Columns:
        ranked: dict[str, list[tuple[int, int, str]]] = {}
        unknown = []
        for place, head in enumerate(heads):
            found = self._find(head)
            if found is None:
                unknown.append(head)
            else:
                ranked.setdefault(found[0], []).append((found[1], place, head))
        fields = {name: tuple(head for _, _, head in sorted(entries)) for name, entries in ranked.items()}
        return Columns(fields, tuple(unknown))
