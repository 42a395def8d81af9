"""A view of a text for reading numbers: same length, same case, one width and one script."""

from __future__ import annotations

import unicodedata
from functools import cache

from qixi.match.text import fold

# Punctuation whose wide form means the same to a number; the wide comma is left as it is, because
# in Chinese it parts clauses and never thousands.
_NARROW = set("%‰~<>=/+-.°()·×±*^:$¥")
_HYPHENS = dict.fromkeys("‐‑‒−﹣－", "-")
_TILDES = dict.fromkeys("∼〜～﹏", "~")
_SIGNS = {"≧": "≥", "⩾": "≥", "≦": "≤", "⩽": "≤", "﹥": ">", "﹤": "<", "㎍": "㎍", "µ": "μ", "．": "."}


class _Surface(dict[int, str]):
    """For `str.translate`: every code point gives exactly one, so places stay places.

    Case is kept (MW is not mW) and so are raised digits (10³ is not 103), which `text.fold` loses.
    """

    def __missing__(self, code: int) -> str:
        seen = self._see(chr(code))
        self[code] = seen
        return seen

    def _see(self, character: str) -> str:
        for table in (_HYPHENS, _TILDES, _SIGNS):
            if character in table:
                return table[character]
        if ord(character) >= 0x3400 and unicodedata.category(character) == "Lo":
            folded = fold(character)
            return folded if len(folded) == 1 else character
        if unicodedata.category(character) in {"No", "Zs"}:
            return " " if character.isspace() else character
        narrow = unicodedata.normalize("NFKC", character)
        return narrow if len(narrow) == 1 and (narrow.isalnum() or narrow in _NARROW) else character


@cache
def _table() -> _Surface:
    return _Surface()


def surface(value: str) -> str:
    """Return `value` as the quantity reader sees it; `len` and every index are those of `value`."""
    return value.translate(_table())


def lowered(value: str) -> str:
    """Return the surface in lower case, still of the same length (İ would become two characters)."""
    seen = surface(value)
    lower = seen.lower()
    return (
        lower if len(lower) == len(seen) else "".join(c.lower() if len(c.lower()) == 1 else c for c in seen)
    )
