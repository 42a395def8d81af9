"""Pairs in people's files that speak of needs or technologies which were not read."""

from __future__ import annotations

from collections.abc import Container

from qixi.core import Problem, Text
from qixi.tables import Feedback, Pair


def unknown(pair: Pair | Feedback, needs: Container[str], technologies: Container[str]) -> Problem | None:
    """Return what is wrong with a pair of whose ids one or both are not among those read; None for others."""
    zh, en = [], []
    if pair.demand_id not in needs:
        zh.append(f"需求“{pair.demand_id}”")
        en.append(f'need "{pair.demand_id}"')
    if pair.supply_id not in technologies:
        zh.append(f"技术“{pair.supply_id}”")
        en.append(f'technology "{pair.supply_id}"')
    if not zh:
        return None
    return Problem(
        "pair-unknown",
        Text(
            f"{'和'.join(zh)}不在已读入的记录中",
            f"{' and '.join(en)} {'are' if len(en) > 1 else 'is'} not among the records read",
        ),
        Text("请核对编号；该行未起作用", "check the id; the row had no effect"),
        pair.file,
        pair.row,
    )
