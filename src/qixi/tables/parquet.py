"""Reading Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qixi.core import Refused
from qixi.tables.archives import guarded, guarded_items
from qixi.tables.grid import Head
from qixi.tables.source import Row, Source

_BATCH = 1_000


def parquet_rows(source: Source) -> Iterator[Row]:
    """Yield the rows of a Parquet file; the row number is the record's, counted from 1."""
    file = guarded(lambda: _opened(source), source)
    try:
        _check(file.metadata, file.schema_arrow, source)
        number = 0
        batches = guarded_items(iter(file.iter_batches(batch_size=_BATCH, use_threads=False)), source)
        for batch in batches:
            readable = guarded(partial(_without_nanoseconds, batch), source)
            yield from _rows(readable, number, source)
            number += batch.num_rows
            source.advance(number, file.metadata.num_rows)
    finally:
        file.close()


def _opened(source: Source) -> Any:
    """Open a file so that texts stay in their dictionary: one long text may stand in every row."""
    with pq.ParquetFile(source.path) as file:
        schema = file.schema_arrow
        texts = [f.name for f in schema if f.type in {pa.string(), pa.binary()} and "." not in f.name]
    return pq.ParquetFile(source.path, read_dictionary=texts)


def _check(metadata: Any, schema: Any, source: Source) -> None:
    limits = source.limits
    if metadata.num_rows > limits.rows:
        raise source.refuse("rows-too-many", limit=limits.rows)
    if metadata.num_rows * metadata.num_columns > limits.cells:
        raise source.refuse("cells-too-many", limit=limits.cells)
    size = guarded(
        lambda: sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)), source
    )
    if size > limits.zip_bytes:
        raise source.refuse("archive-bomb", what="bytes", size=size, limit=limits.zip_bytes)
    names = guarded(lambda: list(schema.names), source)
    if source.vocabulary.recognised(names) == 0:
        raise source.refuse("head-missing")
    Head.of(names, source).check(source)


def _without_nanoseconds(batch: Any) -> Any:
    """Return the batch with its times in microseconds, which is what Python's times can hold."""
    for place, column in enumerate(batch.schema):
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
            times = batch.column(place).cast(pa.timestamp("us", column.type.tz), safe=False)
            batch = batch.set_column(place, column.name, times)
    return batch


def _rows(batch: Any, before: int, source: Source) -> Iterator[Row]:
    try:
        columns = [_values(column) for column in batch.columns]
    except (ValueError, OverflowError, TypeError, pa.ArrowException):
        yield from _one_by_one(batch, before, source)
        return
    names = batch.schema.names
    for number, values in enumerate(zip(*columns, strict=True), before + 1):
        yield Row(number, {name: _value(value) for name, value in zip(names, values, strict=True)})


def _values(column: Any) -> list[object]:
    """Return a column's values, those of a dictionary made once however many rows hold them."""
    if not pa.types.is_dictionary(column.type):
        return list(column.to_pylist())
    used = column.indices.unique().drop_null()
    made = dict(zip(used.to_pylist(), column.dictionary.take(used).to_pylist(), strict=True))
    return [made.get(place) for place in column.indices.to_pylist()]


def _one_by_one(batch: Any, before: int, source: Source) -> Iterator[Row]:
    """Yield the rows of a batch in which some value cannot be turned into Python's."""
    for place in range(batch.num_rows):
        try:
            yield _single(batch, place, before + place + 1, source)
        except Refused as refused:
            source.rejects += refused.problems
            source.rows_seen += 1


def _single(batch: Any, place: int, number: int, source: Source) -> Row:
    cells: dict[str, object] = {}
    for name in batch.schema.names:
        try:
            cells[name] = _value(batch.column(name).slice(place, 1).to_pylist()[0])
        except UnicodeDecodeError:
            raise source.refuse_row("encoding-broken", number, name, encoding="UTF-8") from None
        except (ValueError, OverflowError, TypeError, pa.ArrowException):
            source.warn("value-unreadable", number, name)
    return Row(number, cells)


def _value(value: object) -> object:
    """Return text for bytes that are text, nothing for the NaN that stands for a missing value."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value
    if isinstance(value, float) and value != value:  # noqa: PLR0124  NaN alone differs from itself
        return None
    return value
