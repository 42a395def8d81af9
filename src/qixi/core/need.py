"""A stated demand of a party: problem, constraints, budget, deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from qixi.core.span import Quote, Span, quote


@dataclass(frozen=True, slots=True)
class OwnPatent:
    """A patent of the firm that states the need: any of title, abstract, IPC symbols and number."""

    title: str = ""
    abstract: str = ""
    ipc: tuple[str, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One need ("demand" in files). Text fields hold the value exactly as read.

    `industry` is a GB/T 4754-2017 code ("C2710", "2710", "27") where the record gives one;
    `industry_text` is the value as read (code, name or both).
    """

    id: str
    title: str = ""
    content: str = ""
    industry: str = ""
    industry_text: str = ""
    ipc: tuple[str, ...] = ()
    organisation: str = ""
    business: str = ""
    region: str = ""
    budget: str = ""
    deadline: date | None = None
    portfolio: tuple[OwnPatent, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    def texts(self) -> tuple[tuple[str, int, str], ...]:
        """Return every text value as (field, item, value), in reading order, empty ones left out."""
        values = (("title", 0, self.title), ("content", 0, self.content))
        return tuple(value for value in values if value[2])

    def quote(self, span: Span) -> Quote:
        """Return the words at `span`; raises IndexError where the span leaves the value."""
        return quote(self, span)
