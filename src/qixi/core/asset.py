"""Something transferable: a patent, an achievement, know-how, equipment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from qixi.core.span import Quote, Span, quote


class LegalStatus(StrEnum):
    """Where the right stands, as far as the record says; how words map to it is data in `tables`."""

    IN_FORCE = "in_force"
    PENDING = "pending"
    LAPSED = "lapsed"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class Licence(StrEnum):
    """Licence in force on the asset.

    Kinds: Civil Code art. 862; Supreme Court interpretation on technology contracts art. 25;
    open licence: Patent Law art. 50.
    """

    NONE = "none"
    ORDINARY = "ordinary"
    OPEN = "open"
    SOLE = "sole"
    EXCLUSIVE = "exclusive"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Asset:
    """One technology on offer ("supply" in files).

    Text fields hold the value exactly as read, so that spans into them are verbatim. `maturity` is
    a technology readiness level 1-9 (GB/T 22900) where the record gives one or a word that maps to
    one; `maturity_text` is the word as read. `extra` carries columns the reader does not know.
    """

    id: str
    title: str = ""
    abstract: str = ""
    claims: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    ipc: tuple[str, ...] = ()
    applicant: str = ""
    applicant_kind: str = ""
    inventors: tuple[str, ...] = ()
    application_no: str = ""
    publication_no: str = ""
    filing_date: date | None = None
    legal_status: LegalStatus = LegalStatus.UNKNOWN
    licence: Licence = Licence.UNKNOWN
    family: str = ""
    region: str = ""
    maturity: int | None = None
    maturity_text: str = ""
    price: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    def texts(self) -> tuple[tuple[str, int, str], ...]:
        """Return every text value as (field, item, value), in reading order, empty ones left out."""
        values = [("title", 0, self.title), ("abstract", 0, self.abstract)]
        values += [("claims", i, claim) for i, claim in enumerate(self.claims)]
        values += [("keywords", i, word) for i, word in enumerate(self.keywords)]
        return tuple(value for value in values if value[2])

    def quote(self, span: Span) -> Quote:
        """Return the words at `span`; raises IndexError where the span leaves the value."""
        return quote(self, span)
