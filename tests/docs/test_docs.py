"""The docs hold: commands run, settings are taken, links lead somewhere, tables are the code's."""

from __future__ import annotations

import json
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pyarrow.dataset as datasets
import pytest

from qixi.cli import main
from qixi.match.assign.rows import ALLOCATION_COLUMNS, PRICE_COLUMNS, WHY_COLUMNS
from qixi.match.rows import MATCH_COLUMNS, WITHHELD_COLUMNS
from qixi.match.settings import Settings
from qixi.tables import REJECT_COLUMNS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(p for p in ROOT.glob("docs/**/*.md") if "_build" not in p.parts)])
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!\w+://)(?P<target>[^)\s]*)\)")


def blocks(page: Path, kind: str) -> list[str]:
    return [found["body"] for found in BLOCK.finditer(page.read_text("utf-8")) if found["kind"] == kind]


def pages_with(*kinds: str) -> list[object]:
    found = [p for p in PAGES if any(blocks(p, kind) for kind in kinds)]
    return [pytest.param(p, id=str(p.relative_to(ROOT))) for p in found]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder like a reader's: the repository's examples and nothing else."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QIXI_LANGUAGE", raising=False)
    return tmp_path


def run(command: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run one line of a console; `qixi` in this process, which spares loading it each time."""
    words = shlex.split(command)
    if words[0] != "qixi":
        return subprocess.run(["/bin/sh", "-c", command], check=False, timeout=60).returncode
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("page", pages_with("console", "python"))
def test_commands_and_python_of_page_run(
    page: Path, desk: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = [line for block in blocks(page, "console") for line in block.splitlines()]
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    assert len(commands) == len(lines), "each line of a console block is a command after `$ `"
    for command in commands:
        assert run(command, monkeypatch) == 0, (command, capfd.readouterr())
    script = desk / "page.py"
    script.write_text("\n".join(blocks(page, "python")), "utf-8")
    runpy.run_path(str(script))


@pytest.mark.parametrize("page", pages_with("toml"))
def test_settings_of_page_are_taken(page: Path) -> None:
    for block in blocks(page, "toml"):
        assert Settings.model_validate(tomllib.loads(block)) != Settings()


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", [pytest.param(p, id=str(p.relative_to(ROOT))) for p in PAGES])
def test_links_of_page_lead_somewhere(page: Path) -> None:
    dead = []
    for found in LINK.finditer(page.read_text("utf-8")):
        place, _, anchor = found["target"].partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(found["target"])
    assert dead == []


def test_docs_build_without_warnings(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-E",
        "-d",
        str(tmp_path / "trees"),
    ]
    done = subprocess.run(
        [*command, str(ROOT / "docs"), str(tmp_path / "html")], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_reference_pages_are_what_the_code_says() -> None:
    assert runpy.run_path(str(ROOT / "tools" / "reference.py"))["stale"]() == []


def test_locks_answer_to_project_file() -> None:
    assert runpy.run_path(str(ROOT / "tools" / "locks.py"))["faults"]() == []


NAMED = re.compile(r"文档“(.+?)”|the page \"(.+?)\"")


def test_pages_that_messages_name_exist() -> None:
    titles = {page.read_text("utf-8").partition("# ")[2].partition("\n")[0] for page in PAGES}
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").glob("**/*.py"))
    named = {zh or en for zh, en in NAMED.findall(code)}
    assert "Settings" in named
    assert named <= titles


def listed(head: str) -> tuple[str, ...]:
    """Return the names in the table under a head of the outputs page."""
    text = (ROOT / "docs" / "reference" / "outputs.md").read_text("utf-8")
    section = re.split(r"^#", text.partition(f"## {head}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        ("Matches", MATCH_COLUMNS),
        ("Withheld", WITHHELD_COLUMNS),
        ("Rejects", REJECT_COLUMNS),
        ("Allocation", ALLOCATION_COLUMNS),
        ("Why not", WHY_COLUMNS),
        ("Prices", PRICE_COLUMNS),
    ],
)
def test_output_page_lists_the_columns(head: str, columns: tuple[str, ...]) -> None:
    assert listed(head) == columns


def test_output_page_lists_the_columns_of_a_batch(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = "--supply examples/province/technologies.jsonl --demand examples/province/needs.csv"
    assert run(f"qixi batch {sample} --out batch", monkeypatch) == 0
    for name in ("forward", "back"):
        assert listed(f"`{name}`") == tuple(datasets.dataset(desk / "batch" / name).schema.names)


def test_output_page_lists_the_keys_of_a_search(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("qixi index build i --supply examples/province/technologies.jsonl", monkeypatch) == 0
    capsys.readouterr()
    assert run("qixi search --index i --need 锂 --region 火星 --format json", monkeypatch) == 0
    assert listed("Search") == tuple(json.loads(capsys.readouterr().out))


def test_output_page_lists_what_made_the_output(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = "--supply examples/province/technologies.jsonl --demand examples/province/needs.csv"
    assert run(f"qixi match {sample} --out m.csv --explain 0 --top 1", monkeypatch) == 0
    made = json.loads((desk / "m.csv.meta.json").read_text("utf-8"))["qixi"]
    assert sorted(listed("What made it")) == sorted(made)


def test_dependencies_are_those_of_the_decision_and_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [re.match(r"[\w.-]+", each)[0] for each in project["dependencies"]]
    decision = (ROOT / "docs" / "decisions" / "0005-dependencies.md").read_text("utf-8")
    assert re.findall(r"^\| ([a-z][a-z0-9-]*) \|", decision, re.MULTILINE) == names
    modules = {
        "django-allauth": "allauth",
        "django-csp": "csp",
        "django-ninja": "ninja",
        "faiss-cpu": "faiss",
        "pystemmer": "Stemmer",
        "python-docx": "docx",
        "pyyaml": "yaml",
    }
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").glob("**/*.py"))
    imported = re.findall(r"^\s*(?:import|from(?=.* import )) (\w+)", code, re.MULTILINE)
    settings = (ROOT / "src" / "qixi" / "settings.py").read_text("utf-8")
    used = {*imported, *re.findall(r'"(\w+)[.\w]*"', settings)}  # Django loads what its settings name
    # granian is started as a command of its own.
    assert [n for n in names if modules.get(n, n).replace("-", "_") not in used] == ["granian"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    names += [re.match(r"[\w.-]+", each)[0] for each in extras]
    known = {modules.get(n, n).replace("-", "_") for n in names}
    # sentence-transformers brings torch and transformers, pydantic its core.
    brought = {"pydantic_core", "qixi", "torch", "transformers"}
    assert set(imported) <= known | sys.stdlib_module_names | brought


def test_make_targets_of_docs_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    texts = "\n".join(page.read_text("utf-8") for page in PAGES)
    named = re.findall(r"`make ([a-z-]+)`", texts) + [
        name
        for page in PAGES
        for block in blocks(page, "sh")
        for name in re.findall(r"^make ([a-z-]+)", block, re.MULTILINE)
    ]
    assert named
    assert set(named) <= targets
