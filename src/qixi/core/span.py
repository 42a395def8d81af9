"""Places in a record's text, and quotations that cannot differ from what stands there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range [start, end) of code points of the value of `field` as it was read.

    For a field of several values (claims, keywords) the index of the value is `item`.
    """

    field: str
    start: int
    end: int
    item: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            msg = f"a span must satisfy 0 <= start < end, got [{self.start}, {self.end})"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, order=True)
class Quote:
    """A span with the words that stand there."""

    span: Span
    text: str


def quote(record: object, span: Span) -> Quote:
    """Cut `span` out of `record`'s own field, so that a quotation is verbatim by construction.

    Raises IndexError where the span leaves the value.
    """
    value = getattr(record, span.field)
    if not isinstance(value, str):
        value = value[span.item]
    if span.end > len(value):
        msg = f"span {span} leaves a value of {len(value)} code points"
        raise IndexError(msg)
    return Quote(span, value[span.start : span.end])
