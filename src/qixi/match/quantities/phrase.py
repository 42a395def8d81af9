"""The property a number speaks of: the noun phrase before it, or after it where none stands before."""

from __future__ import annotations

import re

from qixi.match.quantities.words import words

_BREAK = re.compile(r"[。；;！？!?\n\t，、,()《》“”\"\[\]【】:：•●|]|\.(?=\s|$)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-zα-ωμ][A-Za-z0-9α-ω'-]*")
_AFTER_HAN = re.compile(
    r"\s*的?(?P<name>[\u4e00-\u9fffA-Za-z]{2,10}?)(?=[，。；;、,\s()：:的]|$|中(?![试间心药])|[下内时])"
)
_AFTER_ENGLISH = re.compile(
    r"\s*(?:of|in|for)?\s*(?:the\s)?(?P<name>[A-Za-z][A-Za-z-]*(?:\s[A-Za-z][A-Za-z-]*){0,2})"
)
_EACH = re.compile(r"每(?:个?小时|平方米|立方米|公顷|公斤|[天日月年吨台件亩米套人片])")
_LONGEST, _WORDS, _BACK = 12, 4, 48


def property_before(text: str, start: int, floor: int) -> tuple[int, int] | None:
    """Return the place of the phrase that ends before `start`, not reaching below `floor`."""
    floor = max(floor, start - _BACK)
    end = _pass_back(text, floor, start)
    bracket = text[floor:end].rstrip()
    # A number alone in brackets, or after a comma that only parted it from its name.
    parted = bracket.endswith(("，", ",")) and text[floor + len(bracket) : start].strip() != ""
    if bracket.endswith("(") or parted:
        end = _pass_back(text, floor, floor + len(bracket) - 1)
    begin = floor
    for mark in _BREAK.finditer(text, floor, end):
        begin = mark.end()
    if begin >= end:
        return None
    return _chinese(text, begin, end) if _HAN.search(text, begin, end) else _english(text, begin, end)


def _pass_back(text: str, floor: int, end: int) -> int:
    passed = words().passed.search(text, floor, end)
    return passed.start() if passed else floor + len(text[floor:end].rstrip())


def _chinese(text: str, begin: int, end: int) -> tuple[int, int] | None:
    for cut in words().cut.finditer(text, begin, end):
        if cut.end() < end:
            begin = cut.end()
    each = _EACH.match(text, begin, end)
    begin = each.end() if each and each.end() < end else begin
    verb = words().verb.match(text, begin, end)
    begin = verb.end() if verb and verb.end() < end else begin
    begin = max(begin, end - _LONGEST)
    return _stripped(text, begin, end)


def _english(text: str, begin: int, end: int) -> tuple[int, int] | None:
    tokens = list(_WORD.finditer(text, begin, end))
    while tokens and _stops(tokens[-1].group()):
        tokens.pop()
    kept: list[re.Match[str]] = []
    for token in reversed(tokens):
        if _stops(token.group()) or len(kept) == _WORDS:
            break
        kept.append(token)
    return (kept[-1].start(), kept[0].end()) if kept else None


def _stops(word: str) -> bool:
    return word.lower() in words().english_cut or words().verb.fullmatch(word) is not None


def property_after(text: str, end: int) -> tuple[int, int] | None:
    """Return the place of the noun phrase that follows a number with its unit."""
    if _HAN.match(text[end : end + 1] or " "):
        match = _AFTER_HAN.match(text, end)
        return None if match is None else match.span("name")
    match = _AFTER_ENGLISH.match(text, end)
    if match is None:
        return None
    names = list(_WORD.finditer(text, match.start("name"), match.end("name")))
    stop = next((i for i, n in enumerate(names) if _stops(n.group())), len(names))
    return (names[0].start(), names[stop - 1].end()) if stop else None


def _stripped(text: str, begin: int, end: int) -> tuple[int, int] | None:
    piece = text[begin:end]
    lead = len(piece) - len(piece.lstrip(" 0123456789.·-/~"))
    piece = piece.strip(" ")
    return (
        (begin + lead, end - (end - begin - lead - len(text[begin + lead : end].rstrip())))
        if piece and begin + lead < end
        else None
    )
