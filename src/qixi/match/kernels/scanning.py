"""Finding words in folded text, given as code points, and the stretches of it that say little."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qixi.match.kernels.compiling import compiled


class Phrases(NamedTuple):
    """Phrases by their first character: those of `heads[i]`, ascending, are `first[i]` to `first[i + 1]`.

    Phrase p is `letters[start[p]:start[p + 1]]`; of one head they stand in the order to be tried in.
    """

    heads: NDArray[np.uint32]
    first: NDArray[np.int64]
    start: NDArray[np.int64]
    letters: NDArray[np.uint32]


@compiled
def is_han(letter: int) -> bool:
    """Say whether a code point is of a Han character."""
    return 0x3400 <= letter <= 0x9FFF or 0xF900 <= letter <= 0xFAFF


@compiled
def is_plain(letter: int) -> bool:
    """Say whether a code point is one of a-z and 0-9."""
    return 97 <= letter <= 122 or 48 <= letter <= 57


@compiled
def is_letter(letter: int) -> bool:
    """Say whether a code point is of a Latin or Greek small letter."""
    return 97 <= letter <= 122 or 0xE0 <= letter <= 0xF6 or 0xF8 <= letter <= 0xFF or 0x3B1 <= letter <= 0x3C9


@compiled
def word_end(letters: NDArray[np.uint32], at: int, begin: int, end: int) -> int:
    """Return the end of the word that starts at `at` of text [begin, end), `at` where none does.

    The words are those of `tokens.units`: letters and digits with apostrophes inside, or digits that
    run into letters.
    """
    i = at
    if is_letter(letters[at]):
        while i < end and (is_letter(letters[i]) or 48 <= letters[i] <= 57):
            i += 1
        while i + 1 < end and letters[i] == 39 and is_plain(letters[i + 1]):
            i += 1
            while i < end and is_plain(letters[i]):
                i += 1
        return i
    if not 48 <= letters[at] <= 57 or (at > begin and 48 <= letters[at - 1] <= 57):
        return at
    while i < end and 48 <= letters[i] <= 57:
        i += 1
    if i == end or not 97 <= letters[i] <= 122:
        return at
    while i < end and is_plain(letters[i]):
        i += 1
    return i


@compiled
def find_words(
    letters: NDArray[np.uint32], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the first word of each text [bounds[i], bounds[i + 1]), and start and end of all words."""
    first = np.zeros(bounds.size, dtype=np.int64)
    starts = np.empty(letters.size // 2 + bounds.size, dtype=np.int64)
    ends = np.empty(starts.size, dtype=np.int64)
    count = 0
    for text in range(bounds.size - 1):
        at, begin, end = bounds[text], bounds[text], bounds[text + 1]
        while at < end:
            stop = word_end(letters, at, begin, end)
            if stop == at:
                at += 1
                continue
            starts[count], ends[count] = at, stop
            count += 1
            at = stop
        first[text + 1] = count
    return first, starts[:count].copy(), ends[:count].copy()


@compiled
def number_words(
    letters: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64], slots: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of each word, equal words alike, and where each number is met first.

    `slots` is a power of 2 above the number of words.
    """
    numbers = np.empty(starts.size, dtype=np.int64)
    firsts = np.empty(starts.size, dtype=np.int64)
    table = np.full(slots, -1, dtype=np.int64)
    known = 0
    for i in range(starts.size):
        mixed = np.uint64(0xCBF29CE484222325)
        for k in range(starts[i], ends[i]):
            mixed = (mixed ^ np.uint64(letters[k])) * np.uint64(0x100000001B3)
        at = np.int64(mixed >> np.uint64(20)) & (slots - 1)
        while table[at] >= 0 and not _same(letters, starts, ends, firsts[table[at]], i):
            at = (at + 1) & (slots - 1)
        if table[at] < 0:
            table[at], firsts[known] = known, i
            known += 1
        numbers[i] = table[at]
    return numbers, firsts[:known].copy()


@compiled
def _same(
    letters: NDArray[np.uint32], starts: NDArray[np.int64], ends: NDArray[np.int64], one: int, other: int
) -> bool:
    size = ends[one] - starts[one]
    if size != ends[other] - starts[other]:
        return False
    k = 0
    while k < size and letters[starts[one] + k] == letters[starts[other] + k]:
        k += 1
    return bool(k == size)


@compiled
def discounts(
    letters: NDArray[np.uint32], bounds: NDArray[np.int64], phrases: Phrases, generic: float
) -> NDArray[np.float64]:
    """Return the weight of each character: `generic` inside a phrase, 1 elsewhere.

    Phrases are looked for in reading order and do not overlap; one that does not begin with a Han
    character is not part of a longer word.
    """
    out = np.ones(letters.size)
    for text in range(bounds.size - 1):
        at, begin, end = bounds[text], bounds[text], bounds[text + 1]
        while at < end:
            stop = _phrase_end(letters, phrases, at, begin, end)
            for k in range(at, stop):
                out[k] = generic
            at = max(stop, at + 1)
    return out


@compiled
def _phrase_end(letters: NDArray[np.uint32], phrases: Phrases, at: int, begin: int, end: int) -> int:
    head = np.searchsorted(phrases.heads, letters[at])
    if head == phrases.heads.size or phrases.heads[head] != letters[at]:
        return at
    whole = not is_han(letters[at])
    if whole and at > begin and is_plain(letters[at - 1]):
        return at
    for p in range(phrases.first[head], phrases.first[head + 1]):
        first, size = phrases.start[p], phrases.start[p + 1] - phrases.start[p]
        stop = at + size
        if stop > end or (whole and stop < end and is_plain(letters[stop])):
            continue
        k = 0
        while k < size and letters[at + k] == phrases.letters[first + k]:
            k += 1
        if k == size:
            return int(stop)
    return at
