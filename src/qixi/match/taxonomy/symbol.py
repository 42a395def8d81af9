"""IPC symbols as people write them, brought to one form, and what lies above them."""

from __future__ import annotations

import re
from functools import lru_cache

from qixi.match.text import fold

_SYMBOL = re.compile(
    r"(?P<section>[a-h])"
    r"(?:(?P<digits>\d{2})"
    r"(?:(?P<letter>[a-z])"
    r"(?:[\s-]*0*(?P<group>[1-9]\d{0,3})(?:\s*[/:]\s*(?P<sub>\d{2,6}))?)?)?)?"
    r"(?![0-9a-z])"
)


@lru_cache(maxsize=65536)
def normal_symbol(symbol: str) -> str | None:
    """Return `symbol` as "H01M10/0525", "H01M10/00", "H01M", "H01" or "H"; None if it is no IPC symbol.

    "H01M 10/0525", "H01M-010/0525", "h01m10/0525(2010.01)" and full-width forms are understood; a
    group without a subgroup number stands for the main group.
    """
    folded = fold(symbol).strip()
    found = _SYMBOL.match(folded)
    if found is None:
        return None
    section, digits, letter, group, sub = found.groups()
    if letter is None and found.end() != len(folded):
        return None  # "a house" is no section A
    head = f"{section}{digits or ''}{letter or ''}".upper()
    return head if group is None else f"{head}{group}/{sub or '00'}"


@lru_cache(maxsize=65536)
def ipc_ancestors(symbol: str) -> tuple[str, ...]:
    """Return the symbol itself and what lies above it, nearest first; empty if it is no IPC symbol.

    "H01M10/0525" gives H01M10/0525, H01M10/00, H01M, H01, H.
    """
    own = normal_symbol(symbol)
    if own is None:
        return ()
    chain = [own]
    if "/" in own:
        chain += [f"{own.partition('/')[0]}/00", own[:4]]
    chain += [own[:3], own[:1]]
    return tuple(dict.fromkeys(chain))
