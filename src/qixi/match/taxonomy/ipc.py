"""Titles of the International Patent Classification down to main group (WIPO, CC BY 4.0)."""

from __future__ import annotations

from functools import cache

from qixi.core import Text
from qixi.match.taxonomy.symbol import ipc_ancestors
from qixi.match.taxonomy.table import rows


@cache
def ipc_table() -> dict[str, Text]:
    """Return symbol to titles; the English name is empty below subclass."""
    return {symbol: Text(zh, en) for symbol, zh, en in rows("taxonomy", "ipc.tsv.gz")}


@cache
def subclasses() -> tuple[str, ...]:
    """Return every IPC subclass symbol, in order."""
    return tuple(symbol for symbol in ipc_table() if len(symbol) == 4)


def ipc_title(symbol: str) -> str | None:
    """Return the Chinese title of `symbol`, of its main group where it is a subgroup; None if unknown."""
    chain = ipc_ancestors(symbol)
    candidates = [code for code in chain if "/" in code] or chain[:1]
    return next((ipc_table()[code].zh for code in candidates if code in ipc_table()), None)


def ipc_label(symbol: str, limit: int = 24) -> Text:
    """Return symbol and title for a reason: 'H01M “用于直接转变化学能为电能的方法或装置…”'.

    Only the first parts of a title that fit into `limit` characters are kept. An unknown or
    untranslated group is named by its subclass.
    """
    chain = ipc_ancestors(symbol)
    if not chain:
        return Text(symbol, symbol)
    table = ipc_table()
    zh = next((table[code].zh for code in chain if code in table), "")
    en = next((table[code].en for code in chain if code in table and table[code].en), "")
    return Text(f"{chain[0]} “{_short(zh, '；', limit)}”", f'{chain[0]} "{_short(en, "; ", 2 * limit)}"')


def _short(title: str, separator: str, limit: int) -> str:
    """Return the leading parts of a title that fit, at least the start of the first."""
    kept = ""
    for part in title.split(separator):
        longer = f"{kept}{separator}{part}" if kept else part
        if len(longer) > limit:
            break
        kept = longer
    return kept or f"{title[: limit - 1]}…"
