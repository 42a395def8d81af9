"""Matches as rows of a table, the form in which they leave the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from qixi.core import Asset, Need, Quote, Text
from qixi.match.explain import Explanation
from qixi.match.ranking import Match, Ranking
from qixi.match.spans import Evidence, NumberCheck

MATCH_COLUMNS = (
    "demand_id",
    "supply_id",
    "rank",
    "score",
    "demand_title",
    "supply_title",
    "fit_business",
    "fit_need",
    "fit_portfolio",
    "known",
    "suggestion",
    "suggestion_zh",
    "suggestion_en",
    "reasons_zh",
    "reasons_en",
    "folded",
    "evidence",
)
"""Columns of a match file; suggestion and evidence are filled for matches explained in full.

The reasons are one text, a reason a line; `folded` are ids with semicolons between. Behind them come
the columns of people's files that Qixi does not know, see `travelling`."""

LIKELIHOOD = "likelihood"
"""A further column where the settings hold curves that were learnt from feedback: 0 to 1."""

DEMAND, SUPPLY = "demand: ", "supply: "
"""What stands before the head of a column that travels through, by the file it comes from."""

WITHHELD_COLUMNS = ("demand_id", "supply_id", "score", "code", "reason_zh", "reason_en")


def travelling(needs: Iterable[Need], assets: Iterable[Asset]) -> tuple[str, ...]:
    """Return the names of the columns that travel through to the match file, sorted, the needs' first."""
    mine = {head for need in needs for head in need.extra}
    theirs = {head for asset in assets for head in asset.extra}
    return (*(DEMAND + head for head in sorted(mine)), *(SUPPLY + head for head in sorted(theirs)))


def match_row(match: Match, need: Need, asset: Asset, explained: Explanation | Text) -> dict[str, object]:
    """Return one match under MATCH_COLUMNS and the records' own columns that travel through.

    `explained` is its explanation or its short reason.
    """
    row: dict[str, object] = {
        "demand_id": match.need_id,
        "supply_id": match.asset_id,
        "rank": match.rank,
        "score": match.score,
        "demand_title": need.title,
        "supply_title": asset.title,
        "fit_business": match.business,
        "fit_need": match.need,
        "fit_portfolio": match.portfolio,
        "known": match.known,
        "folded": ";".join(match.folded),
    }
    reasons = (explained,) if isinstance(explained, Text) else explained.reasons()
    row |= {
        "reasons_zh": "\n".join(reason.zh for reason in reasons),
        "reasons_en": "\n".join(reason.en for reason in reasons),
    }
    if isinstance(explained, Explanation):
        row |= {
            "suggestion": explained.suggestion.form.value,
            "suggestion_zh": explained.suggestion.name.zh,
            "suggestion_en": explained.suggestion.name.en,
            "evidence": [evidence_row(each) for each in explained.evidence],
        }
    return row | _own(DEMAND, need.extra) | _own(SUPPLY, asset.extra)


def _own(before: str, extra: Mapping[str, str]) -> dict[str, object]:
    return {before + head: value for head, value in extra.items()}


def evidence_row(evidence: Evidence) -> dict[str, object]:
    """Return the outcome for one requirement as plain values."""
    return {
        "kind": evidence.requirement.kind.value,
        "weight": evidence.requirement.weight,
        "status": evidence.status.value,
        "asked": _quotes(evidence.asked),
        "answered": _quotes(evidence.answered),
        "marks": [{"need": _quote(mark.need), "supply": _quote(mark.asset)} for mark in evidence.marks],
        "numbers": [_number(check) for check in evidence.numbers],
    }


def _number(check: NumberCheck) -> dict[str, object]:
    return {
        "status": check.verdict.status.value,
        "need": _quote(check.need),
        "supply": _quote(check.asset),
    }


def _quotes(quotes: Sequence[Quote]) -> list[dict[str, object]]:
    return [_quote(quote) for quote in quotes]


def _quote(quote: Quote) -> dict[str, object]:
    span = quote.span
    return {"field": span.field, "item": span.item, "start": span.start, "end": span.end, "text": quote.text}


def withheld_rows(rankings: Sequence[Ranking]) -> list[dict[str, object]]:
    """Return what was withheld from the needs' matches under WITHHELD_COLUMNS."""
    return [
        {
            "demand_id": ranking.need_id,
            "supply_id": each.asset_id,
            "score": each.score,
            "code": each.code,
            "reason_zh": each.reason.zh,
            "reason_en": each.reason.en,
        }
        for ranking in rankings
        for each in ranking.withheld
    ]
