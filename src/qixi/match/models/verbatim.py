"""The gate for quotations: only words that stand in the record pass, and they are cut from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from qixi.core import Asset, Need, Span
from qixi.match.models.masking import Masked, mask, well_formed
from qixi.match.text import Folded, fold

SHORTEST: Final = 4
"""A quotation of fewer folded characters says nothing, unless it is a whole value."""

_AROUND: Final = " \t\r\n\"'“”‘’「」『』《》…。；;"


@dataclass(frozen=True, slots=True)
class Passage:
    """One text value of a record as it is sent: masked, and cut to what there was room for."""

    field: str
    item: int
    masked: Masked

    @property
    def name(self) -> str:
        """Name of the value in a request."""
        return f"{self.field} {self.item + 1}" if self.item else self.field


def passages(record: Asset | Need, characters: int) -> tuple[Passage, ...]:
    """Return the masked text values of `record` in reading order, together at most `characters` long."""
    sent: list[Passage] = []
    for field, item, value in record.texts():
        masked = mask(value).head(characters)
        if not masked.text:
            break
        characters -= len(masked.text)
        sent.append(Passage(field, item, masked))
    return tuple(sent)


def find(quotation: str, sent: Iterable[Passage]) -> Span | None:
    """Return where `quotation` stands in the record, None where it does not.

    Width, case and script may differ, as models change them; the span is in code points of the
    value as read, and a placeholder in the quotation stands for what was masked.
    """
    wanted = fold(well_formed(quotation).strip(_AROUND))
    for passage in sent:
        folded = Folded.of(passage.masked.text)
        if len(wanted) < SHORTEST and (not wanted or wanted != folded.text.strip(_AROUND)):
            continue
        start = folded.text.find(wanted)
        if start >= 0:
            place = passage.masked.origin(*folded.span(start, start + len(wanted)))
            return Span(passage.field, *place, item=passage.item)
    return None
