"""Over real demands and real technologies: every quotation verbatim, every span in range, no crash."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_requirements import covers
from test_spans import assert_verbatim

from qixi.core import Asset, Need
from qixi.match.lexicon import default_lexicon
from qixi.match.quantities import read_quantities
from qixi.match.requirements import split_need
from qixi.match.spans import SpanFinder, what_lacks

pytestmark = pytest.mark.data
# How many of each source are held against every demand.
SAMPLE = 12


def real(name: str) -> list[dict[str, str]]:
    """Return a real collection; skips where there is none, which fails where QIXI_REQUIRE names data."""
    root = Path(os.environ.get("QIXI_DATA") or Path(__file__).parents[2] / ".." / "shared" / "data")
    path = root / name
    if not path.exists():
        pytest.skip(f"data: {name} is not under QIXI_DATA")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def demands() -> list[Need]:
    return [Need(row["id"], row["title"], row["content"]) for row in real("demand-achievement/demands.jsonl")]


def technologies() -> Iterator[Asset]:
    rows = real("technologies/technologies.jsonl")
    for row in rows[:: len(rows) // SAMPLE]:
        yield Asset(
            f"{row['id']}zh", row["name_zh"], row["abstract_zh"] or "", (row["patent_feature_zh"] or "",)
        )
        yield Asset(f"{row['id']}en", row["name_en"], row["abstract_en"] or "")


def patents() -> Iterator[Asset]:
    rows = real("patents/patents.jsonl")
    for row in rows[:: len(rows) // SAMPLE]:
        yield Asset(row["id"], row["title"], row["abstract"])


def test_every_demand_is_covered_and_quoted_verbatim() -> None:
    for need in demands():
        assert covers(need)
        for requirement in split_need(need):
            assert need.quote(requirement.spans[0]).text == requirement.text


def test_every_number_of_patents_and_technologies_is_verbatim() -> None:
    texts = [row["abstract"] for row in real("patents/patents.jsonl")]
    texts += [
        row[key] or ""
        for row in real("technologies/technologies.jsonl")
        for key in ("abstract_zh", "abstract_en")
    ]
    count = 0
    for text in texts:
        for stated in read_quantities(text):
            count += 1
            assert stated.text == text[stated.start : stated.end]
            if stated.property_span is not None:
                assert stated.property_text == text[slice(*stated.property_span)]
    assert count > 3000


def test_every_quotation_of_real_pairs_is_verbatim() -> None:
    needs = [(need, split_need(need)) for need in demands()]
    spans, quoted = SpanFinder(lexicon=default_lexicon()), 0
    for asset in (*technologies(), *patents()):
        prepared = spans.prepare(asset)
        for need, requirements in needs:
            found = spans.find_all(requirements, prepared)
            assert str(what_lacks(found).summary)
            for evidence in found:
                if evidence.answered:
                    quoted += 1
                    assert_verbatim(need, asset, evidence)
    assert quoted > 100
