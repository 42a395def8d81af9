"""Counting the units of texts, field by field and weighted by what their characters say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled
from qixi.match.kernels.interning import slot_of
from qixi.match.kernels.scanning import is_han

_HAN, _CHARACTER, _STEM = 1 << 62, 16, 31
"""How codes are made, see `postings.vocabulary`."""

_SLOTS = 2**14
"""Slots to begin with: few, so that they stay in a core's own cache."""


class Pieces(NamedTuple):
    """Folded texts as code points, cut into the values of fields.

    Text i is made of pieces first[i]:first[i + 1]; piece p is `letters[start[p]:end[p]]` in field
    `field[p]`. Between pieces of a text stand blanks. `weights` float64 has one for each letter.
    """

    letters: NDArray[np.uint32]
    weights: NDArray[np.float64]
    first: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    field: NDArray[np.int64]


class Words(NamedTuple):
    """The words of texts: those of text i are first[i]:first[i + 1], each with start, end and stem number."""

    first: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    stem: NDArray[np.int64]


class Tally(NamedTuple):
    """What is counted, by the number of a unit; `at` holds how many units and touched units there are.

    A unit's `sums` and `counts` are of the text `stamp` says.
    """

    keys: NDArray[np.int64]
    numbers: NDArray[np.int32]
    codes: NDArray[np.int64]
    stamp: NDArray[np.int64]
    sums: NDArray[np.float64]
    counts: NDArray[np.int32]
    touched: NDArray[np.int32]
    at: NDArray[np.int64]


class Held(NamedTuple):
    """Entries by text: units with the row of `table` that says how often they stand in each field."""

    start: NDArray[np.int64]
    units: NDArray[np.int32]
    vectors: NDArray[np.int32]


class Said(NamedTuple):
    """Entries by text: units with the sum of the weights of their places."""

    start: NDArray[np.int64]
    units: NDArray[np.int32]
    weights: NDArray[np.float64]


