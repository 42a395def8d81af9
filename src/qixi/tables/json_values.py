"""JSON as it comes from strangers: parsed with bounds on depth and on the length of numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass

_DIGITS = 400


@dataclass(frozen=True, slots=True)
class Unusable:
    """Stands for a number that is not finite or has too many digits."""

    text: str


class TooDeep(ValueError):  # noqa: N818  the fault has its own code
    """Raised where brackets nest deeper than the limit."""


class Repeated(dict[str, object]):
    """An object in which keys stood more than once; the first value of each is kept."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__()
        self.keys_repeated: list[str] = []
        for name, value in pairs:
            if name in self:
                self.keys_repeated.append(name)
            else:
                self[name] = value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else Repeated(pairs)


def _integer(text: str) -> object:
    return int(text) if len(text) <= _DIGITS else Unusable(text)


def _decimal(text: str) -> object:
    value = float(text)
    return value if abs(value) != float("inf") else Unusable(text)


DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_decimal, parse_constant=Unusable, strict=False
)
"""Lets control characters stand in strings; they are dealt with where values are read."""


def value_at(text: str, start: int, depth: int) -> tuple[object, int]:
    """Return the JSON value at `start` and where it ends; raises ValueError or TooDeep."""
    try:
        value, end = DECODER.raw_decode(text, start)
    except RecursionError:
        raise TooDeep from None
    if text.count("[", start, end) + text.count("{", start, end) > depth and _depth(value) > depth:
        raise TooDeep
    return value, end


def value_of(text: str, depth: int) -> object:
    """Return the one JSON value that `text` is; raises ValueError or TooDeep."""
    start = len(text) - len(text.lstrip())
    value, end = value_at(text, start, depth)
    if text[end:].strip():
        raise json.JSONDecodeError("Extra data", text, end)
    return value


def _depth(value: object) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, level = waiting.pop()
        if isinstance(item, list | dict):
            deepest = max(deepest, level)
            waiting += [(child, level + 1) for child in (item if isinstance(item, list) else item.values())]
    return deepest
