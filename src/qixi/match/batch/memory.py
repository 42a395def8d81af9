"""How much memory a batch holds of its own, and holding a process to it."""

from __future__ import annotations

import sys

from qixi.core import Problem, Refused, Text
from qixi.match.batch.plan import Plan, blocks
from qixi.match.finding.common import MOST

if sys.platform != "win32":
    import resource

GIB = 2**30
_PROCESS = 400 * 2**20
"""What the interpreter, the compiled loops, the lexicon and the classification take, measured."""
_RESERVED = 4 * GIB
_NEED = 20_000
"""Bytes of a need of a block with its query, rather more than measured."""
_MATCH = 56
_DOCUMENT = 16
"""Bytes for each technology beside what is counted apart: which are barred, places, values of sets."""
_CANDIDATE, _SCORED = 160, 256
"""Bytes of a candidate while it is scored in full, and how many needs' candidates are at a time."""
_PRODUCTS = 2 * 4 * 32
"""Bytes for each technology of the products of 32 needs' vectors with it, and of their copy from a device."""
MERGING = 2**28
"""Bytes in which back lists are merged, some technologies at a time."""


def of_worker(technologies: int, needs: int, plan: Plan, vectors: int = 0) -> int:
    """Return the bytes one worker holds of its own while it does a block, index pages not counted.

    `vectors` is the length of the vectors of a model, 0 where none takes part; what the model itself
    holds is not known here.
    """
    block = max((len(each) for each in blocks(needs)), default=0)
    # Totals and needs as they are found, exact scores, their order; then lists, and lists as written.
    back = technologies * (16 * plan.back_candidates + 2 * 12 * plan.back) if plan.back else 0
    common = technologies * MOST if plan.candidates is not None else 0
    scored = _SCORED * _CANDIDATE * min(technologies, plan.candidates or 2 * plan.top)
    products = technologies * _PRODUCTS + 2 * 4 * block * vectors if vectors else 0
    own = _PROCESS + block * (_NEED + _MATCH * plan.top) + technologies * _DOCUMENT
    return own + common + back + scored + products


def workers_within(limit: int, held: int, worker: int, most: int) -> int:
    """Return how many workers of `worker` bytes fit into `limit` beside the `held` bytes of this process.

    Raises Refused where not even one does, saying what it would take.
    """
    count = min(most, (limit - held) // worker)
    if count >= 1:
        return count
    least = (held + worker) / GIB
    raise Refused(
        Problem(
            "batch",
            Text(
                f"给定的内存 {limit / GIB:.1f} GiB 不够，至少需要 {least:.1f} GiB",
                f"{limit / GIB:.1f} GiB of memory are too little: it takes at least {least:.1f} GiB",
            ),
            Text(
                "请增大 --memory，或减小 --back、--candidates",
                "raise --memory, or lower --back or --candidates",
            ),
        )
    )


def held_now() -> int:
    """Return the bytes this process holds of its own, as the system counts them."""
    try:
        with open("/proc/self/smaps_rollup", encoding="ascii") as file:  # noqa: PTH123  no file, a kernel table
            rows = dict(line.split(":", 1) for line in file if ":" in line)
        return int(rows["Anonymous"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return _PROCESS  # a system that does not say


def keep_within(limit: int | None) -> None:
    """Raise MemoryError where this process holds more than `limit` bytes of its own."""
    if limit is not None and held_now() > limit:
        raise MemoryError


def held_to(limit: int | None) -> None:
    """Have the system refuse this process memory far beyond `limit` bytes, where it can.

    Going there is a MemoryError then, and not the end of another process. What is merely reserved counts
    too, as compilers and allocators do, so the line is drawn further out; `keep_within` draws the nearer one.
    """
    if limit is None or sys.platform == "win32":
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit + _RESERVED, hard))
