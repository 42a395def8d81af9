"""What a technology's text says to one requirement, in quotations."""

from __future__ import annotations

from dataclasses import dataclass

from qixi.core import Quote
from qixi.match.quantities import Status, Verdict
from qixi.match.requirements import Requirement


@dataclass(frozen=True, slots=True)
class Mark:
    """A term of the need and the term of the technology that meets it, both verbatim."""

    need: Quote
    asset: Quote


@dataclass(frozen=True, slots=True)
class NumberCheck:
    """A number of the need held against one of the technology, with the words of both."""

    verdict: Verdict
    need: Quote
    asset: Quote


@dataclass(frozen=True, slots=True)
class Evidence:
    """The outcome for one requirement.

    `asked` quotes the need; `answered` the technology, the telling place first, empty when nothing
    speaks to the requirement; `marks` are the terms that meet inside `answered`; `coverage` (0..1)
    is the weighted share of the requirement's terms found there.
    """

    requirement: Requirement
    status: Status
    asked: tuple[Quote, ...]
    answered: tuple[Quote, ...] = ()
    marks: tuple[Mark, ...] = ()
    numbers: tuple[NumberCheck, ...] = ()
    coverage: float = 0.0
