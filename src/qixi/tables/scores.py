"""Match files read as columns, so that millions of scored pairs fit into memory."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from qixi.core import Problem, Refused, Text
from qixi.tables.limits import Limits
from qixi.tables.pairs import Pair
from qixi.tables.reading import read_pairs

_IDS = ("demand_id", "supply_id")
_NAMES = (*_IDS, "score", "likelihood")
_BATCH = 262_144
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Scores:
    """Scored pairs: places in the sorted lists of ids, and their scores, all of one length.

    `likelihood` is there where every file has such a column, else None.
    """

    demand_ids: tuple[str, ...]
    supply_ids: tuple[str, ...]
    need: NDArray[np.int32]
    supply: NDArray[np.int32]
    score: NDArray[np.float32]
    likelihood: NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class _Part:
    ids: tuple[tuple[str, ...], tuple[str, ...]]
    places: tuple[NDArray[np.int32], NDArray[np.int32]]
    score: NDArray[np.float32]
    likelihood: NDArray[np.float32] | None


def read_scores(paths: Sequence[Path], *, limits: Limits | None = None) -> Scores:
    """Read match files (columns demand_id, supply_id, score), or folders of a batch.

    Parquet files with just these names, ids as text and scores as numbers, are read whole columns at a
    time, other files row by row under any known heads. Raises Refused over a bad row, a missing column,
    a file or folder without rows, or a pair that stands twice.
    """
    parts = [part for path in paths for part in _parts(Path(path), limits)]
    demand_ids, need = _merged([part.ids[0] for part in parts], [part.places[0] for part in parts])
    supply_ids, supply = _merged([part.ids[1] for part in parts], [part.places[1] for part in parts])
    chances = [part.likelihood for part in parts if part.likelihood is not None]
    score = np.concatenate([part.score for part in parts])
    scores = Scores(
        demand_ids,
        supply_ids,
        need,
        supply,
        score,
        np.concatenate(chances) if len(chances) == len(parts) else None,
    )
    _refuse_repeats(scores, paths)
    return scores


def _refuse_unfinished(folder: Path, files: Sequence[Path]) -> None:
    """Raise Refused for a batch's folder whose blocks are not all there: needs would be left out unseen."""
    about = folder / "run.json"
    if not about.is_file():
        return
    try:
        said = json.loads(about.read_text("utf-8"))
        finished, blocks = said["finished"] is True, int(said["blocks"]) if said["finished"] else 0
    except (OSError, ValueError, KeyError, TypeError):
        finished, blocks = False, 0
    missing = {f"block-{number:05}.parquet" for number in range(blocks)} - {file.name for file in files}
    if finished and not missing:
        return
    reason = Text("该批量匹配尚未完成", "the batch is not finished")
    if missing:
        reason = Text(f"该批量匹配缺少 {min(missing)}", f"the batch has lost {min(missing)}")
    remedy = Text("请先用同一 qixi batch 命令做完", "go on with the same `qixi batch` command first")
    raise Refused(Problem("batch-unfinished", reason, remedy, file=str(folder)))


def _files(path: Path) -> Sequence[Path]:
    """Return the match files that `path` stands for: itself, or those of a folder."""
    if not path.is_dir():
        return [path]
    folder = path / "forward" if (path / "forward").is_dir() else path
    files = sorted(folder.glob("*.parquet"))
    _refuse_unfinished(folder.parent if folder.name == "forward" else path, files)
    if not files:
        raise _refusal(path, Text("文件夹中没有 .parquet 文件", "the folder holds no .parquet file"))
    return files


def _parts(path: Path, limits: Limits | None) -> Sequence[_Part]:
    parts = [_columns(file) if _is_plain(file) else _rows(file, limits) for file in _files(path)]
    filled = [part for part in parts if part.score.size]
    if not filled:
        raise _refusal(path, Text("没有任何数据行", "there is no row of data"))
    return filled


def _is_plain(path: Path) -> bool:
    """Say whether a file is Parquet with the columns' own names, and of the usual types.

    Raises Refused where one of the names stands twice: which column is meant nobody can say.
    """
    if path.suffix.lower() != ".parquet" or not path.is_file():
        return False
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        return False  # told by the other reader
    kinds = {name: [schema.field(at).type for at in schema.get_all_field_indices(name)] for name in _NAMES}
    twice = [name for name, columns in kinds.items() if len(columns) > 1]
    if twice:
        words = Text("该列出现了不止一次", "the column stands more than once")
        raise Refused(*(_problem(path, words, None, name) for name in twice))
    if not all(kinds[name] for name in (*_IDS, "score")):
        return False
    texts, numbers = (kinds[a] + kinds[b] for a, b in (_IDS, ("score", "likelihood")))
    return all(map(_is_text, texts)) and all(map(_is_real, numbers))


def _is_text(kind: Any) -> bool:
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


