"""Personal data are masked before a text is sent to an endpoint, with a way back to the text as read."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from qixi.match.models.personal import PersonalDatum, personal_data

__all__ = ["Cut", "Masked", "mask", "well_formed"]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Cut:
    """One masked place: [start, end) of the value as read became [masked_start, masked_end)."""

    kind: str
    start: int
    end: int
    masked_start: int
    masked_end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with its personal data replaced by placeholders such as [PHONE]; make it with `mask`.

    Only this type is accepted by `Endpoint`, so that nothing is sent unmasked by mistake.
    """

    text: str
    cuts: tuple[Cut, ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the value as read that [start, end) of `text` stands for.

        A range that touches a placeholder covers the whole masked place.
        """
        if not 0 <= start < end <= len(self.text):
            msg = f"[{start}, {end}) is no range of {len(self.text)} characters"
            raise IndexError(msg)
        return self._left(start), self._right(end - 1) + 1

    def head(self, characters: int) -> Masked:
        """Return the first `characters` code points of the masked text."""
        return Masked(self.text[:characters], self.cuts)

    def _cut_at(self, index: int) -> tuple[Cut | None, int]:
        """Return the cut at or before `index`, and how far the text is shifted after it."""
        place = bisect_right(self.cuts, index, key=lambda cut: cut.masked_start)
        if not place:
            return None, 0
        cut = self.cuts[place - 1]
        return cut, cut.end - cut.masked_end

    def _left(self, index: int) -> int:
        cut, shift = self._cut_at(index)
        return cut.start if cut is not None and index < cut.masked_end else index + shift

    def _right(self, index: int) -> int:
        cut, shift = self._cut_at(index)
        return cut.end - 1 if cut is not None and index < cut.masked_end else index + shift


def well_formed(value: str) -> str:
    """Return `value` with lone surrogates, which have no UTF-8 form, replaced one by one (U+FFFD)."""
    return _LONE_SURROGATE.sub("\ufffd", value)


def mask(value: str) -> Masked:
    """Replace phone, ID-card and card numbers, mail addresses, handles and contact names in `value`.

    Quantities, standards and patent numbers stay. Full-width and traditional forms are seen through.
    """
    value = well_formed(value)
    pieces: list[str] = []
    cuts: list[Cut] = []
    done = length = 0
    for datum in personal_data(value):
        placeholder = f"[{datum.kind}]"
        kept = value[done : datum.start]
        masked_start = length + len(kept)
        length = masked_start + len(placeholder)
        pieces += (kept, placeholder)
        cuts.append(_cut(datum, masked_start, length))
        done = datum.end
    pieces.append(value[done:])
    return Masked("".join(pieces), tuple(cuts))


def _cut(datum: PersonalDatum, masked_start: int, masked_end: int) -> Cut:
    return Cut(datum.kind, datum.start, datum.end, masked_start, masked_end)
