"""The generator's own words, read from words.toml once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _read() -> Mapping[str, Any]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)


def words(name: str) -> Sequence[str]:
    """Return one list of words."""
    return list(_read()[name])


def counties() -> Mapping[str, Sequence[str]]:
    """Return the province's cities with their districts and counties."""
    return dict(_read()["counties"])
