"""What a batch is asked to do, and how its needs are cut into blocks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

LARGEST_BLOCK = 8_192
SMALLEST_BLOCK = 256
BLOCKS = 54
"""At least so many where there are needs enough: what a kill costs, and what can be shared out."""
FIRST, GROWTH = 2, 3
"""Blocks of the first stage, and by how many times each later stage makes those that are done more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How deep a batch looks.

    `top` technologies for each need and `back` needs for each technology (0 for none). `candidates`
    are scored in full for each need, all technologies where it is None: then the lists are exact.
    Terms that together tell at most the share `left` of a need's spread do not look for candidates.
    `spare` is the share by which the back lists' candidates outnumber the list.
    """

    top: int = 100
    back: int = 20
    candidates: int | None = 500
    left: float = 0.1
    spare: float = 1.4

    def __post_init__(self) -> None:
        if self.top < 1 or self.back < 0 or (self.candidates is not None and self.candidates < self.top):
            msg = "top must be at least 1, back at least 0, candidates at least top"
            raise ValueError(msg)

    @property
    def back_candidates(self) -> int:
        """Needs kept for each technology until they are scored in full."""
        return self.back + round(self.back * self.spare)

    def digest(self) -> str:
        """Return the first 16 hex digits of a SHA-256 over the plan."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def blocks(total: int) -> Sequence[range]:
    """Cut `total` needs into blocks that depend on nothing else, so that any run has the same."""
    size = max(SMALLEST_BLOCK, min(LARGEST_BLOCK, -(-total // BLOCKS)))
    return [range(at, min(at + size, total)) for at in range(0, total, size)]


def stages(count: int) -> Sequence[range]:
    """Put `count` blocks into stages, by their numbers.

    What stands in the back lists after a stage says which needs of the next ones cannot come into them.
    """
    ends = [0, min(FIRST, count)]
    while ends[-1] < count:
        ends.append(min(GROWTH * ends[-1], count))
    return [range(a, b) for a, b in pairwise(ends) if b > a]
