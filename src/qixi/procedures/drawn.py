"""A draw as it is written down, so that whoever has the record can hold it again by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qixi.core import Problem, Refused, Text
from qixi.procedures.draw import LEAST_NUMBER, Drawn, Expert, Quota, Roster, draw, promise, repeats


def plain(roster: Roster) -> dict[str, Any]:
    """Return a roster as JSON, from which it can be made again."""
    return {
        "case": roster.case,
        "experts": [{"id": each.id, "traits": dict(each.traits)} for each in roster.experts],
        "seats": roster.seats,
        "quotas": [
            {
                "zh": each.title.zh,
                "en": each.title.en,
                "trait": each.trait,
                "value": each.value,
                "at_least": each.at_least,
                "at_most": each.at_most,
            }
            for each in roster.quotas
        ],
        "conflicts": dict(roster.conflicts or {}),
    }


def roster_from(kept: Mapping[str, Any]) -> Roster:
    """Return the roster that was kept as JSON."""
    return Roster(
        kept["case"],
        tuple(Expert(each["id"], each["traits"]) for each in kept["experts"]),
        kept["seats"],
        tuple(
            Quota(Text(q["zh"], q["en"]), q["trait"], q["value"], q["at_least"], q["at_most"])
            for q in kept["quotas"]
        ),
        kept["conflicts"],
    )


def drawn_from(kept: Mapping[str, Any]) -> Drawn:
    """Return the draw that was kept as JSON."""
    return Drawn(kept["commitment"], kept["promises"], kept["numbers"], tuple(kept["panel"]))


def why_no_panel(roster: Roster) -> tuple[Problem, ...]:
    """Return the rules by which no panel can be drawn from a roster; none where one can."""
    nobody = bytes(LEAST_NUMBER)
    try:
        draw(roster, {"": promise("", nobody)}, {"": nobody})
    except Refused as refused:
        return refused.problems
    return ()


def held_as_said(record: Any) -> Text:
    """Return what a record that was downloaded proves; raises Refused where it proves nothing, or a breach.

    With the roster the draw is held again. Without it, where the panel is blind to whoever has the record,
    each number is held against its promise.
    """
    try:
        roster = roster_from(record["roster"]) if record.get("roster") else None
        drawn = drawn_from({"panel": (), **record})
        numbers = {party: bytes.fromhex(number) for party, number in drawn.numbers.items()}
        kept = drawn.promises == {party: promise(party, number) for party, number in numbers.items()}
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Refused(_wrong(Text("不是抽取记录", "this is no record of a draw"))) from None
    if not numbers:
        raise Refused(_wrong(Text("抽取尚未完成", "the draw was not held yet")))
    if not kept:
        raise Refused(_wrong(Text("有随机数与承诺不符", "a number is not what was promised")))
    if roster is None:
        return Text(
            "各方随机数与承诺一致；名单不公开，只能核对到此",
            "every number is what was promised; the roster is not open to you, so that is all there is",
        )
    if not repeats(roster, drawn):
        raise Refused(
            _wrong(Text("重新抽取得到另一结果", "held again, the draw does not give what the record says"))
        )
    return Text("重新抽取，结果一致", "held again, the draw gives the same panel")


def _wrong(reason: Text) -> Problem:
    return Problem("draw", reason, Text("请向经办人员提出", "take it up with the officer of the case"))
