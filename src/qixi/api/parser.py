"""Reading what a program sends: plain JSON in UTF-8, nothing that a database could not keep."""

from __future__ import annotations

import json
from typing import Any, NoReturn, cast

from django.http import HttpRequest
from ninja.parser import Parser

_DEEPEST = 20


class StrictParser(Parser):
    """Reads JSON; raises ValueError for none, names said twice, NaN, NUL, half characters, deep nesting."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Return the body as values."""
        found = json.loads(request.body.decode(), parse_constant=_no_number, object_pairs_hook=_once)
        level, depth = [found], 0
        while level:
            if depth == _DEEPEST:
                raise ValueError("nested too deeply")
            level, depth = [inner for each in level for inner in _within(each)], depth + 1
        return cast(dict[str, Any], found)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of a name said twice, two readers would take two values."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is said twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _within(value: object) -> list[object]:
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a NUL character")
        value.encode()  # raises ValueError for halves of characters
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []
