"""`python -m bench index`: opening, changing and checking an index of a nation's size.

The index is invented: that of the sample province, its arrays drawn anew at the size asked for. What opening
and changing cost hangs on how many technologies and words there are, not on what they are.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from qixi.core import Asset, Need, Refused
from qixi.match.engine import Engine
from qixi.match.index import append, load_index, map_index, remove, write_index
from qixi.match.index.head import Head, Part
from qixi.match.index.opened import Opened
from qixi.match.index.places import base_name, seals
from qixi.match.index.records import write_records
from qixi.match.shards import write_shards
from qixi.match.sparse import SHARD, Matrix, Rows
from qixi.match.vault import Vault, VaultWriter
from qixi.match.vault.layout import KINDS
from qixi.tables import read_assets

SAMPLE = Path(__file__).parents[1] / "examples" / "province" / "technologies.jsonl"
POSTINGS = {"lexical": 24, "topics": 20, "subclasses": 20}
"""Terms of each technology; a real text has some hundred words, which only checking all would feel."""

Array = np.ndarray[Any, Any]


class Invention:
    """An index of `size` technologies and `words` words, made of that in `source`."""

    def __init__(self, source: Path, size: int, words: int) -> None:
        self.head = Head.read(source)
        self._source = source / self.head.base.name
        self._size, self._words, self._stems = size, words, words // 3
        self._dice = np.random.default_rng(1)

    def write(self, folder: Path) -> None:
        """Write the index into a new folder."""
        part = folder / "part"
        part.mkdir(parents=True)
        write_records((Asset(f"T{i:08}", f"一种装置 zq{i}") for i in range(self._size)), part)
        self._copy(part, "columns.vault", self._column)
        self._copy(part, "fits.vault", self._fitted)
        for name in self.head.scorers:
            lexical = name == "lexical"
            self._copy(part, f"{name}.statistics.vault", self._counted if lexical else _same)
            terms = self._words if lexical else len(self._read(f"{name}.statistics.vault", "total"))
            with VaultWriter(part / f"{name}.shards.vault") as writer:
                write_shards(writer, self._shards(terms, POSTINGS[name]))
        files = seals(part)
        base = Part(base_name(files), self._size, files, "0" * 64)
        part.rename(folder / base.name)
        (folder / "index.json").write_bytes(Head(self._size, self.head.scorers, (base,)).packed())

    def _read(self, file: str, name: str) -> Array:
        vault = Vault(self._source / file)
        read = (_tried(vault, name, kind.type) for kind in KINDS.values())
        return next(array for array in read if array is not None)

    def _copy(self, part: Path, file: str, change: Callable[[str, Array], Array]) -> None:
        vault = Vault(self._source / file)
        with VaultWriter(part / file) as writer:
            for name in vault.names:
                writer.add(name, change(name, self._read(file, name)))

    def _column(self, name: str, array: Array) -> Array:
        dice, size = self._dice, self._size
        if name in {"legal_status", "licence"}:
            return dice.integers(0, 3, size).astype(array.dtype)
        if name == "family":
            return dice.integers(0, 2**40, size)
        entries = size if name.startswith("owner") else 2 * size
        return (
            np.sort(dice.integers(1, 2**62, entries)) if "digest" in name else dice.integers(0, size, entries)
        )

    def _fitted(self, name: str, array: Array) -> Array:
        return np.resize(array, self._size) if name.endswith(("set_of", "with_text")) else array

    def _counted(self, name: str, array: Array) -> Array:
        dice, words, stems = self._dice, self._words, self._stems
        made: dict[str, Callable[[], Array]] = {
            "codes": lambda: np.unique(dice.integers(0, 2**62, words + 1000))[:words],
            "terms": lambda: dice.permutation(words).astype(np.int32),
            "count": lambda: -np.sort(-dice.zipf(1.3, words).clip(1, self._size)),
            "stem_start": lambda: np.arange(stems + 1) * 7,
            "stem_letters": lambda: dice.integers(97, 122, stems * 7).astype(np.uint8),
            "stem_heads": lambda: np.sort(dice.integers(0, 2**62, stems)).astype(np.uint64),
            "size": lambda: np.array([self._size]),
            **dict.fromkeys(("worth", "mean", "variance"), lambda: dice.random(words)),
        }
        return made[name]() if name in made else array

    def _shards(self, terms: int, each: int) -> Iterator[Matrix]:
        for first in range(0, self._size, SHARD):
            count = min(SHARD, self._size - first)
            columns = np.sort(self._dice.integers(0, terms, (count, each)).astype(np.int32)).ravel()
            worth = self._dice.random(columns.size, dtype=np.float32)
            yield Matrix.of(Rows(np.arange(count + 1, dtype=np.int64) * each, columns, worth), terms)


def _same(_: str, array: Array) -> Array:
    return array


def _tried(vault: Vault, name: str, kind: type[Any]) -> Array | None:
    try:
        return vault.whole(name, kind)
    except Refused:
        return None


def measured(folder: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Return wall and processor seconds, the least of `rounds`, of each thing done with the index."""
    later = Asset("Z1", "全新的锂电池回收 zorblax", ipc=("H01M10/54",))
    work: dict[str, Callable[[], object]] = {
        "head and parts opened": lambda: Opened.latest(folder),
        "opened as an engine": lambda: map_index(folder),
        "opened, all scores rest on checked": lambda: load_index(folder),
        "one technology appended": lambda: append(folder, [later]),
        "opened with it": lambda: map_index(folder),
        "one technology removed": lambda: remove(folder, [later.id]),
    }
    found: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for name, do in work.items():
            wall, processor = time.perf_counter(), time.process_time()
            do()
            once = {"wall": time.perf_counter() - wall, "processor": time.process_time() - processor}
            best = found.setdefault(name, once)
            found[name] = {each: min(best[each], once[each]) for each in once}
    return found


def main(arguments: Sequence[str]) -> int:
    """Run the measurement; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench index", description=__doc__)
    parser.add_argument("--technologies", type=int, default=1_350_000)
    parser.add_argument("--words", type=int, default=4_000_000, help="distinct units of the vocabulary")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="file for the figures")
    given = parser.parse_args(arguments)
    with TemporaryDirectory() as name:
        folder = Path(name)
        engine = Engine().fit(read_assets([SAMPLE]).records)
        # Lexicon, crosswalk and topics are read once in a process; an index has no part in that.
        list(engine.match([Need("N", "微藻")]))
        write_index(engine, folder / "sample")
        Invention(folder / "sample", given.technologies, given.words).write(folder / "it")
        size = sum(path.stat().st_size for path in (folder / "it").rglob("*") if path.is_file())
        figures = measured(folder / "it", given.rounds)
    print(f"{given.technologies:,} technologies, {given.words:,} words, {size / 1e9:.1f} GB")
    for what, seconds in figures.items():
        print(f"{what:40} {seconds['wall']:7.3f} s wall {seconds['processor']:7.3f} s processor")
    if given.json is not None:
        given.json.write_text(json.dumps({"bytes": size, "seconds": figures}, indent=1) + "\n", "utf-8")
    return 0
