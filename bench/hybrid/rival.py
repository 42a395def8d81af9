"""The assembled rival: bm25s with its numba backend, exact dense search by faiss, and a fusion of the two.

Two ways of fusing, each as fast as the libraries' own parts allow: the best of either list, what is
missing on the other side added for the union (`lists`); or both score arrays in full, bm25s's own compiled
scoring and selection beside a matrix product (`arrays`).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import bm25s
import faiss
import numba
import numpy as np
from bm25s.numba.retrieve_utils import _compute_relevance_from_scores_jit_ready as score
from bm25s.numba.selection import _numba_sorted_top_k as select
from numpy.typing import NDArray

from bench.hybrid.target import K1, TOP, USUAL, B, Setting
from bench.hybrid.tokens import Lists
from qixi.match.scorers.standing import spread

Places = NDArray[np.int32]
BLOCK = 256


@dataclass(frozen=True, slots=True)
class Asked:
    """Needs as the rival takes them: token ids, and the scale of either score."""

    tokens: list[NDArray[np.int32]]
    words: NDArray[np.float64]
    cosines: NDArray[np.float64]


class Rival:
    """bm25s and faiss over one corpus."""

    def __init__(self, setting: Setting, rows: list[list[int]], threads: int) -> None:
        """Build; `rows` are the token ids of each technology as lists, which bm25s wants."""
        self._threads = threads
        faiss.omp_set_num_threads(threads)
        numba.set_num_threads(threads)
        vocabulary = {str(unit): unit for unit in range(setting.units)}
        self._ranker = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numba", csc_backend="auto")
        self._ranker.index(SimpleNamespace(ids=rows, vocab=vocabulary), show_progress=False)
        self._vectors = setting.supply_vectors
        self._moments(setting)

    def _moments(self, setting: Setting) -> None:
        """Give the scores the target's power of idf, and reckon what standardises them."""
        held = self._ranker.scores
        size, counts = held["num_docs"], np.diff(held["indptr"])
        if setting.idf_power != 1.0:
            idf = np.log(1 + (size - counts + 0.5) / (counts + 0.5))
            held["data"] *= np.repeat(idf ** (setting.idf_power - 1), counts).astype(np.float32)
        term = np.repeat(np.arange(counts.size), counts)
        self._mean = np.bincount(term, held["data"], counts.size) / size
        square = np.bincount(term, held["data"].astype(np.float64) ** 2, counts.size) / size
        self._variance = square - self._mean**2
        self._total = self._vectors.sum(axis=0, dtype=np.float64)
        self._square = (self._vectors.T @ self._vectors).astype(np.float64)
        self._by_document = None

    def prepare(self) -> None:
        """Make what `lists` needs: the words' scores by document."""
        held = self._ranker.scores
        self._by_document = _turned(held["indptr"], held["indices"], held["data"], held["num_docs"])

    def ask(self, lists: Lists, vectors: NDArray[np.float32]) -> Asked:
        """Return needs with what their scores are divided by; constants of a need do not move its ranking."""
        tokens = lists.rows()
        words = np.empty(lists.size)
        for i, ids in enumerate(tokens):
            units, times = np.unique(ids, return_counts=True)
            words[i] = np.sqrt((self._variance[units] * times.astype(np.float64) ** 2).sum())
        asked = vectors.astype(np.float64)
        squares = np.einsum("ij,ij->i", asked @ self._square, asked)
        _, cosines = spread(asked @ self._total, squares, self._vectors.shape[0], USUAL)
        return Asked(tokens, 1 / words, 1 / cosines)

    def arrays(self, asked: Asked, vectors: NDArray[np.float32]) -> list[Places]:
        """Return the best of each need from both score arrays in full: exact."""
        held = self._ranker.scores
        found: list[Places] = []
        for at in range(0, len(asked.tokens), BLOCK):
            block = slice(at, at + BLOCK)
            cosines = (vectors[block] * asked.cosines[block, None].astype(np.float32)) @ self._vectors.T
            start = np.cumsum([0, *map(len, asked.tokens[block])])
            flat = np.concatenate(asked.tokens[block])
            scale = asked.words[block].astype(np.float32)
            found += list(
                _fuse(flat, start, scale, cosines, (held["data"], held["indptr"], held["indices"]), TOP)
            )
        return found

    def lists(self, asked: Asked, vectors: NDArray[np.float32], depth: int) -> list[Places]:
        """Return the best of each need among the `depth` best of either list."""
        documents, scores = self._ranker.retrieve(
            [ids.tolist() for ids in asked.tokens],
            k=depth,
            n_threads=self._threads,
            show_progress=False,
            backend_selection="numba",
            sorted=False,
        )
        cosines, near = faiss.knn(vectors, self._vectors, depth, metric=faiss.METRIC_INNER_PRODUCT)
        start = np.cumsum([0, *map(len, asked.tokens)])
        return list(
            _unite(
                (np.concatenate(asked.tokens), start, vectors, self._vectors, *self._by_document),
                (documents, scores, near, cosines),
                (asked.words, asked.cosines, self._mean.size),
                TOP,
            )
        )


