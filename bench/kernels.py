"""Measures the batch matcher's compiled loops on one synthetic shard: `python -m bench.kernels`.

Prints postings and documents a second of one thread, by its processor time, beside a plain copy of
memory in the same run. The shard's document frequencies follow a power law with 200 terms to a document.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from qixi.match.kernels.accumulating import accumulate
from qixi.match.kernels.back import Back
from qixi.match.kernels.forward import Forward, trim
from qixi.match.kernels.pairing import pairs
from qixi.match.kernels.shapes import Asked, Lists, Questions
from qixi.match.kernels.sifting import Blend, Seen, sift
from qixi.match.kernels.sparing import Usual, spared
from qixi.match.kernels.squashing import Squash
from qixi.match.kernels.turning import turned

DOCUMENTS, TERMS, PER_DOCUMENT, NEEDS, PER_NEED = 131_072, 200_000, 200, 128, 330
KEEP, DEPTH = 2000, 40
BUSY = 5
"""Best of so many runs: other work on the machine only slows."""


def seconds(run: Callable[[], object]) -> float:
    run()
    best = np.inf
    for _ in range(BUSY):
        start = time.thread_time()
        run()
        best = min(best, time.thread_time() - start)
    return best


def shard(rng: np.random.Generator) -> tuple[Lists, Lists]:
    """By document and by term; a frequent term is worth less."""
    share = (np.arange(TERMS) + 12.0) ** -0.85
    share = np.minimum(share * PER_DOCUMENT / share.sum(), 0.6)
    counts = rng.poisson(share * DOCUMENTS).clip(1, DOCUMENTS)
    counts[::-1].sort()
    term = np.repeat(np.arange(TERMS, dtype=np.int32), counts)
    document = np.concatenate([np.sort(rng.choice(DOCUMENTS, n, replace=False)) for n in counts])
    idf = np.log(DOCUMENTS / counts) ** 1.8
    worth = (idf[term] * rng.uniform(0.5, 1.5, term.size)).astype(np.float32)
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    by_term = start, document.astype(np.int32), worth
    return Lists.of(*turned(*by_term, DOCUMENTS)), Lists.of(*by_term)


def needs(rng: np.random.Generator, by_document: Lists) -> Questions:
    """Terms of two technologies and a few at random, so that needs have matches."""
    each = []
    for _ in range(NEEDS):
        rows = [
            by_document.columns[by_document.start[d] : by_document.start[d + 1]]
            for d in rng.integers(0, DOCUMENTS, 2)
        ]
        each.append(np.unique(np.concatenate(rows))[:PER_NEED].astype(np.int32))
    start = np.concatenate(([0], np.cumsum([terms.size for terms in each]))).astype(np.int64)
    return Questions.of(
        start, np.concatenate(each), rng.gamma(1.0, 0.3, int(start[-1])) / 40, np.full(NEEDS, -3.0)
    )


def asked(questions: Questions, need: int) -> Asked:
    begin, end = questions.start[need], questions.start[need + 1]
    return Asked(questions.terms[begin:end], questions.weights[begin:end])


def main() -> None:
    rng = np.random.default_rng(7)
    by_document, by_term = shard(rng)
    held = np.diff(by_term.start).astype(np.float64)
    mean = np.bincount(np.repeat(np.arange(TERMS), held.astype(int)), by_term.worth, TERMS) / DOCUMENTS
    square = np.bincount(np.repeat(np.arange(TERMS), held.astype(int)), by_term.worth**2, TERMS) / DOCUMENTS
    usual = Usual(mean, square - mean**2, held)
    whole = needs(rng, by_document)
    acc = np.zeros(DOCUMENTS, dtype=np.float32)
    sums = np.zeros((NEEDS, DOCUMENTS), dtype=np.float32)

    big = np.ones(2**26, dtype=np.float32)
    other = np.empty_like(big)
    copied = seconds(lambda: np.copyto(other, big))
    print(f"copy of memory              {2 * big.nbytes / copied / 1e9:6.1f} GB/s")

    for left in (0.0, 0.1, 0.2, 0.3):
        (rare,) = spared([whole], [usual], left)
        postings = int(held[rare.terms].sum())

        def add(rare: Questions = rare) -> None:
            for need in range(NEEDS):
                acc.fill(0)
                accumulate(acc, by_term, asked(rare, need), 1.0)

        took = seconds(add)
        print(
            f"accumulate, {left:4.0%} left out   {postings / took / 1e9:6.2f} G postings/s,"
            f" {8 * postings / took / 1e9:5.1f} GB/s, {postings / NEEDS / DOCUMENTS:5.2f} postings a document"
        )
    for need in range(NEEDS):
        accumulate(sums[need], by_term, asked(rare, need), 1.0)

    business = rng.choice(np.linspace(0, 0.15, 40), DOCUMENTS).astype(np.float32)
    blend, squash = Blend(-3.0, 0.1, 0.7, business, business[:0]), Squash.of(6.0)
    forward, back = Forward.of(NEEDS, KEEP), Back.of(DOCUMENTS, DEPTH)

    def first_shard() -> None:
        forward.clear()
        for need in range(NEEDS):
            sift(sums[need], blend, squash, Seen(need, need, 0), forward, back)

    took = seconds(first_shard)
    print(f"sift, first of its shards   {took / NEEDS / DOCUMENTS * 1e9:6.2f} ns a document")
    back.least[:] = 2.0

    def later_shards() -> None:
        for need in range(NEEDS):
            sift(acc, blend, squash, Seen(need, need, 1), forward, back)

    took = seconds(later_shards)
    print(f"sift, hardly any pass       {took / NEEDS / DOCUMENTS * 1e9:6.2f} ns a document")

    for need in range(NEEDS):
        trim(forward, need)
    documents = np.concatenate([np.sort(forward.documents[n, : forward.held[n]]) for n in range(NEEDS)])
    documents = (documents % DOCUMENTS).astype(np.int64)
    of = np.repeat(np.arange(NEEDS), forward.held)
    took = seconds(lambda: pairs(whole, by_document, of, documents))
    print(f"pairs, exact                {took / of.size * 1e9:6.0f} ns a pair")
    print(f"{np.__name__} {np.__version__}, Python {sys.version.split()[0]}, one thread")


if __name__ == "__main__":
    main()
