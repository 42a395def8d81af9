"""The scenarios, read from their files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "scenarios"
ORDER = ("scarce", "balanced", "ample", "wrong")


@dataclass(frozen=True)
class Size:
    """How many there are of each."""

    firms: int
    needs: int
    inventors: int
    technologies: int
    brokers: int


@dataclass(frozen=True)
class Capacity:
    """What a firm reads, an inventor answers, a broker carries."""

    reads: int
    talks: int
    carries: int


@dataclass(frozen=True)
class Truth:
    """How people decide."""

    seen: int
    unseen: int
    weight_seen: float
    weight_unseen: float
    appeal: float
    noise: float
    interest: float
    answer: float
    signing: float
    licences: int


@dataclass(frozen=True)
class History:
    """What the matcher learned from."""

    pairs: int
    flipped: float


@dataclass(frozen=True)
class Scenario:
    """One scenario file."""

    name: str
    seeds: int
    candidates: int
    list: int
    size: Size
    capacity: Capacity
    truth: Truth
    history: History


def read(name: str) -> Scenario:
    values: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    parts = {"size": Size, "capacity": Capacity, "truth": Truth, "history": History}
    return Scenario(**{key: parts[key](**value) if key in parts else value for key, value in values.items()})
