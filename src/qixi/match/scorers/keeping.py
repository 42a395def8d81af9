"""Linear scorers on disk: statistics layer by layer, and shards as rows by document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from qixi.match.scorers.store import check_seal, damaged, load_array, read_json, save_arrays, seal
from qixi.match.sparse import Matrix, Rows

Arrays = Mapping[str, NDArray[np.generic]]
Kinds = Mapping[str, type[np.generic]]
Known = TypeVar("Known")

_FORMAT = 2
_HEAD = "scorer.json"
_MOST = 10_000
"""Layers and shards that are believed in."""


def keep(folder: Path, layers: Sequence[Arrays], shards: Sequence[Matrix]) -> None:
    """Write statistics and shards into an empty folder."""
    for number, arrays in enumerate(layers):
        save_arrays(folder, {f"layer-{number}-{name}": array for name, array in arrays.items()})
    for number, shard in enumerate(shards):
        rows = shard.by_document
        save_arrays(folder, {f"shard-{number}-{name}": getattr(rows, name) for name in ("start", "columns")})
        save_arrays(folder, {f"shard-{number}-worth": rows.worth})
    head = {"format": _FORMAT, "layers": len(layers), "shards": len(shards)}
    (folder / _HEAD).write_text(json.dumps(head), encoding="utf-8")
    seal(folder)


def kept(
    folder: Path, kinds: Callable[[int], Kinds], made: Callable[[Sequence[Arrays]], tuple[Known, int]]
) -> tuple[Known, tuple[Matrix, ...]]:
    """Read what `keep` wrote; raises Refused where parts are missing or do not fit together.

    `kinds` gives the arrays of a layer, `made` the statistics and the number of terms, or ValueError.
    """
    layers, shards = _head(folder / _HEAD)
    names = [f"layer-{n}-{name}" for n in range(layers) for name in kinds(n)]
    names += [f"shard-{n}-{name}" for n in range(shards) for name in ("start", "columns", "worth")]
    check_seal(folder, *(f"{name}.npy" for name in names), _HEAD)
    read = [
        {name: load_array(folder, f"layer-{n}-{name}", kind) for name, kind in kinds(n).items()}
        for n in range(layers)
    ]
    try:
        known, terms = made(read)
        return known, tuple(_shard(folder, f"shard-{number}", terms) for number in range(shards))
    except ValueError as fault:
        raise damaged(folder / _HEAD) from fault


def _head(path: Path) -> tuple[int, int]:
    """Read the number of layers and of shards."""
    head = read_json(path)
    try:
        layers, shards, known = head["layers"], head["shards"], head["format"] == _FORMAT
    except (KeyError, TypeError) as fault:
        raise damaged(path) from fault
    if not known or not all(type(n) is int and 0 <= n <= _MOST for n in (layers, shards)) or not layers:
        raise damaged(path)
    return layers, shards


def _shard(folder: Path, name: str, terms: int) -> Matrix:
    """Read one shard; raises ValueError where its rows cannot be of so many terms."""
    rows = Rows(
        load_array(folder, f"{name}-start", np.int64),
        load_array(folder, f"{name}-columns", np.int32),
        load_array(folder, f"{name}-worth", np.float32),
    )
    rows.check(terms)
    return Matrix.of(rows, terms)
