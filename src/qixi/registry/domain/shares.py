"""Parts of a whole: how shares are written, and what they come to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

_WRITTEN = re.compile(r"([1-9][0-9]{0,5})(?:/([1-9][0-9]{0,5}))?")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?)[%％]")


def fraction(value: str) -> Fraction:
    """Return a part written as 1, 1/3 or 33.5%; raises ValueError for what is no part of one whole."""
    bare = value.replace(" ", "").replace("／", "/")
    percent, written = _PERCENT.fullmatch(bare), _WRITTEN.fullmatch(bare)
    part = Fraction(0)
    if percent:
        part = Fraction(percent[1]) / 100
    elif written:
        part = Fraction(int(written[1]), int(written[2] or 1))
    if not 0 < part <= 1:
        msg = "份额须写作 1、1/3 或 33.5%，且大于零、不超过一 / a share is written as 1, 1/3 or 33.5%"
        raise ValueError(msg)
    return part


def written(value: str) -> str:
    """Return a part as it is kept in a form: 1, 1/3, 67/200."""
    return str(fraction(value))


def whole(parts: Iterable[Fraction]) -> bool:
    """Say whether parts make one whole."""
    return sum(parts, Fraction(0)) == 1
