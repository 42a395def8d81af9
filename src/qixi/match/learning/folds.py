"""Parting needs into folds, by their words and ids alone, so that no need is on both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from qixi.match.learning.sample import Ints, Mask, Sample


def folds(sample: Sample, count: int) -> Ints:
    """Return the fold of each need, 0 to at most `count` - 1, shape (needs,).

    Groups of needs are put in the order of a digest of their first id and dealt out in turn, the
    telling ones first, so that every fold has its share of them. The order of rows changes nothing.
    """
    telling = sample.telling()
    groups: dict[int, list[int]] = {}
    for place, group in enumerate(sample.group.tolist()):
        groups.setdefault(group, []).append(place)
    ordered = sorted(groups.values(), key=lambda places: (not telling[places].any(), _digest(sample, places)))
    out = np.empty(len(sample.needs), dtype=np.int64)
    for number, places in enumerate(ordered):
        out[places] = number % count
    return out


def _digest(sample: Sample, places: list[int]) -> str:
    return hashlib.sha256(sample.needs[places[0]].encode("utf-8", "surrogatepass")).hexdigest()


def parted(fold: Ints) -> Iterator[Mask]:
    """Yield for each fold the needs that are held out."""
    for number in range(int(fold.max()) + 1):
        yield fold == number
