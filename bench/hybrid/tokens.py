"""Invented token lists whose units are as frequent, and as often shared, as those of the real texts.

A record has a field, a subject in it (sizes by Zipf) and a narrower one. Each unit is drawn by its rank
from the curve below; then, by the chances of `ABOUT`, it becomes that unit among `NEIGHBOURS` of nearly the
same frequency which the field, the subject or the narrower one prefers. So frequencies stay what the
curve says while records of one subject share many rare units. Everything follows from the seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

CURVE = (
    (1, 0.9963),
    (2, 0.9575),
    (5, 0.9126),
    (10, 0.7320),
    (20, 0.6534),
    (50, 0.4394),
    (100, 0.2861),
    (200, 0.1626),
    (500, 0.06688),
    (1000, 0.03100),
    (2000, 0.01391),
    (5000, 0.00488),
    (10_000, 0.00220),
    (20_000, 0.00098),
    (50_000, 0.00024),
)
"""Rank of a unit and the share of records with it, of Qixi's units in 4,097 real patents."""
VOCABULARY, TAIL = 800_000, 1.5
"""Units at all, and the power of rank by which shares fall beyond the curve."""
FIELDS, SUBJECTS, NARROWER = 12, 300, 20
"""Fields, subjects over all of them, and narrower ones in each."""
NEIGHBOURS, PLAIN = 16, 32
"""Units that stand in for each other, and leading units that never do."""
ABOUT = (0.35, 0.20, 0.22)
"""The chances that field, subject and narrower one choose the unit."""
ONCE, MORE = 0.66, 0.4
"""The chance that a unit stands once in a record, and that one counted more often is counted once more."""
SUPPLY_LENGTH, DEMAND_LENGTH = (1.1, 0.2), (1.0, 0.75)
"""Median length against the curve's, and the deviation of its logarithm."""

Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Lists:
    """Token ids of all records: those of record r are `ids[start[r]:start[r + 1]]`, in no order, repeated.

    `subject` and `narrower` int32 (records,) say what each is about.
    """

    start: NDArray[np.int64]
    ids: Ids
    subject: Ids
    narrower: Ids

    @property
    def size(self) -> int:
        """Number of records."""
        return self.subject.size

    def rows(self) -> list[Ids]:
        """Return one array for each record."""
        return np.split(self.ids, self.start[1:-1])


def shares() -> NDArray[np.float64]:
    """Return the share of records that hold the unit of each rank."""
    rank = np.arange(1, VOCABULARY + 1)
    known, share = np.array(CURVE).T
    found = np.exp(np.interp(np.log(rank), np.log(known), np.log(share)))
    beyond = rank > known[-1]
    found[beyond] = share[-1] * (rank[beyond] / known[-1]) ** -TAIL
    return np.asarray(found)


def lists(records: int, length: tuple[float, float], seed: int, side: int) -> Lists:
    """Generate `records` token lists; `side` tells needs from technologies, which share their units."""
    rng = np.random.default_rng([seed, side])
    sizes = 1.0 / (np.arange(SUBJECTS) + 10.0)
    subject = rng.choice(SUBJECTS, records, p=sizes / sizes.sum()).astype(np.int32)
    narrower = (subject * NARROWER + rng.integers(0, NARROWER, records)).astype(np.int32)
    rate = -np.log1p(-shares())
    median, deviation = length
    draws = rng.poisson(rate.sum() * median * np.exp(deviation * rng.standard_normal(records)))
    draws = np.clip(draws, 20, 4000).astype(np.int64)
    edges = np.cumsum(rate) / rate.sum()
    guide = np.searchsorted(edges, np.arange(2**16) / 2**16).astype(np.int32)
    names = np.random.default_rng([seed, 2]).permutation(VOCABULARY).astype(np.int32)
    seeds = rng.integers(0, 2**63, records).astype(np.uint64)
    room = np.zeros(records + 1, np.int64)
    np.cumsum(8 * draws, out=room[1:])
    parts, counts = [], np.empty(records, np.int64)
    for at in range(0, records, 4096):
        end = min(at + 4096, records)
        ids = np.empty(int(room[end] - room[at]), np.int32)
        _draw(
            (edges, guide, names),
            (subject[at:end], narrower[at:end], draws[at:end], seeds[at:end]),
            room[at : end + 1] - room[at],
            ids,
            counts[at:end],
        )
        parts += [
            ids[r - room[at] : r - room[at] + n] for r, n in zip(room[at:end], counts[at:end], strict=True)
        ]
    start = np.zeros(records + 1, np.int64)
    np.cumsum(counts, out=start[1:])
    return Lists(start, np.concatenate(parts), subject, narrower)


@numba.njit(cache=True)
def _next(state):  # type: ignore[no-untyped-def]
    """Return the next state and 64 bits of it (Steele, Lea & Flood 2014: SplitMix64)."""
    state += np.uint64(0x9E3779B97F4A7C15)
    z = state
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state, z ^ (z >> np.uint64(31))


@numba.njit(cache=True)
def _draw(curve, records, room, ids, counts):  # type: ignore[no-untyped-def]
    edges, guide, names = curve
    subject, narrower, draws, seeds = records
    unit = 1.0 / 2.0**53
    seen = np.full(edges.size, -1, np.int32)
    for record in range(draws.size):
        state, first = seeds[record], room[record]
        at = first
        for _ in range(draws[record]):
            state, bits = _next(state)
            value = np.float64(bits >> np.uint64(11)) * unit
            rank = guide[np.int64(bits >> np.uint64(48))]
            while edges[rank] < value and rank < edges.size - 1:
                rank += 1
            state, bits = _next(state)
            chance = np.float64(bits >> np.uint64(11)) * unit
            if rank >= PLAIN and chance < ABOUT[0] + ABOUT[1] + ABOUT[2]:
                about = subject[record] % FIELDS
                if chance >= ABOUT[0] + ABOUT[1]:
                    about = narrower[record] + SUBJECTS + FIELDS
                elif chance >= ABOUT[0]:
                    about = subject[record] + FIELDS
                block = rank // NEIGHBOURS
                _, mixed = _next(np.uint64(block) * np.uint64(1_000_003) + np.uint64(about))
                rank = min(block * NEIGHBOURS + np.int64(mixed % np.uint64(NEIGHBOURS)), edges.size - 1)
            if seen[rank] == record:
                continue
            seen[rank] = record
            state, bits = _next(state)
            chance = np.float64(bits >> np.uint64(11)) * unit
            times = 1
            limit = ONCE
            while chance > limit and times < 8:
                times += 1
                limit += (1 - limit) * MORE
            for _ in range(min(times, room[record + 1] - at)):
                ids[at] = names[rank]
                at += 1
        counts[record] = at - first
        for i in range(at - first - 1, 0, -1):
            state, bits = _next(state)
            j = np.int64(bits % np.uint64(i + 1))
            ids[first + i], ids[first + j] = ids[first + j], ids[first + i]
