"""Reading supply and demand files of any kind into records, good rows going on past bad ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from qixi.core import Asset, Need, Problem, Refused
from qixi.tables.capacities import Capacity, capacity_of, capacity_row
from qixi.tables.cells import Cells, Unfit
from qixi.tables.delimited import delimited
from qixi.tables.demand import need_of
from qixi.tables.feedback import Feedback, Scale, feedback_of, feedback_row
from qixi.tables.forms import form_rows
from qixi.tables.heads import Side, Vocabulary
from qixi.tables.jsonl import json_array, json_lines
from qixi.tables.kinds import Kind, kind_of
from qixi.tables.limits import Limits
from qixi.tables.pairs import Pair, pair_of, pair_row
from qixi.tables.parquet import parquet_rows
from qixi.tables.rows import asset_row, need_row
from qixi.tables.sheets import sheet_rows
from qixi.tables.source import Progress, Row, Source
from qixi.tables.supply import asset_of
from qixi.tables.totals import total_head

R = TypeVar("R", Asset, Need, Pair, Feedback, Capacity)

READERS: Mapping[Kind, Callable[[Source], Iterator[Row]]] = {
    "jsonl": json_lines,
    "json": json_array,
    "csv": delimited,
    "xlsx": sheet_rows,
    "parquet": parquet_rows,
    "docx": form_rows,
}


@dataclass(frozen=True, slots=True)
class Reading(Generic[R]):
    """What came out of some files.

    `records` keep the order of the files and rows. `rejects` are faults that cost a row or a whole
    file, at most one for each row, in the order met; `warnings` cost at most one value. `rows_seen`
    counts records and rejected rows, not blank ones. `snapshot` is a SHA-256 in hex over the
    records in the order of their ids: the same records give the same digest, whatever files they
    came from. `unknown_columns` are heads no field took, sorted; they travel in `extra`. `places` are the
    file and row in which each record's id was seen first.
    """

    records: tuple[R, ...]
    rejects: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    rows_seen: int
    snapshot: str
    unknown_columns: tuple[str, ...]
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)


def read_assets(
    paths: Sequence[Path],
    *,
    heads: Mapping[str, Sequence[str]] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Reading[Asset]:
    """Read supply files; raises Refused where none of them could be read, ValueError on odd `heads`.

    `heads` maps fields to further column heads, which win over the known ones (`known_heads`).
    """
    work = _Reading("supply", asset_of, asset_row, heads, limits or Limits(), progress)
    return work.read(paths)


def read_needs(
    paths: Sequence[Path],
    *,
    heads: Mapping[str, Sequence[str]] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Reading[Need]:
    """Read demand files and filled-in forms; as `read_assets`."""
    work = _Reading("demand", need_of, need_row, heads, limits or Limits(), progress)
    return work.read(paths)


def read_pairs(
    paths: Sequence[Path],
    *,
    heads: Mapping[str, Sequence[str]] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Reading[Pair]:
    """Read files of pairs (columns demand_id, supply_id); as `read_assets`, a repeated pair a reject."""
    work = _Reading("pairs", pair_of, pair_row, heads, limits or Limits(), progress)
    return work.read(paths)


def read_feedback(
    paths: Sequence[Path],
    *,
    scale: Scale | None = None,
    heads: Mapping[str, Sequence[str]] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Reading[Feedback]:
    """Read files of what came of shown pairs; as `read_assets`, repeated pairs left to `settled`."""
    build = feedback_of(scale or Scale())
    work = _Reading("feedback", build, feedback_row, heads, limits or Limits(), progress)
    return work.read(paths)


def read_capacities(paths: Sequence[Path], *, limits: Limits | None = None) -> Reading[Capacity]:
    """Read files of capacities (columns kind, holder, capacity); as `read_assets`, a repeat a reject."""
    return _Reading("capacities", capacity_of, capacity_row, None, limits or Limits(), None).read(paths)


def heads_of(path: Path, side: Side = "supply", limits: Limits | None = None) -> tuple[str, ...]:
    """Return the column heads of a file as written, even where they will not do; raises Refused for none.

    Of a file of JSON records they are those of its first record.
    """
    source = Source(path, Vocabulary(side), limits or Limits())
    try:
        row = next(iter(READERS[kind_of(source)](source)), None)
    except Refused:
        if not source.heads:
            raise
        return source.heads
    return source.heads or tuple(row.cells if row is not None else ())


def snapshot(rows: Iterable[Mapping[str, object]]) -> str:
    """Return the SHA-256 in hex of rows in canonical form, in the order given."""
    digest = hashlib.sha256()
    for row in rows:
        text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        digest.update(text.encode("utf-8") + b"\n")
    return digest.hexdigest()


@dataclass(slots=True)
class _Reading(Generic[R]):
    side: Side
    build: Callable[[Cells], R]
    flatten: Callable[[R], Mapping[str, object]]
    heads: Mapping[str, Sequence[str]] | None
    limits: Limits
    progress: Progress | None
    records: list[R] = field(default_factory=list)
    first_seen: dict[str, tuple[str, int]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def read(self, paths: Sequence[Path]) -> Reading[R]:
        """Read all files, one after the other."""
        vocabulary = Vocabulary(self.side, self.heads)
        sources = [Source(Path(path), vocabulary, self.limits, self.progress) for path in paths]
        readable = [self._read_file(source) for source in sources]
        rejects = tuple(problem for source in sources for problem in source.rejects)
        if paths and not any(readable):
            raise Refused(*rejects)
        return Reading(
            tuple(self.records),
            rejects,
            tuple(problem for source in sources for problem in source.warnings),
            sum(source.rows_seen for source in sources),
            snapshot(map(self.flatten, sorted(self.records, key=lambda record: record.id))),
            tuple(sorted(self.unknown)),
            self.first_seen,
        )

    def _read_file(self, source: Source) -> bool:
        """Read one file; return whether it was a file that can be read at all."""
        started = False
        try:
            for row in self._rows(source):
                started = True
                self._take(row, source)
        except Refused as refused:
            source.rejects += refused.problems
            return started
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            source.reject("file-missing" if missing else "file-unreadable", None, why=error.strerror or error)
            return started
        return True

    def _rows(self, source: Source) -> Iterator[Row]:
        size = source.path.stat().st_size
        if source.path.is_dir():
            raise source.refuse("file-unreadable", why="folder")
        if not source.path.is_file():  # a pipe or device may give nothing, or never end
            raise source.refuse("file-unreadable", why="pipe or device")
        if size > self.limits.file_bytes:
            raise source.refuse("file-too-large", size=size, limit=self.limits.file_bytes)
        kind = kind_of(source)
        if kind == "docx" and self.side != "demand":
            raise source.refuse("kind-not-for-supply")
        for count, row in enumerate(READERS[kind](source), 1):
            if count > self.limits.rows:
                raise source.refuse("rows-too-many", limit=self.limits.rows)
            yield row

    def _take(self, row: Row, source: Source) -> None:
        try:
            cells = Cells(row, source)
            if not cells.filled():
                return
            if self.side in {"supply", "demand"} and (head := total_head(row.cells)) is not None:
                raise Unfit("row-of-totals", head, value=row.cells[head])
            self.unknown.update(cells.unknown)
            record = self.build(cells)
            self._enter(record, row, source, cells)
        except Unfit as unfit:
            source.reject(unfit.code, row.number, unfit.column, **unfit.values)
            return
        source.rows_seen += 1

    def _enter(self, record: R, row: Row, source: Source, cells: Cells) -> None:
        first = self.first_seen.get(record.id)
        if first is not None and self.side != "feedback":
            raise Unfit("id-duplicate", cells.head_of("id"), value=record.id, first=first[0], line=first[1])
        self.first_seen[record.id] = (source.name, row.number)
        self.records.append(record)
