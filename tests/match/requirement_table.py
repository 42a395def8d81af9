"""Measures the splitting of needs against the table of cases; run as a script it prints the figures."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from qixi.core import Need
from qixi.match.requirements import background_mask
from qixi.match.requirements.sentences import has_words

CASES = Path(__file__).parent / "cases" / "requirements.jsonl"
KINDS = ("heading", "problem", "target", "constraint", "condition", "other")


def needs() -> list[tuple[Need, list[str]]]:
    """Return each need with the wanted kind of every character of its content."""
    found = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        content = "".join(text for _, text in case["parts"])
        kinds = [kind for kind, text in case["parts"] for _ in text]
        found.append((Need(case["id"], case["title"], content), kinds))
    return found


@dataclass
class Figures:
    """Characters by (wanted, got) kind, blanks and punctuation left out."""

    needs: int = 0
    parts: int = 0
    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def right(self) -> float:
        return sum(n for (a, b), n in self.cells.items() if a == b) / sum(self.cells.values())

    def precision(self, kind: str) -> float:
        got = sum(n for (_, b), n in self.cells.items() if b == kind)
        return self.cells[kind, kind] / got if got else 0.0

    def recall(self, kind: str) -> float:
        wanted = sum(n for (a, _), n in self.cells.items() if a == kind)
        return self.cells[kind, kind] / wanted


def measure() -> Figures:
    figures = Figures()
    for need, wanted in needs():
        figures.needs += 1
        for segment in background_mask(need):
            span = segment.span
            if span.field == "title":
                continue
            figures.parts += 1
            got = "heading" if segment.group == "heading" else str(segment.kind)
            for i in range(span.start, span.end):
                if has_words(need.content, i, i + 1):
                    figures.cells[wanted[i], got] += 1
            wrong = Counter(wanted[i] for i in range(span.start, span.end) if wanted[i] != got)
            text = need.content[span.start : span.end].strip()
            if text and wrong.total() > (span.end - span.start) / 2:
                figures.faults.append(
                    f"{need.id}: {text!r} is {wrong.most_common(1)[0][0]}, got {got} ({segment.group})"
                )
    return figures


def table(figures: Figures) -> str:
    lines = ["| part | precision | recall |", "|---|---|---|"]
    lines += [f"| {kind} | {figures.precision(kind):.3f} | {figures.recall(kind):.3f} |" for kind in KINDS]
    lines.append(f"| all, {figures.needs} needs | {figures.right():.3f} | {figures.right():.3f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    found = measure()
    sys.stdout.write("\n".join([table(found), *found.faults, ""]))
