"""Folding text to one form (width, case, script) without losing where each character came from."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import opencc


class _FoldTable(dict[int, str]):
    """For `str.translate`: NFKC, lower case and simplified script, one code point at a time.

    Folding by the code point keeps a plain map back to the value as read; what whole-word
    conversion would add (乾燥 against 乾坤) is worth less than a quotation that is always exact.
    """

    def __init__(self) -> None:
        super().__init__()
        self._to_simplified = opencc.OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        folded = unicodedata.normalize("NFKC", chr(code)).lower()
        # Lone surrogates are no characters, and the converter refuses them.
        if len(folded) == 1 and ord(folded) >= 0x3400 and not 0xD800 <= code <= 0xDFFF:
            converted = self._to_simplified.convert(folded)
            folded = converted if len(converted) == 1 else folded
        self[code] = folded
        return folded


@cache
def _table() -> _FoldTable:
    return _FoldTable()


def fold(value: str) -> str:
    """Return `value` in NFKC, lower case and simplified script; see `Folded` for the way back."""
    return value.translate(_table())


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and, for each of its characters, the code point it came from.

    `origin` has len(text) + 1 entries: `origin[i]` is the index in the value as read of the code
    point that gave `text[i]`; the last entry is the value's length.
    """

    text: str
    origin: tuple[int, ...]

    @classmethod
    def of(cls, value: str) -> Folded:
        """Fold `value` and keep the way back."""
        table = _table()
        text = value.translate(table)
        if len(text) == len(value):  # nothing folds to nothing, so every character stands for one
            return cls(text, tuple(range(len(value) + 1)))
        pieces = [table[ord(character)] for character in value]
        origin = [i for i, piece in enumerate(pieces) for _ in piece]
        return cls(text, (*origin, len(value)))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the value as read that covers folded characters [start, end)."""
        if not 0 <= start < end <= len(self.text):
            msg = f"[{start}, {end}) is no range of {len(self.text)} folded characters"
            raise IndexError(msg)
        return self.origin[start], self.origin[end - 1] + 1
