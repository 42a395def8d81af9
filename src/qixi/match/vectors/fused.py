"""The best technologies of many needs by words and vectors together.

The leading places of vectors on the corpus's main axes, the terms that most documents hold and the rare
terms generate candidates for a need, all documents considered; the other places and the terms in
between only re-score them; the last few get exact sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Self, TypeVar

import numpy as np
import numpy.typing as npt

from qixi.match.kernels.dotting import dots
from qixi.match.kernels.forward import Forward
from qixi.match.kernels.fusing import (
    generate,
    keep_best,
    line_up,
    settle,
    settle_dots,
    spread_out,
    spread_question,
)
from qixi.match.kernels.pairing import pairs
from qixi.match.kernels.shapes import Lists, Questions
from qixi.match.sparse import Matrix, Rows, Weights
from qixi.match.vectors.leading import Turned
from qixi.match.vectors.moments import Float, Moments, Vectors

Places = npt.NDArray[np.int32]
ROUNDING = np.float32(1e-3)
"""How far above the last of the best a sum in single precision may lie and yet not be among them: amply."""
BLOCK = 64
"""Needs whose products with a shard are held at once."""
STEP = 8
"""Needs that one thread takes at a time."""

_List = tuple[Places, Float]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Words:
    """A linear scorer of words: its shards, and its share in the sum.

    Of the terms, numbered by falling frequency, the first `heads` are multiplied out as columns, those
    up to number `common` only re-score, and the others are followed through their postings.
    """

    shards: Sequence[Matrix]
    heads: int
    common: int
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Asking:
    """Needs as questions: weighted terms for each scorer of words, and vectors with what to make of cosines.

    s = sum over scorers of share x (offset + weighted worths) + lift + rise x cosine; `vectors` float32
    (needs, dim), `rise` and `lift` float64 (needs,).
    """

    words: Sequence[Weights]
    vectors: Vectors
    rise: Float
    lift: Float


class Fused:
    """A corpus of words and vectors, the same documents in the same order in each."""

    def __init__(self, words: Sequence[Words], vectors: Vectors, turned: Turned, threads: int = 1) -> None:
        sizes = [shard.documents for shard in words[0].shards]
        if any([shard.documents for shard in each.shards] != sizes for each in words):
            msg = "scorers must have the same documents in the same shards"
            raise ValueError(msg)
        if not sum(sizes) == turned.size == vectors.shape[0]:
            msg = "there must be one vector for each document"
            raise ValueError(msg)
        self._words = words
        self._vectors, self._turned = vectors, turned
        self._bounds = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        self._by_term = [[_lists(shard.by_term) for shard in each.shards] for each in words]
        self._by_document = [[_lists(shard.by_document) for shard in each.shards] for each in words]
        self._threads = threads

    @classmethod
    def of(
        cls,
        words: Sequence[Words],
        vectors: Vectors,
        moments: Moments,
        places: int | None = None,
        threads: int = 1,
    ) -> Self:
        """Turn float32 (n, dim), which may be memory-mapped, and put the head terms beside them."""
        turned = Turned.of(vectors, moments, places, sum(each.heads for each in words))
        fused = cls(words, vectors, turned, threads)
        column = turned.places
        for each, by_term in zip(words, fused._by_term, strict=True):
            for lists, first, end in zip(by_term, fused._bounds[:-1], fused._bounds[1:], strict=True):
                spread_out(lists, each.heads, turned.columns[first:end, column : column + each.heads])
            column += each.heads
        return fused

    @property
    def columns(self) -> Vectors:
        """What is multiplied out: leading places of vectors and head terms, float32 (documents, columns)."""
        return self._turned.columns

    def _ask(self, asking: Asking, questions: Sequence[Questions]) -> tuple[Vectors, Vectors]:
        """Return what is asked of the columns, and of the other places of vectors."""
        columns, rest = self._turned.ask(asking.vectors)
        rise = asking.rise.astype(np.float32)[:, None]
        columns *= rise
        rest *= rise
        column = self._turned.places
        for each, asked in zip(self._words, questions, strict=True):
            spread_question(asked, each.share, columns[:, column : column + each.heads])
            column += each.heads
        return columns, rest

    def top(self, asking: Asking, count: int, candidates: int) -> Iterator[_List]:
        """Yield each need's best documents and exact sums, best first, the lower number first on a tie.

        `candidates` is how many generated documents are re-scored; from the number of documents on
        nothing is left out and the result is exact.
        """
        size = self._turned.size
        keep = min(max(candidates, 2 * count), size)
        questions = [w.questions() for w in asking.words]
        columns, rest = self._ask(asking, questions)
        buffer = np.empty((BLOCK, int(np.diff(self._bounds).max())), dtype=np.float32)
        with ThreadPoolExecutor(self._threads) as pool:
            for need in range(0, asking.vectors.shape[0], BLOCK):
                block = slice(need, need + BLOCK)
                run = _Run(
                    self, [_part(q, block) for q in questions], Forward.of(columns[block].shape[0], keep)
                )
                run.generate(columns[block], buffer, pool)
                run.settle(rest[block], pool)
                yield from run.final(asking, need, count, pool)

    def exact(self, asking: Asking, needs: npt.NDArray[np.int64], documents: npt.NDArray[np.int64]) -> Float:
        """Return the exact sums of pairs, float64 (pairs,); fast where one need's follow each other."""
        questions = [w.questions() for w in asking.words]
        return self._exact(asking, questions, needs, needs, documents)

    def _exact(
        self,
        asking: Asking,
        questions: Sequence[Questions],
        rows: npt.NDArray[np.int64],
        needs: npt.NDArray[np.int64],
        documents: npt.NDArray[np.int64],
    ) -> Float:
        cosines = np.empty(needs.size)
        dots(asking.vectors, self._vectors, needs, documents, cosines)
        total = asking.lift[needs] + asking.rise[needs] * cosines
        shard_of = np.searchsorted(self._bounds, documents, side="right") - 1
        for shard, first in enumerate(self._bounds[:-1]):
            mine = np.flatnonzero(shard_of == shard)
            for each, asked, by_document in zip(self._words, questions, self._by_document, strict=True):
                total[mine] += each.share * pairs(
                    asked, by_document[shard], rows[mine], documents[mine] - first
                )
        return total


