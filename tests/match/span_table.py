"""Measures the span finder against planted pairs; run as a script it prints the figures."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from qixi.core import Asset, Quote, Span
from qixi.match.lexicon import default_lexicon
from qixi.match.quantities import Status, read_quantities
from qixi.match.requirements import Kind, Requirement
from qixi.match.spans import Evidence, SpanFinder

CASES = Path(__file__).parent / "cases" / "spans.jsonl"
# A quotation is right when it shares at least this part of all characters quoted or planted.
SHARED = 0.5


@dataclass(frozen=True)
class Case:
    id: str
    group: str
    need: str
    asset: Asset
    answer: str
    status: Status

    def requirement(self) -> Requirement:
        place = Span("content", 0, len(self.need))
        return Requirement(Kind.TARGET, (place,), self.need, 1.0, "case", read_quantities(self.need))


def cases() -> list[Case]:
    found = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        asset = Asset(row["id"], row["title"], row["abstract"])
        found.append(Case(row["id"], row["group"], row["need"], asset, row["answer"], Status(row["status"])))
    return found


def finder() -> SpanFinder:
    return SpanFinder(lexicon=default_lexicon())


def evidence(case: Case, spans: SpanFinder) -> Evidence:
    return spans.find(case.requirement(), spans.prepare(case.asset))


def hit(case: Case, answered: tuple[Quote, ...]) -> bool:
    """Return whether one quotation of the abstract shares enough with the planted span."""
    start = case.asset.abstract.index(case.answer)
    planted = set(range(start, start + len(case.answer)))
    for quote in answered:
        quoted = set(range(quote.span.start, quote.span.end)) if quote.span.field == "abstract" else set()
        if len(planted & quoted) >= SHARED * len(planted | quoted):
            return True
    return False


@dataclass
class Figures:
    pairs: Counter[str] = field(default_factory=Counter)
    right_status: Counter[str] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    right_span: Counter[str] = field(default_factory=Counter)
    statuses: Counter[tuple[Status, Status]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def measure() -> Figures:
    figures, spans = Figures(), finder()
    for case in cases():
        found = evidence(case, spans)
        figures.statuses[case.status, found.status] += 1
        planted = case.answer != ""
        right = found.status is case.status
        quoted = planted and hit(case, (*found.answered, *(check.asset for check in found.numbers)))
        for group in (case.group, "all"):
            figures.pairs[group] += 1
            figures.planted[group] += planted
            figures.right_status[group] += right
            figures.right_span[group] += quoted
        if not right or quoted != planted:
            got = [quote.text for quote in found.answered]
            figures.faults.append(
                f"{case.id} {case.need!r}: wanted {case.status} {case.answer!r}, "
                f"got {found.status} {got} (coverage {found.coverage:.2f})"
            )
    return figures


def table(figures: Figures) -> str:
    lines = ["| pairs | number | status right | span right |", "|---|---|---|---|"]
    for group in figures.pairs:
        spans = f"{figures.right_span[group]} of {figures.planted[group]}"
        lines.append(f"| {group} | {figures.pairs[group]} | {figures.right_status[group]} | {spans} |")
    return "\n".join(lines)


if __name__ == "__main__":
    found = measure()
    sys.stdout.write("\n".join([table(found), *found.faults, ""]))
