"""What every scorer must pass: named checks that a scorer of one's own can be put to as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from qixi.match.conformance import scoring, storing
from qixi.match.conformance.promise import Kind, Nonconforming
from qixi.match.conformance.sample import ASSETS, NEEDS, queries

__all__ = ["ASSETS", "CHECKS", "NEEDS", "Nonconforming", "check_scorer", "checks", "queries"]

CHECKS: tuple[Callable[[Kind], None], ...] = (*scoring.CHECKS, *storing.CHECKS)
"""Every check; each takes a kind of scorer, returns None or raises Nonconforming."""


def checks(kind: Kind) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield (name, check); a check returns None or raises Nonconforming."""
    for check in CHECKS:
        yield check.__name__.removeprefix("_"), partial(check, kind)


def check_scorer(kind: Kind) -> None:
    """Run every check on a kind of scorer; raises Nonconforming at the first that fails."""
    for _, check in checks(kind):
        check()
