"""Rows of totals, which officers put under their tables and which are no record."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qixi.tables.cells import scalar
from qixi.tables.heads import key

_TOTAL = re.compile(
    r"(?:本[页表])?(?:合计|总计|小计|共计|累计|总数|grandtotal|subtotal|total)"
    r"(?:数|数量|金额)?(?:共?\d+[个项条件家]?)?"
)
_FIGURE = re.compile(r"共?[\d.,]*\s*%?\s*(?:[个项条件家]|[十百千]?[万亿]?元)?")
_LONGEST = 40


def total_head(cells: Mapping[str, object]) -> str | None:
    """Return the head under which a row says that it is one of totals, None where it is none.

    Such a row says 合计, 总计, 小计 or total, and all else that is filled in are figures.
    """
    said: str | None = None
    for head, value in cells.items():
        text = (scalar(value) or "") if not isinstance(value, list | dict) else "list"
        if len(text) > _LONGEST:
            return None
        if _TOTAL.fullmatch(key(text)):
            said = said or head
        elif not _FIGURE.fullmatch(text.replace("，", ",").replace("¥", "").strip()):
            return None
    return said