@compiled
def is_blank(letter: int) -> bool:
    """Say whether a code point is white space."""
    return (
        letter == 32
        or 9 <= letter <= 13
        or 28 <= letter <= 31
        or letter in (0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
        or 0x2000 <= letter <= 0x200A
    )


@compiled
def tally(
    pieces: Pieces, words: Words, fields: int
) -> tuple[NDArray[np.int64], Held, Said, NDArray[np.int32], NDArray[np.int64]]:
    """Return the codes of units, their entries twice, the distinct rows of counts, and lengths by field."""
    texts, most = pieces.first.size - 1, 2 * pieces.letters.size + 1
    kept = Tally(
        np.full(_SLOTS, -1, dtype=np.int64),
        np.empty(_SLOTS, dtype=np.int32),
        np.empty(most, dtype=np.int64),
        np.full(most, -1, dtype=np.int64),
        np.empty(most),
        np.empty((most, fields), dtype=np.int32),
        np.empty(most, dtype=np.int32),
        np.zeros(2, dtype=np.int64),
    )
    lengths = np.zeros((texts, fields), dtype=np.int64)
    held = Held(np.zeros(texts + 1, dtype=np.int64), np.empty(most, np.int32), np.empty(most, np.int32))
    said = Said(np.zeros(texts + 1, dtype=np.int64), np.empty(most, np.int32), np.empty(most))
    table = np.empty((1024, fields), dtype=np.int32)
    places = np.full(4096, -1, dtype=np.int64)
    rows = end = last = 0
    for text in range(texts):
        kept.at[1] = 0
        first, last_piece = pieces.first[text], pieces.first[text + 1]
        if last_piece > first:
            # A letter begins two units at most.
            kept = _roomy(kept, kept.at[0] + 2 * (pieces.end[last_piece - 1] - pieces.start[first]))
        _add_characters(pieces, text, kept, lengths[text])
        _add_words(pieces, words, text, kept, lengths[text])
        for k in range(kept.at[1]):
            unit = kept.touched[k]
            said.units[last], said.weights[last] = unit, kept.sums[unit]
            last += 1
            if not _any(kept.counts, unit):
                continue
            if rows == table.shape[0]:
                table, places = _grown(table)
            row = _row(table, places, rows, kept.counts, unit)
            rows = max(rows, row + 1)
            held.units[end], held.vectors[end] = unit, row
            end += 1
        held.start[text + 1], said.start[text + 1] = end, last
    return (
        kept.codes[: kept.at[0]].copy(),
        Held(held.start, held.units[:end].copy(), held.vectors[:end].copy()),
        Said(said.start, said.units[:last].copy(), said.weights[:last].copy()),
        table[:rows].copy(),
        lengths,
    )


@compiled
def _roomy(kept: Tally, units: int) -> Tally:
    """Return the tally with slots for so many units, half of them free."""
    slots = kept.keys.size
    if 2 * units <= slots:
        return kept
    while slots < 2 * units:
        slots *= 2
    keys, numbers = np.full(slots, -1, dtype=np.int64), np.empty(slots, dtype=np.int32)
    for unit in range(kept.at[0]):
        at = slot_of(keys, kept.codes[unit])
        keys[at], numbers[at] = kept.codes[unit], unit
    return Tally(keys, numbers, kept.codes, kept.stamp, kept.sums, kept.counts, kept.touched, kept.at)


@compiled
def _add_characters(pieces: Pieces, text: int, kept: Tally, lengths: NDArray[np.int64]) -> None:
    letters, weights = pieces.letters, pieces.weights
    for p in range(pieces.first[text], pieces.first[text + 1]):
        end = pieces.end[p]
        for i in range(pieces.start[p], end):
            if not is_han(letters[i]):
                continue
            code = np.int64(_HAN) + (np.int64(letters[i]) << _CHARACTER)
            _add(kept, text, code, weights[i], pieces.field[p], lengths)
            if i + 1 < end and is_han(letters[i + 1]):
                code += np.int64(letters[i + 1])
                _add(kept, text, code, min(weights[i], weights[i + 1]), pieces.field[p], lengths)


@compiled
def _add_words(pieces: Pieces, words: Words, text: int, kept: Tally, lengths: NDArray[np.int64]) -> None:
    weights, piece = pieces.weights, pieces.first[text]
    begin = words.first[text]
    for w in range(begin, words.first[text + 1]):
        start, last = words.start[w], words.end[w] - 1
        while pieces.end[piece] <= start:
            piece += 1
        field, code = pieces.field[piece], words.stem[w] << _STEM
        _add(kept, text, code, min(weights[start], weights[last]), field, lengths)
        if w == begin or not _touch(pieces.letters, words.end[w - 1], start):
            continue
        before = words.start[w - 1]
        code = (words.stem[w - 1] << _STEM) + words.stem[w] + 1
        # A pair over the border of two values is one of the text as a whole, of no field.
        inside = field if before >= pieces.start[piece] else -1
        _add(kept, text, code, min(weights[before], weights[last]), inside, lengths)


@compiled
def _touch(letters: NDArray[np.uint32], start: int, end: int) -> bool:
    """Say whether nothing but blanks and one hyphen stands in [start, end)."""
    others = 0
    for i in range(start, end):
        if not is_blank(letters[i]):
            others += 1
            if others > 1 or letters[i] != 45:
                return False
    return True


@compiled
def _add(kept: Tally, text: int, code: int, weight: float, field: int, lengths: NDArray[np.int64]) -> None:
    at = slot_of(kept.keys, code)
    if kept.keys[at] < 0:
        kept.keys[at], kept.numbers[at] = code, kept.at[0]
        kept.codes[kept.at[0]] = code
        kept.at[0] += 1
    unit = kept.numbers[at]
    if kept.stamp[unit] != text:
        kept.stamp[unit], kept.sums[unit] = text, 0.0
        for f in range(kept.counts.shape[1]):
            kept.counts[unit, f] = 0
        kept.touched[kept.at[1]] = unit
        kept.at[1] += 1
    kept.sums[unit] += weight
    if field >= 0:
        kept.counts[unit, field] += 1
        lengths[field] += 1


@compiled
def _any(counts: NDArray[np.int32], unit: int) -> bool:
    """Say whether a unit stands in any field."""
    total = 0
    for f in range(counts.shape[1]):
        total += counts[unit, f]
    return total > 0


@compiled
def _row(
    table: NDArray[np.int32], places: NDArray[np.int64], rows: int, counts: NDArray[np.int32], unit: int
) -> int:
    """Return the row of `table` that equals those counts, put there as row number `rows` where none does."""
    mixed = np.uint64(0xCBF29CE484222325)
    for f in range(counts.shape[1]):
        mixed = (mixed ^ np.uint64(counts[unit, f])) * np.uint64(0x100000001B3)
    at = np.int64(mixed >> np.uint64(20)) & (places.size - 1)
    while places[at] >= 0:
        f, row = 0, places[at]
        while f < counts.shape[1] and table[row, f] == counts[unit, f]:
            f += 1
        if f == counts.shape[1]:
            return int(row)
        at = (at + 1) & (places.size - 1)
    places[at] = rows
    for f in range(counts.shape[1]):
        table[rows, f] = counts[unit, f]
    return rows


@compiled
def _grown(table: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the rows with room for as many more, and where each is found."""
    rows = table.shape[0]
    out = np.empty((2 * rows, table.shape[1]), dtype=np.int32)
    places = np.full(8 * rows, -1, dtype=np.int64)
    for row in range(rows):
        _row(out, places, row, table, row)
    return out, places


@compiled
def damp(
    start: NDArray[np.int64], units: NDArray[np.int32], weights: NDArray[np.float64], codes: NDArray[np.int64]
) -> None:
    """Let what stands in a text again and again count less, in place; see `query.text_query`."""
    for k in range(start[-1]):
        if weights[k] > 1.0:
            chinese = codes[units[k]] >= _HAN
            weights[k] = 1.0 + np.log(weights[k]) if chinese else np.sqrt(weights[k])


@compiled
def known_rows(
    start: NDArray[np.int64], units: NDArray[np.int32], weights: NDArray[np.float64], terms: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return rows of the units that have a term, 0 or more in `terms`, by term, ascending in each row."""
    out_start = np.zeros(start.size, dtype=np.int64)
    out_terms = np.empty(units.size, dtype=np.int32)
    out_weights = np.empty(units.size)
    end = 0
    for row in range(start.size - 1):
        begin = end
        for k in range(start[row], start[row + 1]):
            if terms[units[k]] >= 0:
                out_terms[end], out_weights[end] = terms[units[k]], weights[k]
                end += 1
        order = np.argsort(out_terms[begin:end])
        out_terms[begin:end] = out_terms[begin:end][order]
        out_weights[begin:end] = out_weights[begin:end][order]
        out_start[row + 1] = end
    return out_start, out_terms[:end].copy(), out_weights[:end].copy()
