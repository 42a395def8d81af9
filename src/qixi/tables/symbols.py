"""Codes inside cells: IPC symbols and GB/T 4754 industry codes."""

from __future__ import annotations

import re
import unicodedata

_EDITION = re.compile(r"\((?:19|20)\d\d[.\-]\d\d\)")
_PACKED = re.compile(r"(?<![A-Z0-9])([A-H]\d\d[A-Z])(\d{4})(\d{6})(?![0-9])")
_SYMBOL = re.compile(
    r"(?<![A-Z0-9])([A-H](?:0[1-9]|[1-9]\d)[A-Z]?)(?:(?<=[A-Z])\s*0*(\d{1,4})\s*/\s*(\d{2,6}))?(?![A-Z0-9/])"
)
_PREFIX = re.compile(r"^(?:INT\.?\s*CL\.?\s*\d*|IPC)\s*[:.]?\s*")
_PARTS = re.compile(r"[;,、|\n\r\t]+")

_INDUSTRY = r"([A-T]?(?:0[1-9]|[1-8]\d|9[0-8])\d{0,2})"
_LEADING = re.compile(rf"\s*{_INDUSTRY}(?![0-9A-Za-z.%年])")
_BRACKETED = re.compile(rf"[(\[【]\s*{_INDUSTRY}\s*[)\]】]")
_LETTER = re.compile(r"\s*([A-T])(?![0-9A-Za-z])")


def ipc_symbols(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (symbols, parts that are none) of a cell: "H01M 10/0525(2010.01)I" gives H01M10/0525.

    Understood are full symbols, subclasses and classes, in one spelling each, and the packed form of
    WIPO ST.8 (H01M0010052500). The two lists keep the order of the cell, without repeats.
    """
    symbols: dict[str, None] = {}
    strange: dict[str, None] = {}
    folded = _EDITION.sub(" ", unicodedata.normalize("NFKC", text).upper())
    for part in _PARTS.split(folded):
        rest = _PREFIX.sub("", part.strip())
        rest = _PACKED.sub(lambda m: f"{m[1]}{int(m[2])}/{m[3].rstrip('0'):0<2}", rest)
        found = list(_SYMBOL.finditer(rest))
        symbols.update((_spelled(match), None) for match in found)
        left = _SYMBOL.sub(" ", rest)
        if (found and re.fullmatch(r"[\sINAFLB.]*", left)) or not left.strip():
            continue
        strange[part.strip()] = None
    return tuple(symbols), tuple(strange)


def _spelled(match: re.Match[str]) -> str:
    subclass, group, subgroup = match.groups()
    return subclass if group is None else f"{subclass}{group}/{subgroup}"


def industry_code(text: str) -> str:
    """Return the GB/T 4754 code in "C2710 化学药品原料药制造", "2710" or "医药制造业(C27)"; else ""."""
    folded = unicodedata.normalize("NFKC", text[:500])
    for pattern in (_LEADING, _BRACKETED, _LETTER):
        found = pattern.match(folded) if pattern is not _BRACKETED else pattern.search(folded)
        if found:
            return found.group(1)
    return ""
