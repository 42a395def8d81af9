"""Counting the units of a block of documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.scanning import Phrases, discounts, find_words, number_words
from qixi.match.kernels.tallying import Pieces, Said, Words, damp, tally
from qixi.match.postings.vocabulary import Codes, code_text
from qixi.match.query import DEFAULT, generic_words
from qixi.match.tokens import stem

Item = TypeVar("Item")
Document = Sequence[tuple[str, str]]
"""A document as (field, folded text) pairs."""

LETTERS = 2**16
"""Characters from which on a block is counted."""

_BETWEEN = " \n"


@dataclass(frozen=True, slots=True)
class Counts:
    """How often units stand in the fields of a block of documents.

    Document d holds the units `units[start[d]:start[d + 1]]`, numbers into `codes`, each
    `table[vectors[...]]` times, field by field. In `codes`, stems are numbered as in `stems`. `said`
    is what plain-text queries of the whole documents weigh, see `query.text_query`. Shapes: `start`
    int64 (documents + 1,), `units` and `vectors` int32 (entries,), `codes` int64, `table` int32
    (distinct rows, fields), `lengths` int64 (documents, fields) in units.
    """

    start: NDArray[np.int64]
    units: NDArray[np.int32]
    vectors: NDArray[np.int32]
    codes: Codes
    stems: tuple[str, ...]
    table: NDArray[np.int32]
    lengths: NDArray[np.int64]
    said: Said

    def texts(self) -> list[str]:
        """Return the units as text, by number."""
        return [code_text(code, self.stems.__getitem__) for code in self.codes.tolist()]


def blocks(
    items: Iterable[Item], length: Callable[[Item], int], shard: int, letters: int = LETTERS
) -> Iterator[list[Item]]:
    """Cut items into blocks of about so many characters, each also cut where a shard is full."""
    block: list[Item] = []
    size = 0
    for number, item in enumerate(items, start=1):
        block.append(item)
        size += length(item)
        if size >= letters or number % shard == 0:
            yield block
            block, size = [], 0
    if block:
        yield block


def letters_of(document: Document) -> int:
    """Return the length of a document."""
    return sum(len(text) for _, text in document)


def count(documents: Sequence[Document], fields: Sequence[str]) -> Counts:
    """Count the units of each of `fields` in each of `documents`."""
    number = {field: place for place, field in enumerate(fields)}
    values = [text for document in documents for _, text in document]
    whole = "".join(value + _BETWEEN for value in values)
    # Lone surrogates are no units, but they stand in the way of a plain encoding.
    letters = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    sizes = np.array([len(value) for value in values], dtype=np.int64)
    start = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes + len(_BETWEEN))))
    first = np.concatenate((np.zeros(1, np.int64), np.cumsum([len(document) for document in documents])))
    bounds = start[first.astype(np.int64)]
    words, stems = _words(whole, letters, bounds)
    pieces = Pieces(
        letters,
        discounts(letters, bounds, _phrases(), DEFAULT.generic),
        first.astype(np.int64),
        start[:-1].copy(),
        start[:-1] + sizes,
        np.array([number[field] for document in documents for field, _ in document], dtype=np.int64),
    )
    codes, held, said, table, lengths = tally(pieces, words, len(fields))
    damp(said.start, said.units, said.weights, codes)
    return Counts(held.start, held.units, held.vectors, codes, stems, table, lengths, said)


def _words(
    whole: str, letters: NDArray[np.uint32], bounds: NDArray[np.int64]
) -> tuple[Words, tuple[str, ...]]:
    first, start, end = find_words(letters, bounds)
    numbers, met = number_words(letters, start, end, _slots(2 * start.size))
    stems: dict[str, int] = {}
    known = [whole[a:b] for a, b in zip(start[met].tolist(), end[met].tolist(), strict=True)]
    stem_of = np.array([stems.setdefault(stem(word), len(stems)) for word in known], dtype=np.int64)
    return Words(first, start, end, stem_of[numbers]), tuple(stems)


def _slots(least: int) -> int:
    return 1 << max(least, 16).bit_length()


@cache
def _phrases() -> Phrases:
    """Return the generic words as the loops look for them: of one first character, the longest first."""
    ordered = sorted(generic_words(), key=lambda word: (word[0], -len(word), word))
    heads = sorted({word[0] for word in ordered})
    first = [sum(word[0] < head for word in ordered) for head in heads]
    ends = np.cumsum([0, *(len(word) for word in ordered)])
    letters = np.frombuffer("".join(ordered).encode("utf-32-le"), dtype=np.uint32)
    return Phrases(
        np.array([ord(head) for head in heads], dtype=np.uint32),
        np.array([*first, len(ordered)], dtype=np.int64),
        ends.astype(np.int64),
        letters,
    )
