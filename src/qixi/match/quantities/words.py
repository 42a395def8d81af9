"""The word tables of the quantity reader, compiled once from package data."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from qixi.match.quantities.stated import Better, Change, Comparator

_DATA = files("qixi.match") / "data" / "quantities"


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((_DATA / name).read_text(encoding="utf-8"))


def _bounded(pattern: str) -> str:
    head = r"(?<![A-Za-z])" if pattern[0].isascii() and pattern[0].isalpha() else ""
    last = pattern.rstrip("?.\\)")[-1:]
    tail = r"(?![A-Za-z])" if head and last.isascii() else ""
    return head + pattern + tail


def any_of(patterns: list[str]) -> str:
    """Return one group that matches any of `patterns`, English ones as whole words."""
    ordered = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return "(?:" + "|".join(_bounded(pattern) for pattern in ordered) + ")"


@dataclass(frozen=True, slots=True)
class Words:
    """Compiled patterns; those for text before a number are anchored at its end."""

    before: tuple[tuple[Comparator, re.Pattern[str]], ...]
    after: tuple[tuple[Comparator, re.Pattern[str]], ...]
    change: tuple[tuple[Change, re.Pattern[str]], ...]
    change_after: tuple[tuple[Change, re.Pattern[str]], ...]
    level: tuple[tuple[Better, re.Pattern[str]], ...]
    verb: re.Pattern[str]
    passed: re.Pattern[str]
    cut: re.Pattern[str]
    english_cut: frozenset[str]
    money: re.Pattern[str]
    energy: re.Pattern[str]
    temperature: re.Pattern[str]
    rate: tuple[tuple[str, re.Pattern[str]], ...]


def _ending(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"{pattern}\s*$", re.IGNORECASE)


@cache
def words() -> Words:
    """Return the tables of `words.toml`."""
    table = _load("words.toml")
    change, sides = table["change"], (Change.INCREASE, Change.DECREASE)
    up, down = any_of(change["increase"]), any_of(change["decrease"])
    to = any_of(change["to"])
    reach = any_of(change["to_increase"] + change["to_decrease"])
    some = r"(?:了|约|近|至少|不低于|不少于|超过|\s+by|\s+(?:the|its)?\s*)?\s*"
    level = (
        (Better.MORE, rf"(?:{up}\s*{to}|{any_of(change['to_increase'])})"),
        (Better.LESS, rf"(?:{down}\s*{to}|{any_of(change['to_decrease'])})"),
    )
    after = tuple(
        (side, re.compile(rf"\s*(?:的)?{any_of(change[f'{side.value}_after'])}", re.IGNORECASE))
        for side in sides
    )
    return Words(
        before=tuple((Comparator(sign), _ending(any_of(p))) for sign, p in table["before"].items()),
        after=tuple(
            (Comparator(sign), re.compile(rf"\s?[)]?\s?{any_of(p)}", re.IGNORECASE))
            for sign, p in table["after"].items()
        ),
        change=tuple((side, _ending(any_of(change[side.value]) + some)) for side in sides),
        change_after=after,
        level=tuple((better, _ending(pattern)) for better, pattern in level),
        verb=re.compile(rf"(?:{up}|{down})", re.IGNORECASE),
        passed=_ending(rf"(?:[\s:：=*]|{any_of(table['pass']['words'])}|{up}|{down}|{reach})+"),
        cut=re.compile(any_of(table["pass"]["cut"])),
        english_cut=frozenset(table["pass"]["english_cut"].split()),
        money=re.compile(any_of(table["money"]["words"]), re.IGNORECASE),
        energy=re.compile(any_of(table["degree"]["energy"])),
        temperature=re.compile(any_of(table["degree"]["temperature"])),
        rate=tuple((per, _ending(any_of(p) + r"[\u4e00-\u9fff]{0,6}")) for per, p in table["rate"].items()),
    )


@cache
def exclusions() -> re.Pattern[str]:
    """Return one pattern for everything that looks like a quantity and is none."""
    return re.compile("|".join(f"(?:{p})" for p in _load("exclusions.toml")["patterns"]))


@dataclass(frozen=True, slots=True)
class Property:
    """A row of `properties.toml`."""

    key: str
    better: Better
    names: tuple[str, ...]
    cover: bool = False


@cache
def properties() -> tuple[tuple[str, Property], ...]:
    """Return (name, property) for every name, longest first."""
    rows = [
        Property(r["key"], Better(r["better"]), tuple(r["names"]), r.get("range") == "cover")
        for r in _load("properties.toml")["property"]
    ]
    pairs = [(name.lower(), row) for row in rows for name in row.names]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


@cache
def property_of(phrase: str) -> Property | None:
    """Return the row whose longest name stands in `phrase` (surface form), the last one in a tie."""
    lowered = phrase.lower()
    best: tuple[int, int, Property] | None = None
    for name, row in properties():
        if best is not None and len(name) < best[0]:
            break
        place = _place(lowered, name)
        if place >= 0 and (best is None or place > best[1]):
            best = (len(name), place, row)
    return None if best is None else best[2]


def _place(phrase: str, name: str) -> int:
    place = phrase.rfind(name)
    if place < 0 or not name[0].isascii():
        return place
    before, after = (
        phrase[place - 1 : place] if place else "",
        phrase[place + len(name) : place + len(name) + 1],
    )
    inside = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha() and after != "s")
    return -1 if inside else place
