"""Writing Parquet files that come out the same, byte for byte, each time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from qixi.tables.outgoing import simple, written
from qixi.tables.placing import placed

_LARGEST = 2**63 - 1


def write_parquet(
    part: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]], header: Mapping[str, str]
) -> None:
    """Write typed columns: whole numbers, numbers, true or false, lists of text, else text.

    A column of mixed types is written as text, lists of anything but text as JSON text.
    """
    kept = [[simple(row.get(name), number, name) for name in columns] for number, row in enumerate(rows, 1)]
    arrays = [_column([values[place] for values in kept], name) for place, name in enumerate(columns)]
    _write(part, dict(zip(columns, arrays, strict=True)), header)


def write_columns(path: Path, columns: Mapping[str, Any], header: Mapping[str, str]) -> None:
    """Write whole columns, numpy or Arrow arrays of one length, to `path`, whole or not at all.

    For results too many to be rows of mappings. Raises Refused where the file cannot be written.
    """
    with placed(path) as part:
        _write(part, {name: pa.array(column) for name, column in columns.items()}, header)


def header_of(path: Path) -> Mapping[str, object] | None:
    """Return the header of a whole Parquet file that this module wrote; None where it is no such file.

    The footer comes last in a file, so that one cut short has none; the columns are not read.
    """
    try:
        found = json.loads((pq.read_schema(path).metadata or {})[b"qixi"])
    except (OSError, ValueError, KeyError, pa.ArrowException):
        return None
    return found if isinstance(found, dict) else None


def named(names: Sequence[str], places: NDArray[np.int64]) -> Any:
    """Return an Arrow text column that holds `names[p]` for each of `places`, each name kept once."""
    shown, where = np.unique(places, return_inverse=True)
    words = pa.array([names[place] for place in shown.tolist()], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(where, pa.int32()), words)


def _write(part: Path, columns: Mapping[str, Any], header: Mapping[str, str]) -> None:
    notes = json.dumps(dict(header), ensure_ascii=False, sort_keys=True)
    fields = [pa.field(name, array.type) for name, array in columns.items()]
    schema = pa.schema(fields, metadata={"qixi": notes})
    table = pa.Table.from_arrays(list(columns.values()), schema=schema)
    pq.write_table(table, part, compression="zstd", version="2.6", row_group_size=65_536)


def _column(values: list[object], name: str) -> Any:
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds == {int} and all(abs(value) <= _LARGEST for value in present if isinstance(value, int)):
        return pa.array(values, pa.int64())
    if kinds in ({float}, {int, float}):
        return pa.array([None if value is None else float(str(value)) for value in values], pa.float64())
    if kinds == {list} and all(isinstance(item, str) for v in present if isinstance(v, list) for item in v):
        return pa.array(values, pa.list_(pa.string()))
    return pa.array([_text(value, name) for value in values], pa.string())


def _text(value: object, name: str) -> str | None:
    cell = written(value, 0, name)
    return cell if cell is None or isinstance(cell, str) else json.dumps(cell)
