"""Which cases are like another, by the words that were filled in; nothing is decided by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from qixi.casework import models
from qixi.casework.queries.cases import visible_to
from qixi.casework.queries.lists import filled_in
from qixi.registry.domain.may import Actor

_MOST_READ = 100
_LEAST_ALIKE = 0.08


@dataclass(frozen=True, slots=True)
class Similar:
    """A case like the one looked at: its title, and how much of their words the two share, 0 to 1."""

    row: models.Case
    title: str
    alike: float


def similar(actor: Actor, row: models.Case, most: int = 5) -> list[Similar]:
    """Return the latest cases of the same procedure that an actor may see and that share most words."""
    rows = list(visible_to(actor).filter(code=row.code).exclude(pk=row.pk).order_by("-id")[:_MOST_READ])
    filled = filled_in([row, *rows])
    own = _pairs(filled.get(row.pk, {}))
    found = [
        Similar(each, str(next(iter(filled[each.pk].values()), "")), _alike(own, _pairs(filled[each.pk])))
        for each in rows
        if each.pk in filled
    ]
    found = [each for each in found if each.alike >= _LEAST_ALIKE]
    return sorted(found, key=lambda each: (-each.alike, -each.row.pk))[:most]


def _pairs(data: Mapping[str, Any]) -> frozenset[str]:
    words = [value for value in data.values() if isinstance(value, str)]
    return frozenset(pair for word in words for pair in _neighbours(word.lower()))


def _neighbours(word: str) -> Iterator[str]:
    signs = [sign for sign in word if sign.isalnum()]
    yield from (one + other for one, other in pairwise(signs))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0
