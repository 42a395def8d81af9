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
DOORS = [
    file
    for room in ("web", "api")
    for file in sorted((ROOT / room).rglob("*.py"))
    if file != ROOT / "api" / "services.py" and "migrations" not in file.parts
]


def names_of(file: ast.Module) -> set[str]:
    """Return the names in a file that stand for plain dictionaries and sets, by how they are bound there."""
    plain = (ast.Dict, ast.Set, ast.DictComp, ast.SetComp)
    found: set[str] = set()
    for node in ast.walk(file):
        value = getattr(node, "value", None)
        if isinstance(node, ast.Assign) and isinstance(value, plain):
            found |= {each.id for each in node.targets if isinstance(each, ast.Name)}
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(value, plain):
            found.add(node.target.id)
    return found


def written(text: str) -> list[int]:
    """Return the lines of a file on which models are written."""
    file = ast.parse(text)
    plain = names_of(file)
    # A decorator says by which method a program asks; it calls nothing of a model.
    routes = {id(each) for node in ast.walk(file) for each in getattr(node, "decorator_list", ())}
    return [
        node.lineno
        for node in ast.walk(file)
        if isinstance(node, ast.Call)
        and id(node) not in routes
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITING
        and not (
            node.func.attr == "update"
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in plain
        )
    ]


def test_doors_write_nothing_themselves():
    assert len(DOORS) > 25
    found = {str(file.relative_to(ROOT)): written(file.read_text("utf-8")) for file in DOORS}
    assert {place: lines for place, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    ["words.save()", "Case.objects.create(x=1)", "found.update(step='x')", "Case.objects.all().delete()"],
)
def test_writing_is_noticed(line: str):
    assert written(line) == [1]


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
