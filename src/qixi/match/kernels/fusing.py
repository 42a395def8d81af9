"""Words and vectors in one sum: a block of needs over one shard, and what is added to their candidates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.accumulating import accumulate
from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.dotting import add_dots
from qixi.match.kernels.forward import Forward, trim
from qixi.match.kernels.rescoring import common_part
from qixi.match.kernels.shapes import Asked, Lists, Questions

TILE = 2048
"""Sums looked at together: most tiles hold none above what is kept."""


@compiled
def generate(
    sums: NDArray[np.float32],
    by_term: Lists,
    questions: Questions,
    need: int,
    common: int,
    share: float,
) -> None:
    """Add share x weight x worth over the terms from number `common` on to row r, for question `need + r`.

    `sums` float32 (needs, documents of the shard).
    """
    for row in range(sums.shape[0]):
        terms, weights = _asked(questions, need + row)
        rare = np.searchsorted(terms, np.int32(common))
        accumulate(sums[row], by_term, Asked(terms[rare:], weights[rare:]), share)


@compiled
def keep_best(sums: NDArray[np.float32], row: int, document: int, forward: Forward) -> None:
    """Offer row r of float32 (needs, documents), those from number `document` on, to row `row + r`.

    Shards must come in ascending order, so that of equal sums the lower number is kept.
    """
    for r in range(sums.shape[0]):
        for begin in range(0, sums.shape[1], TILE):
            tile = sums[r, begin : begin + TILE]
            if _any_above(tile, forward.least[row + r]):
                _offer(tile, row + r, document + begin, forward)


@compiled
def spread_out(by_term: Lists, terms: int, columns: NDArray[np.float32]) -> None:
    """Write the worth of the first `terms` terms to `columns`, float32 (documents, terms), all 0 before."""
    start, documents, worth = by_term
    for term in range(terms):
        for j in range(start[term], start[term + 1]):
            columns[documents[j], term] = worth[j]


@compiled
def spread_question(questions: Questions, share: float, asked: NDArray[np.float32]) -> None:
    """Write share x weight of the terms below the width of `asked`, float32 (needs, terms), all 0."""
    for need in range(asked.shape[0]):
        for k in range(questions.start[need], questions.start[need + 1]):
            term = questions.terms[k]
            if term >= asked.shape[1]:
                break
            asked[need, term] = share * questions.weights[k]


@compiled
def settle(
    forward: Forward,
    rows: NDArray[np.int64],
    by_document: Lists,
    bounds: tuple[int, int],
    questions: Questions,
    terms: tuple[int, NDArray[np.float32]],
    share: float,
) -> None:
    """Add what terms from the first of `terms` to the size of its table say of kept documents in [bounds).

    `rows` int64 are rows of `forward`, each trimmed and in ascending order of documents (see `line_up`),
    and of `questions` alike; `by_document` is the shard that begins with the first document.
    """
    first, end = bounds
    least, table = terms
    for row in rows:
        asked = _asked(questions, row)
        known = np.searchsorted(asked.terms, np.int32(least))
        asked = Asked(asked.terms[known:], asked.weights[known:])
        documents = forward.documents[row, : forward.held[row]]
        begin, stop = np.searchsorted(documents, np.int32(first)), np.searchsorted(documents, np.int32(end))
        within = documents[begin:stop] - np.int32(first)
        common_part(by_document, within, asked, table, share, forward.sums[row, begin:stop])


@compiled
def settle_dots(
    forward: Forward,
    rows: NDArray[np.int64],
    asked: NDArray[np.float32],
    vectors: NDArray[np.float32],
) -> None:
    """Add the products of each need, float32 (needs, places), with its kept documents' rows of `vectors`."""
    for row in rows:
        held = forward.held[row]
        add_dots(asked[row], vectors, forward.documents[row, :held], 1.0, forward.sums[row, :held])


@compiled
def line_up(forward: Forward, rows: NDArray[np.int64]) -> None:
    """Cut each row to the best and put it into ascending order of documents, for reading in order."""
    for row in rows:
        trim(forward, row)
        held = forward.held[row]
        order = np.argsort(forward.documents[row, :held])
        forward.documents[row, :held] = forward.documents[row, :held][order]
        forward.sums[row, :held] = forward.sums[row, :held][order]
        forward.scores[row, :held] = forward.scores[row, :held][order]


@compiled
def _asked(questions: Questions, need: int) -> Asked:
    begin, end = questions.start[need], questions.start[need + 1]
    return Asked(questions.terms[begin:end], questions.weights[begin:end])


@compiled
def _any_above(tile: NDArray[np.float32], least: np.float32) -> bool:
    count = np.int32(0)
    for i in range(tile.size):
        count += np.int32(tile[i] > least)
    return bool(count > 0)


@compiled
def _offer(tile: NDArray[np.float32], row: int, document: int, forward: Forward) -> None:
    scores, sums, documents = forward.scores[row], forward.sums[row], forward.documents[row]
    held, least = forward.held[row], forward.least[row]
    for i in range(tile.size):
        if tile[i] > least:
            scores[held] = sums[held] = tile[i]
            documents[held] = document + i
            held += 1
            if held == scores.size:
                forward.held[row] = held
                trim(forward, row)
                held, least = forward.held[row], forward.least[row]
    forward.held[row] = held
