"""Cutting a demand letter into headings and sentences that cover all of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qixi.match.requirements.cues import Group, cues

_MARK = (
    r"(?:[一二三四五六七八九十]{1,2}[、.．]|[(（][一二三四五六七八九十\d]{1,2}[)）][、.]?"
    r"|\d{1,2}(?:[、．)）]\s?|\.+(?=[^\d\s])|\.\s)|[①-⑳⑴-⒇]|[a-h]\)|[•●◆■▪*-](?=\s))"
)
# An English full stop: not that of a decimal, a list number or an abbreviation.
_STOP = (
    r"(?<=[a-z0-9%)])(?<!\s\d)\.(?=\s|$)"
    r"(?<!approx\.)(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)(?<!no\.)(?<!max\.)(?<!min\.)(?<!fig\.)(?<!wt\.)(?<!vol\.)"
)
# A sentence ends after its stop, at a line's end, and before an item of a list.
_END = re.compile(
    rf"(?:[。；;！!？]|\?(?=\s|$|[\u4e00-\u9fff]))[”\"』」)）]?|\n|{_STOP}|(?<=[\s：:，,。；;])(?={_MARK})|(?=[①-⑳⑴-⒇])"
    rf"|(?<=[\u4e00-\u9fff])(?=[（(][一二三四五六七八九十1-9][)）])"
)
_LEAD = re.compile(rf"[\s\"“、]*(?:需求[一二三四五六七八九十]\s*(?=[:：、.]))?(?:{_MARK}[\s:：]*)*")
_COLON = re.compile(r"[^：:，,。；;\n]{2,24}[：:]")
_ALONE = re.compile(r"[^：:，,。；;！？?!\n]{2,28}$")
_SPACED = re.compile(r"[^\s：:，,。；;]{2,14}(?=\s{2,}|\t)")
_ITEM = re.compile(_MARK)
_CONTENT = re.compile(r"[\u3400-\u9fffA-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """[start, end) of a value; `heading` is the group a heading opens, None for a sentence.

    `body` is where the words begin after list marks and blanks.
    """

    start: int
    end: int
    body: int
    heading: Group | None = None


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of `text` (a value's surface form, lower case), covering it without a gap."""
    start = 0
    for end in _cuts(text):
        if end > start:
            yield from _sentence(text, start, end)
            start = end


def _cuts(text: str) -> Iterator[int]:
    for mark in _END.finditer(text):
        yield mark.end()
    yield len(text)


def _sentence(text: str, start: int, end: int) -> Iterator[Sentence]:
    lead = _LEAD.match(text, start, end)
    body = lead.end() if lead else start
    heading = _heading(text, body, end)
    if heading is None:
        yield Sentence(start, end, body)
        return
    group, stop = heading
    yield Sentence(start, stop, body, group)
    if stop < end:
        rest = _LEAD.match(text, stop, end)
        yield Sentence(stop, end, rest.end() if rest else stop)


def _heading(text: str, body: int, end: int) -> tuple[Group, int] | None:
    """Return (group, end of the heading) when a heading stands at `body`."""
    colon = _COLON.match(text, body, end)
    if colon is not None:
        group = _group(text[body : colon.end()])
        return None if group is None else (group, colon.end())
    spaced = _SPACED.match(text, body, end)
    if spaced is not None and (group := _group(spaced.group())) is not None:
        return group, spaced.end()
    line = text[body:end].rstrip()
    if len(line) <= (32 if line.isascii() else 14) and _ALONE.match(line) and _is_line(text, body, end):
        group = _group(line)
        return None if group is None else (group, end)
    return None


def _is_line(text: str, body: int, end: int) -> bool:
    """Return whether [body, end) is a line of its own, list marks before it and a list after it allowed."""
    if end == len(text):
        return False
    closed = text[end - 1] == "\n" or _ITEM.match(text, end) is not None
    opens = text.rfind("\n", 0, body) + 1
    lead = _LEAD.match(text, opens)
    return closed and lead is not None and lead.end() >= body


def _group(phrase: str) -> Group | None:
    table = cues()
    found = [table.groups[name] for _, name, _ in table.headings.find(phrase)]
    return min(found, key=lambda group: group.rank) if found else None


def has_words(text: str, start: int, end: int) -> bool:
    """Return whether anything but punctuation stands there."""
    return _CONTENT.search(text, start, end) is not None
