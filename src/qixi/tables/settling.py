"""One word for each shown pair, where people wrote several: the last by date, column by column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from qixi.core import Problem
from qixi.tables.faults import fault
from qixi.tables.feedback import GRADES, Feedback

_COLUMNS = (*GRADES, "introduced", "signed", "propensity")


def settled(records: Iterable[Feedback]) -> tuple[tuple[Feedback, ...], tuple[Problem, ...]]:
    """Return one record for each pair, sorted by ids, and a remark for each value that gave way.

    Feedback comes in steps, so a later row that leaves a column empty takes nothing back: each
    column counts by its last stated value. Undated rows stand before dated ones. Where two rows of
    the same day, or two undated ones, say different things, neither counts in that column. What is
    signed was introduced, and what was not introduced was not signed.
    """
    pairs: dict[tuple[str, str], list[Feedback]] = {}
    for record in records:
        pairs.setdefault((record.demand_id, record.supply_id), []).append(record)
    remarks: list[Problem] = []
    return tuple(_one(pairs[pair], remarks) for pair in sorted(pairs)), tuple(remarks)


def _one(rows: Sequence[Feedback], remarks: list[Problem]) -> Feedback:
    distinct: list[Feedback] = []
    for row in rows:
        if row in distinct:
            remarks.append(_remark("feedback-repeated", row, None))
        else:
            distinct.append(row)
    ordered = sorted(distinct, key=_day)
    values = {name: _last(ordered, name, remarks) for name in _COLUMNS}
    if values["signed"]:
        values["introduced"] = True
    elif values["introduced"] is False:
        values["signed"] = False
    return replace(ordered[-1], **values)  # type: ignore[arg-type]


def _last(ordered: Sequence[Feedback], name: str, remarks: list[Problem]) -> object:
    said = [row for row in ordered if getattr(row, name) is not None]
    if not said:
        return None
    last = [row for row in said if _day(row) == _day(said[-1])]
    value = getattr(last[-1], name)
    if any(getattr(row, name) != value for row in last):
        remarks.append(_remark("feedback-conflict", last[-1], name))
        return None
    remarks += [_remark("feedback-superseded", row, name) for row in said if getattr(row, name) != value]
    return value


def _day(row: Feedback) -> dt.date:
    return row.date or dt.date.min


def _remark(code: str, row: Feedback, column: str | None) -> Problem:
    pair = {"demand": row.demand_id, "supply": row.supply_id}
    return fault(code, pair, file=row.file, row=row.row, column=column)
