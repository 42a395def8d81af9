"""A need in parts: what each part of its text is for, and how much it should weigh."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qixi.core import Span
from qixi.match.quantities import Stated


class Kind(StrEnum):
    """What a part of a need's text is for."""

    PROBLEM = "problem"
    TARGET = "target"
    CONSTRAINT = "constraint"
    CONDITION = "condition"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One part of a need that a technology may answer.

    `spans` are places in the need as read and `text` the words there. `quantities` are the numbers
    a technology is held to, their spans in the same field's value; empty for conditions. `weight`
    (0..1) is the part's importance; `group` names the row of `cues.toml` that decided.
    """

    kind: Kind
    spans: tuple[Span, ...]
    text: str
    weight: float
    group: str
    quantities: tuple[Stated, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a need's text and its weight; a need's segments cover all of its text."""

    span: Span
    kind: Kind
    weight: float
    group: str
