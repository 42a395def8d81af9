"""The doors write nothing: pages and interfaces call services and queries, and no model's own methods."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import qixi

ROOT = Path(qixi.__file__).parent
WRITING = {
    "save", "create", "delete", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
}  # fmt: skip
PLAIN = {"dict", "set", "words", "data", "found"}


def written(file: Path) -> list[str]:
    """Return the calls in a file by which models are written."""
    calls = (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call))
    return [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in WRITING
        and not (isinstance(call.func.value, ast.Name) and call.func.value.id in PLAIN)
    ]


def test_pages_write_nothing_themselves():
    files = sorted((ROOT / "web").rglob("*.py"))
    assert len(files) > 15
    assert [place for file in files for place in written(file)] == []


@pytest.mark.parametrize("words", ['style="', "<style", "onclick=", "javascript:", "<script>"])
def test_pages_hold_nothing_that_their_policy_forbids(words: str):
    for page in (ROOT / "web" / "templates").rglob("*.html"):
        assert words not in page.read_text("utf-8"), page


def test_every_wording_of_a_page_is_in_both_languages():
    for page in (ROOT / "web" / "templates").rglob("*.html"):
        text = page.read_text("utf-8")
        for tag in text.split("{% say ")[1:]:
            inside = tag.split("%}")[0]
            assert inside.count('"') + inside.count("'") >= 4, f"{page}: {inside}"
