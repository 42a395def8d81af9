"""The table of one match: each requirement beside the technology's words that speak to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qixi.core import Need, Quote, Span, Text
from qixi.match.explain import Explanation
from qixi.match.quantities import Status
from qixi.match.report.marking import Piece, pieces
from qixi.match.report.wording import FIELD, KIND, STATUS
from qixi.match.requirements import Requirement, split_need
from qixi.match.spans import Evidence, NumberCheck, what_lacks


@dataclass(frozen=True, slots=True)
class Cited:
    """A quotation with its marks, and where it stands."""

    quote: Quote
    place: Text
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One requirement held against a technology; `number` is None where it does not count."""

    number: int | None
    kind: Text
    status: Status
    outcome: Text
    asked: tuple[Cited, ...]
    answered: tuple[Cited, ...]
    numbers: tuple[NumberCheck, ...]


def requirements_of(need: Need, why: Explanation | None) -> Mapping[int, Requirement]:
    """Return what `need` asks of a technology, numbered from 1, as its explanations numbered it."""
    found = split_need(need) if why is None else [each.requirement for each in why.evidence]
    return dict(enumerate((each for each in found if _counts(each)), 1))


def checks(why: Explanation) -> tuple[tuple[Check, ...], int]:
    """Return the rows of the table, and how many statements were left out.

    What does not count towards the unmet share (conditions, budget, schedule) is shown only where
    the technology speaks to it.
    """
    rows, number, left_out = [], 0, 0
    for evidence in why.evidence:
        counts = _counts(evidence.requirement)
        number += counts
        if counts or evidence.status is not Status.MISSING:
            rows.append(_check(evidence, number if counts else None))
        else:
            left_out += 1
    return tuple(rows), left_out


def _counts(requirement: Requirement) -> bool:
    return what_lacks((Evidence(requirement, Status.MISSING, ()),)).unmet is not None


def _check(evidence: Evidence, number: int | None) -> Check:
    asked = [(mark.need.span, "word") for mark in evidence.marks]
    asked += [(check.need.span, "number") for check in evidence.numbers]
    answered = [(mark.asset.span, "word") for mark in evidence.marks]
    answered += [(_stated(check), "number") for check in evidence.numbers]
    return Check(
        number,
        KIND[evidence.requirement.kind],
        evidence.status,
        STATUS[evidence.status],
        tuple(Cited(quote, place_of(quote.span), pieces(quote, asked)) for quote in evidence.asked),
        tuple(Cited(quote, place_of(quote.span), pieces(quote, answered)) for quote in evidence.answered),
        evidence.numbers,
    )


def _stated(check: NumberCheck) -> Span:
    """Return the span of the number alone, without the property that the quotation begins with."""
    offered, span = check.verdict.offered, check.asset.span
    return Span(span.field, offered.start, offered.end, span.item)


def place_of(span: Span) -> Text:
    """Return the name of the field a quotation stands in: "claim 2"."""
    name = FIELD.get(span.field, Text(span.field, span.field))
    return Text(name.zh.format(item=span.item + 1), name.en.format(item=span.item + 1))