@numba.njit(parallel=True)
def _fuse(flat, start, scale, cosines, index, top):  # type: ignore[no-untyped-def]
    data, indptr, indices = index
    out = np.empty((scale.size, top), np.int32)
    for i in numba.prange(scale.size):
        asked = flat[start[i] : start[i + 1]]
        found = score(data, indptr, indices, cosines.shape[1], asked, np.float32)
        for j in range(found.size):
            found[j] = found[j] * scale[i] + cosines[i, j]
        _, places = select(found, top, True)
        out[i] = places
    return out


@numba.njit
def _turned(indptr, indices, data, documents):  # type: ignore[no-untyped-def]
    start = np.zeros(documents + 1, np.int64)
    for document in indices:
        start[document + 1] += 1
    for document in range(documents):
        start[document + 1] += start[document]
    at, terms, worth = start[:-1].copy(), np.empty(indices.size, np.int32), np.empty(indices.size, np.float32)
    for term in range(indptr.size - 1):
        for j in range(indptr[term], indptr[term + 1]):
            place = at[indices[j]]
            terms[place], worth[place] = term, data[j]
            at[indices[j]] += 1
    return start, terms, worth


@numba.njit(parallel=True)
def _unite(corpus, lists, scales, top):  # type: ignore[no-untyped-def]
    flat, start, needs, vectors, row, terms, worth = corpus
    documents, scores, near, cosines = lists
    words, dense, size = scales
    depth = documents.shape[1]
    out = np.empty((documents.shape[0], top), np.int32)
    for part in numba.prange(64):
        table = np.zeros(size, np.float32)
        total = np.zeros(row.size - 1, np.float32)
        seen = np.zeros(row.size - 1, np.uint8)
        united = np.empty(2 * depth, np.int32)
        for i in range(part, documents.shape[0], 64):
            count = depth
            for j in range(depth):
                united[j] = documents[i, j]
                seen[documents[i, j]] = 1
                total[documents[i, j]] = scores[i, j] * words[i]
            for unit in flat[start[i] : start[i + 1]]:
                table[unit] += 1
            for j in range(depth):
                document = near[i, j]
                if seen[document] == 0:
                    united[count] = document
                    count += 1
                    found = np.float32(0)
                    for k in range(row[document], row[document + 1]):
                        found += table[terms[k]] * worth[k]
                    total[document] = found * words[i]
                seen[document] = 2
                total[document] += cosines[i, j] * dense[i]
            for j in range(depth):
                document = united[j]
                if seen[document] == 1:
                    total[document] += np.dot(needs[i], vectors[document]) * dense[i]
            for unit in flat[start[i] : start[i + 1]]:
                table[unit] = 0
            values = total[united[:count]]
            _, places = select(values, top, True)
            out[i] = united[:count][places]
            for j in range(count):
                seen[united[j]] = 0
    return out