def _is_real(kind: Any) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _columns(path: Path) -> _Part:
    try:
        with pq.ParquetFile(path, read_dictionary=list(_IDS)) as file:
            wanted = [*_IDS, "score", *({"likelihood"} & set(file.schema_arrow.names))]
            table = file.read(columns=wanted, use_threads=False)
    except (pa.ArrowException, OSError) as fault:
        why = type(fault).__name__
        raise _refusal(path, Text(f"文件无法读取：{why}", f"it cannot be read: {why}")) from None
    ids, places = zip(*(_coded(table.column(name), name, path) for name in _IDS), strict=True)
    score = _numbers(table.column("score"), "score", path)
    likelihood = None
    if "likelihood" in table.column_names and table.column("likelihood").null_count < table.num_rows:
        likelihood = _numbers(table.column("likelihood"), "likelihood", path)
    return _Part((ids[0], ids[1]), (places[0], places[1]), score, likelihood)


def _coded(column: Any, name: str, path: Path) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return the ids of a column, blanks at the ends taken off, and for each row the place of its id."""
    whole = column.unify_dictionaries().combine_chunks()
    if not pa.types.is_dictionary(whole.type):
        whole = whole.cast(pa.string()).dictionary_encode()
    words = tuple((each or "").strip() for each in whole.dictionary.to_pylist())
    if whole.null_count or not all(words):
        empty = next((n for n, each in enumerate(whole.to_pylist(), 1) if not (each or "").strip()), None)
        raise Refused(_problem(path, Text("没有编号", "the id is missing"), empty, name))
    return words, whole.indices.to_numpy(zero_copy_only=False).astype(np.int32)


def _numbers(column: Any, name: str, path: Path) -> NDArray[np.float32]:
    try:
        values = np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
    except pa.ArrowException:
        said = Text("该列不是数", "the column holds no numbers")
        raise Refused(_problem(path, said, None, name)) from None
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        said = Text("不是有限的数", "it is no finite number")
        raise Refused(*(_problem(path, said, int(row) + 1, name) for row in bad[:_MOST_TOLD]))
    return values.astype(np.float32)


def _rows(path: Path, limits: Limits | None) -> _Part:
    reading = read_pairs([path], limits=limits)
    if reading.rejects:
        raise Refused(*reading.rejects[:_MOST_TOLD])
    pairs = reading.records
    if not pairs:
        none = np.empty(0, dtype=np.int32)
        return _Part(((), ()), (none, none), none.astype(np.float32), None)
    has_score = any("score" in pair.extra for pair in pairs)
    has_chance = any("likelihood" in pair.extra for pair in pairs)
    if not has_score and not has_chance:
        words = Text("没有匹配分列，或整列为空", "there is no column of scores, or it is empty")
        raise Refused(_problem(path, words, None, "score"))
    faults: list[Problem] = []
    chance = _values(pairs, "likelihood", faults) if has_chance else None
    score = _values(pairs, "score", faults) if has_score else chance
    if faults or score is None:
        raise Refused(*faults[:_MOST_TOLD])
    ids = tuple(tuple(dict.fromkeys(getattr(pair, name) for pair in pairs)) for name in _IDS)
    places = [{name: place for place, name in enumerate(each)} for each in ids]
    need = np.array([places[0][pair.demand_id] for pair in pairs], dtype=np.int32)
    supply = np.array([places[1][pair.supply_id] for pair in pairs], dtype=np.int32)
    return _Part((ids[0], ids[1]), (need, supply), score, chance)


def _values(pairs: Sequence[Pair], name: str, faults: list[Problem]) -> NDArray[np.float32]:
    found = []
    for pair in pairs:
        text = pair.extra.get(name, "")
        try:
            value = float(text) if "_" not in text else math.nan
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            said = Text(f"“{text[:40]}”不是有限的数", f"“{text[:40]}” is no finite number")
            faults.append(_problem(Path(pair.file), said, pair.row, name))
        found.append(value)
    return np.array(found, dtype=np.float32)


def _merged(
    lists: Sequence[tuple[str, ...]], places: Sequence[NDArray[np.int32]]
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Return all ids in order, and every row's place among them."""
    names = sorted({name for each in lists for name in each})
    place = {name: number for number, name in enumerate(names)}
    turned = [
        np.array([place[name] for name in each], dtype=np.int32)[rows]
        for each, rows in zip(lists, places, strict=True)
    ]
    return tuple(names), np.concatenate(turned)


def _refuse_repeats(scores: Scores, paths: Sequence[Path]) -> None:
    key = scores.need.astype(np.int64) * max(len(scores.supply_ids), 1) + scores.supply
    key.sort()
    again = np.flatnonzero(np.diff(key) == 0)
    if not again.size:
        return
    need, supply = divmod(int(key[again[0]]), max(len(scores.supply_ids), 1))
    pair = f"{scores.demand_ids[need]} · {scores.supply_ids[supply]}"
    said = Text(f"“{pair}”这一对出现了不止一次", f"the pair “{pair}” stands more than once")
    remedy = Text("每对只保留一行", "keep one row for each pair")
    raise Refused(Problem("pair-duplicate", said, remedy, file=", ".join(str(path) for path in paths)))


def _refusal(path: Path, said: Text) -> Refused:
    return Refused(_problem(path, said, None, None))


def _problem(path: Path, said: Text, row: int | None, column: str | None) -> Problem:
    remedy = Text(
        "请使用 qixi match 写出的匹配表，或含 demand_id、supply_id、score 三列的表",
        "give a match file of qixi match, or any table with demand_id, supply_id and score",
    )
    return Problem("scores-unusable", said, remedy, str(path), row, column)
