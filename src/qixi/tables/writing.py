"""Writing tables for people and programs: JSON lines, CSV, XLSX, Parquet and trec runs."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from qixi.core import Refused
from qixi.tables.faults import fault, shown
from qixi.tables.look import Look
from qixi.tables.outgoing import guarded_text, simple, written
from qixi.tables.parquet_output import write_parquet
from qixi.tables.placing import placed
from qixi.tables.workbook import write_workbook

TableRow = Mapping[str, object]

RUN_COLUMNS = ("demand_id", "supply_id", "rank", "score")
_BLANK = re.compile(r"\s")


def write_rows(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[TableRow],
    *,
    header: Mapping[str, str],
    look: Look | None = None,
) -> None:
    """Write `rows` under `columns`, in a kind told by the suffix, whole or not at all.

    Cells may be text, numbers, true or false, days, None, and lists or mappings of these (as JSON
    text in CSV and XLSX). `look` says how a workbook looks to people; other kinds do not regard it.
    `header` (engine version, settings digest, ...) goes to a second sheet
    "qixi" in XLSX, to the key "qixi" of the metadata in Parquet, and otherwise to a neighbour file
    `NAME.meta.json`, which also holds the SHA-256 of the file it describes. The same input gives
    the same bytes. Text that a spreadsheet program would run as a formula is written so that it is
    shown instead. Raises Refused on an unknown suffix, a value or size the kind cannot hold, and
    where the file cannot be written.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind == ".run":
        write_run(path, rows, header=header)
    elif kind == ".jsonl":
        _with_neighbour(path, header, lambda part: _write_json_lines(part, columns, rows))
    elif kind == ".csv":
        _with_neighbour(path, header, lambda part: _write_csv(part, columns, rows))
    elif kind == ".xlsx":
        with _named(path), placed(path) as part:
            write_workbook(part, columns, rows, header, look or Look())
    elif kind == ".parquet":
        with _named(path), placed(path) as part:
            write_parquet(part, columns, rows, header)
    else:
        raise Refused(fault("suffix-unknown", {"value": path.suffix}, file=shown(str(path), 500)))


def write_run(path: Path, rows: Iterable[TableRow], *, tag: str = "qixi", header: Mapping[str, str]) -> None:
    """Write a trec run: `demand_id Q0 supply_id rank score tag`, the header to `NAME.meta.json`.

    The rows need RUN_COLUMNS. Raises Refused as `write_rows`, and on an id with a blank in it,
    which the format cannot hold.
    """
    _with_neighbour(Path(path), header, lambda part: _write_run(part, rows, tag))


def _with_neighbour(path: Path, header: Mapping[str, str], write: Callable[[Path], None]) -> None:
    beside = path.with_name(path.name + ".meta.json")
    with ExitStack() as stack:
        stack.enter_context(_named(path))
        note = stack.enter_context(placed(beside))
        part = stack.enter_context(placed(path))
        write(part)
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        content = {"file": path.name, "qixi": dict(header), "sha256": digest}
        note.write_text(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n", "utf-8")


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Put the file's name to a refusal that a writer raised without knowing it."""
    try:
        yield
    except Refused as refused:
        name = shown(str(path), 500)
        raise Refused(*(replace(p, file=p.file or name) for p in refused.problems)) from None


def _write_json_lines(part: Path, columns: Sequence[str], rows: Iterable[TableRow]) -> None:
    with part.open("w", encoding="utf-8", newline="\n") as file:
        for number, row in enumerate(rows, 1):
            values = {name: simple(row.get(name), number, name) for name in columns}
            file.write(json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n")


def _write_csv(part: Path, columns: Sequence[str], rows: Iterable[TableRow]) -> None:
    """Write UTF-8 with a mark at the start, by which spreadsheet programs tell it."""
    with part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(guarded_text(name) for name in columns)
        for number, row in enumerate(rows, 2):
            writer.writerow(_csv_cells(columns, row, number))


def _csv_cells(columns: Sequence[str], row: TableRow, number: int) -> Iterator[str]:
    for name in columns:
        value = written(row.get(name), number, name)
        yield guarded_text(value) if isinstance(value, str) else _number(value)


def _number(value: float | bool | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else repr(value)


def _write_run(part: Path, rows: Iterable[TableRow], tag: str) -> None:
    with part.open("w", encoding="utf-8", newline="\n") as file:
        for number, row in enumerate(rows, 1):
            demand, supply, rank, score = (written(row.get(name), number, name) for name in RUN_COLUMNS)
            for name, value in (("demand_id", demand), ("supply_id", supply)):
                if not value or _BLANK.search(str(value)):
                    raise Refused(fault("run-id-blank", {"value": value}, row=number, column=name))
            file.write(f"{demand} Q0 {supply} {rank} {score!r} {tag}\n")
