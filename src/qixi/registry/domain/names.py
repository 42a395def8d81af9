"""Names of organisations, in the form in which two spellings are compared."""

from __future__ import annotations

from collections.abc import Iterator

from qixi.match.columns import party_name

_SAME = (("有限责任公司", "有限公司"), ("股份有限公司", "股份公司"))
_LEAST = 4


def name_key(name: str) -> str:
    """Return a name without the width of its signs, brackets, spaces and the long form of what it is."""
    key = party_name(name)
    for long, short in _SAME:
        key = key.replace(long, short)
    return key


def openings(key: str) -> Iterator[str]:
    """Yield the beginnings of a key that may be a name themselves: a body's whole name before a part's."""
    yield from (key[:end] for end in range(_LEAST, len(key)))
