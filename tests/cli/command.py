"""Running the command as a person does, in this process or in one of its own, and reading what it wrote."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from unittest import mock

import openpyxl
import pyarrow.parquet

from qixi.cli import main

PROVINCE = Path(__file__).parents[2] / "examples" / "province"
SUPPLY, DEMAND = PROVINCE / "technologies.jsonl", PROVINCE / "needs.csv"
HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


def qixi(*args: object, **environment: str) -> Outcome:
    """Run the command in this process, with that of the environment which sets nothing."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("QIXI_")}
    with (
        mock.patch.object(sys, "argv", ["qixi", *map(str, args)]),
        mock.patch.dict(os.environ, {**clean, **environment}, clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    for stream in (out, err):
        stream.flush()
    said = [stream.buffer.getvalue().decode("utf-8") for stream in (out, err)]
    assert isinstance(code, int)
    assert "Traceback" not in said[0] + said[1]
    return Outcome(code, *said)


def spawned(*args: object, **environment: str) -> dict[str, object]:
    """Return what `subprocess` needs to run the command in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("QIXI_")}
    return {
        "args": [sys.executable, "-m", "qixi", *map(str, args)],
        "env": {**clean, "PYTHONIOENCODING": "utf-8", **environment},
    }


def process(*args: object, cwd: Path | None = None, **environment: str) -> Outcome:
    """Run the command in a process of its own, output and errors into pipes."""
    done = subprocess.run(
        **spawned(*args, **environment), cwd=cwd, capture_output=True, check=False, timeout=120
    )
    out, err = (stream.decode("utf-8", errors="strict") for stream in (done.stdout, done.stderr))
    assert "Traceback" not in out + err
    return Outcome(done.returncode, out, err)


def refused(outcome: Outcome) -> str:
    """Assert that the command refused in both languages and return what it said."""
    assert outcome.code == 4, outcome
    lines = outcome.err.splitlines()
    zh = [line for line in lines if line.startswith("拒绝：")]
    en = [line for line in lines if line.startswith("refused: ")]
    assert zh
    assert len(zh) == len(en)
    assert all(HAN.search(line.removeprefix("拒绝：")) for line in zh)
    return outcome.err


def files_in(folder: Path) -> list[str]:
    """Return everything in a folder, hidden files too, by path inside it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def rows_of(path: Path) -> list[dict[str, object]]:
    """Read a table back with the libraries that other programs use."""
    match path.suffix:
        case ".jsonl":
            return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        case ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                return list(csv.DictReader(file))
        case ".parquet":
            return pyarrow.parquet.read_table(path).to_pylist()
        case ".run":
            names = ("demand_id", "q0", "supply_id", "rank", "score", "tag")
            lines = path.read_text("utf-8").splitlines()
            return [dict(zip(names, line.split(" "), strict=True)) for line in lines]
    book = openpyxl.load_workbook(path, read_only=True)
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    book.close()
    return [dict(zip_longest((_column(name) for name in head), row)) for row in rows]


def _column(head: str) -> str:
    """Return a column's own name, which stands in brackets behind what people call it."""
    return re.sub(r".*\n\((\w+)\)", r"\1", head)


def header_of(path: Path) -> dict[str, str]:
    """Return what the file, or the file beside it, says of what made it."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True)
        pairs = dict(row[:2] for row in book["qixi"].iter_rows(values_only=True))
        book.close()
        return pairs
    if path.suffix == ".parquet":
        return json.loads(pyarrow.parquet.read_schema(path).metadata[b"qixi"])
    return json.loads(path.with_name(path.name + ".meta.json").read_text("utf-8"))["qixi"]


def write_jsonl(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path
