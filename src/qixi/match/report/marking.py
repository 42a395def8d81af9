"""Marking places inside quoted words without changing a character of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from qixi.core import Quote, Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of quoted words under the same marks; `begins` are the marks that begin with it.

    The texts of a quotation's pieces, put together, are the quotation.
    """

    text: str
    marks: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()


def pieces(quote: Quote, marks: Iterable[tuple[Span, str]]) -> tuple[Piece, ...]:
    """Cut `quote` where marks begin and end; marks may overlap, touch, repeat and reach out of it.

    A mark is a span of the same record's values with a name; one of another field or item, or
    wholly outside the quotation, marks nothing.
    """
    inside = list(_inside(quote, marks))
    cuts = sorted({0, len(quote.text), *(at for start, end, _ in inside for at in (start, end))})
    found: list[Piece] = []
    for first, last in pairwise(cuts):
        names = sorted({name for start, end, name in inside if start <= first and last <= end})
        begins = sorted({name for start, _, name in inside if start == first})
        if found and found[-1].marks == tuple(names) and not begins:
            found[-1] = Piece(found[-1].text + quote.text[first:last], found[-1].marks, found[-1].begins)
        else:
            found.append(Piece(quote.text[first:last], tuple(names), tuple(begins)))
    return tuple(found)


def whole(field: str, value: str, item: int = 0) -> Quote:
    """Return the whole of a value as a quotation; `value` must not be empty."""
    return Quote(Span(field, 0, len(value), item), value)


def _inside(quote: Quote, marks: Iterable[tuple[Span, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield the marks as (start, end, name) counted from the quotation's start, cut to it."""
    at = quote.span
    for span, name in marks:
        start, end = max(span.start, at.start), min(span.end, at.end)
        if (span.field, span.item) == (at.field, at.item) and start < end:
            yield start - at.start, end - at.start, name
