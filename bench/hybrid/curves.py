"""The generated lists and vectors beside real ones: figures only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bench.hybrid import minilm
from bench.hybrid.tokens import DEMAND_LENGTH, SUPPLY_LENGTH, VOCABULARY, Lists, lists
from bench.hybrid.vectors import spectrum, vectors
from qixi.match.text import fold
from qixi.match.tokens import units

RANKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
CUTS = (1.0, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01)
AXES = (1, 4, 16, 32, 64, 96, 128, 192, 256)
NEEDS = 222
KNOWN = {
    "length of the mean": 0.313,
    "first 1 axes": 0.058,
    "first 4 axes": 0.153,
    "first 16 axes": 0.347,
    "first 32 axes": 0.493,
    "first 64 axes": 0.677,
    "first 96 axes": 0.791,
    "first 128 axes": 0.867,
    "first 192 axes": 0.952,
    "first 256 axes": 0.987,
}
"""The English texts of technologies under all-MiniLM-L6-v2, for runs that have no such model."""
Figures = dict[str, float]
Row = NDArray[np.int64]


def of_lists(records: Sequence[Row], needs: Sequence[Row], width: int) -> Figures:
    """Return how frequent units are, and how often a need's units stand in a record."""
    held, asked = _matrix(records, width), _matrix(needs, width)
    share = np.bincount(held.indices, minlength=width) / len(records)
    falling = np.sort(share)[::-1]
    figures: Figures = {
        "units per record, different ones": held.nnz / len(records),
        "units per record": float(held.sum()) / len(records),
        "units per need, different and known ones": float((asked.indptr[-1]) / len(needs)),
        "different units": float((share > 0).sum()),
    }
    figures |= {f"share of records with unit of rank {rank:,}": float(falling[rank - 1]) for rank in RANKS}
    for cut in CUTS:
        low = np.where(share <= cut, share, 0.0)
        figures[f"units of a need in a record, up to {cut:.0%}"] = float(
            low[asked.indices].sum() / len(needs)
        )
    return figures


def _matrix(rows: Sequence[Row], width: int) -> sp.csr_array:
    start = np.cumsum([0, *(row.size for row in rows)])
    found = sp.csr_array((np.ones(int(start[-1])), np.concatenate(rows), start), shape=(len(rows), width))
    found.sum_duplicates()
    return found


def of_vectors(held: NDArray[np.float32]) -> Figures:
    """Return the length of the mean and the shares of variance that the first main axes hold."""
    length, shares = spectrum(held)
    return {"length of the mean": length} | {f"first {k} axes": float(shares[:k].sum()) for k in AXES}


def real_lists(data: Path) -> Figures:
    """Measure Qixi's units in the real patents, and the real demands against them."""
    supply = _records(data / "patents" / "patents.jsonl")
    demand = _records(data / "demand-achievement" / "demands.jsonl")
    numbers: dict[str, int] = {}
    texts = [f"{each['title']}\n{each['abstract'] or ''}" for each in supply]
    records = [_numbered(text, numbers) for text in texts]
    known = len(numbers)
    needs = [_numbered(f"{each['title']}\n{each['content']}", numbers) for each in demand]
    return of_lists(records, [need[need < known] for need in needs], known)


def _numbered(text: str, numbers: dict[str, int]) -> Row:
    found = [numbers.setdefault(unit.text, len(numbers)) for unit in units(fold(text))]
    return np.array(found, dtype=np.int64)


def _records(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def real_vectors(data: Path) -> Figures:
    """Measure technologies' English texts under the model where it is there; else tell what it gave once."""
    folder = minilm.found()
    if folder is None:
        return KNOWN
    records = _records(data / "technologies" / "technologies.jsonl")
    return of_vectors(minilm.embed(folder, [f"{each['name_en']}. {each['abstract_en']}" for each in records]))


def made_lists(seed: int, records: int) -> Figures:
    """Measure as many generated lists as there are real ones."""
    supply, demand = lists(records, SUPPLY_LENGTH, seed, 0), lists(NEEDS, DEMAND_LENGTH, seed, 1)
    return of_lists(_rows(supply), _rows(demand), VOCABULARY)


def _rows(made: Lists) -> list[Row]:
    return [row.astype(np.int64) for row in made.rows()]


def made_vectors(seed: int) -> Figures:
    """Measure generated vectors, many enough for every axis."""
    return of_vectors(vectors(lists(20_000, SUPPLY_LENGTH, seed, 0), seed, 0))