class _Run:
    """One block of needs."""

    def __init__(self, fused: Fused, questions: Sequence[Questions], forward: Forward) -> None:
        self._fused = fused
        self._questions = questions
        self._forward = forward
        self._needs = forward.held.size

    def _side_by_side(self, do: Callable[[int, int], Result], pool: ThreadPoolExecutor) -> list[Result]:
        done = [pool.submit(do, at, min(at + STEP, self._needs)) for at in range(0, self._needs, STEP)]
        return [each.result() for each in done]

    def generate(self, asked: Vectors, buffer: Vectors, pool: ThreadPoolExecutor) -> None:
        fused = self._fused
        for shard, (first, end) in enumerate(pairwise(fused._bounds)):
            sums = buffer.reshape(-1)[: self._needs * int(end - first)].reshape(self._needs, int(end - first))
            np.matmul(asked, fused._turned.columns[first:end].T, out=sums)

            def add(
                begin: int, stop: int, shard: int = shard, first: int = int(first), sums: Vectors = sums
            ) -> None:
                for each, words, by_term in zip(fused._words, self._questions, fused._by_term, strict=True):
                    generate(sums[begin:stop], by_term[shard], words, begin, each.common, each.share)
                keep_best(sums[begin:stop], begin, first, self._forward)

            self._side_by_side(add, pool)

    def settle(self, rest: Vectors, pool: ThreadPoolExecutor) -> None:
        fused = self._fused

        def add(begin: int, stop: int) -> None:
            rows = np.arange(begin, stop)
            line_up(self._forward, rows)
            settle_dots(self._forward, rows, rest, fused._turned.rest)
            for each, asked, by_document in zip(
                fused._words, self._questions, fused._by_document, strict=True
            ):
                if each.common <= each.heads:
                    continue
                table = np.zeros(each.common, dtype=np.float32)
                for shard, lists in enumerate(by_document):
                    bounds = (int(fused._bounds[shard]), int(fused._bounds[shard + 1]))
                    settle(self._forward, rows, lists, bounds, asked, (each.heads, table), each.share)

        self._side_by_side(add, pool)

    def final(self, asking: Asking, first: int, count: int, pool: ThreadPoolExecutor) -> Iterator[_List]:
        """Yield the best of each need by exact sums; `first` is the number of the block's first need."""
        forward = self._forward

        def choose(begin: int, stop: int) -> list[_List]:
            held = forward.documents[begin:stop, : forward.held[0]]
            sums = forward.sums[begin:stop, : held.shape[1]]
            wanted = min(count, held.shape[1])
            least = np.partition(sums, held.shape[1] - wanted, axis=1)[:, held.shape[1] - wanted]
            rows, places = np.nonzero(sums >= least[:, None] - ROUNDING)
            documents = held[rows, places]
            mine = rows + begin
            scores = self._fused._exact(
                asking, self._questions, mine, mine + first, documents.astype(np.int64)
            )
            order = np.lexsort((documents, -scores, rows))
            begins = np.searchsorted(rows, np.arange(stop - begin))
            ends = np.append(begins[1:], rows.size)
            best = [order[at : min(at + count, end)] for at, end in zip(begins, ends, strict=True)]
            return [(documents[of], scores[of]) for of in best]

        for part in self._side_by_side(choose, pool):
            yield from part


def _lists(rows: Rows) -> Lists:
    return rows.lists()


def _part(questions: Questions, block: slice) -> Questions:
    start = questions.start[block.start : block.stop + 1]
    begin, end = int(start[0]), int(start[-1])
    return Questions.of(
        start - begin, questions.terms[begin:end], questions.weights[begin:end], questions.offset[block]
    )
