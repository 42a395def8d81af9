"""Reading a corpus once for all linear scorers: counted, described, block by block on several threads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numba.core import config

from qixi.core import Asset
from qixi.match.postings.counts import LETTERS, Counts, Document, blocks, count
from qixi.match.postings.gathering import Entries, Gathering, joined_rows
from qixi.match.scorers.space import Space
from qixi.match.sparse import Rows
from qixi.match.text import fold

FIELDS = ("abstract", "claims", "keywords", "title")

EMPTY = Rows(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))

Item = TypeVar("Item")
Found = TypeVar("Found")


def fitting(
    spaces: Sequence[Space],
    assets: Iterable[Asset],
    shard: int,
    gathering: Gathering | None,
    letters: int = LETTERS,
) -> tuple[list[Rows], ...]:
    """Return the descriptions of technologies by space and shard; they are counted into `gathering`.

    They are read in their order, a new shard after every `shard` of them, in blocks of about
    `letters` characters, which change nothing but speed and memory.
    """

    def read(block: list[Asset]) -> tuple[Counts, list[Entries]]:
        counts = count([document_of(asset) for asset in block], FIELDS)
        symbols = [asset.ipc for asset in block]
        described = [space.describe_counted(counts, symbols) for space in spaces]
        return counts, [(d.start, d.terms, d.weights.astype(np.float32)) for d in described]

    rows: tuple[list[Rows], ...] = tuple([] for _ in spaces)
    begun: list[list[Entries]] = []
    size = 0
    for counts, described in in_turn(read, blocks(assets, _length, shard, letters)):
        if gathering is not None:
            gathering.add(counts)
        begun.append(described)
        size += counts.start.size - 1
        if size % shard == 0:
            _close(begun, rows)
    _close(begun, rows)
    return rows


def _close(begun: list[list[Entries]], rows: tuple[list[Rows], ...]) -> None:
    """Join the blocks of a shard, where there are any, space by space, and forget them."""
    if begun:
        for shards, entries in zip(rows, zip(*begun, strict=True), strict=False):
            shards.append(Rows(*joined_rows(entries)))
        begun.clear()


def document_of(asset: Asset) -> Document:
    """Return the folded texts of a technology by field."""
    return [(field, fold(value)) for field, _, value in asset.texts()]


def _length(asset: Asset) -> int:
    return sum(len(value) for _, _, value in asset.texts())


def in_turn(do: Callable[[Item], Found], items: Iterable[Item]) -> Iterator[Found]:
    """Yield what `do` gives for each item, in their order, on as many threads as numba is set to.

    No more items are taken ahead than there are threads to do them.
    """
    threads: int = config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]  # set at import
    if threads < 2:
        yield from map(do, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[Found]] = deque()
        for item in items:
            ahead.append(pool.submit(do, item))
            if len(ahead) > threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
