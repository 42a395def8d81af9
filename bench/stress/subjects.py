"""Titles, descriptions and letters on given subjects, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.stress.prose import Palette, runs
from bench.stress.vocabulary import Ids, vocabulary

_ENGLISH = 0.04
_SEGMENT = 6.6
"""Characters of one joint and word, about."""


@dataclass(frozen=True, slots=True)
class Described:
    """Texts of many technologies as they stand inside JSON, and their IPC symbols as JSON lists."""

    titles: list[str]
    abstracts: list[str]
    symbols: list[str]


def subjects(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Draw what `count` records are about."""
    return vocabulary().concepts(rng, count).astype(np.int64)


def described(rng: np.random.Generator, concepts: NDArray[np.int64]) -> Described:
    """Describe a technology for each subject; one in twenty-five is in English."""
    v, n = vocabulary(), concepts.size
    english = rng.random(n) < _ENGLISH
    zh, en = Palette.chinese(rng, concepts), Palette.english(rng, concepts)
    row = english[:, None]
    palette = Palette(np.where(row, en.first, zh.first), np.where(row, en.second, zh.second))
    chars = np.clip(310 - rng.gamma(1.6, 34.0, n), 60, 330)
    sizes = np.maximum(chars / np.where(english, 3 * _SEGMENT, _SEGMENT) - 6, 3).astype(np.int64)
    body = runs(rng, palette, sizes, v.joints)
    latin = np.repeat(english, sizes)
    body.ids[latin, 0] = v.english_joints(rng, int(latin.sum()))
    body.ids[latin, 1] = 0
    title = np.zeros((n, 6), dtype=np.int32)
    title[:, 0] = np.where(english, 0, v.prefixes(rng, n))
    title[:, 1] = np.where(rng.random(n) < 0.5, v.qualities(rng, n), 0)
    title[:, 2:4] = np.stack((zh.first[:, 4], zh.second[:, 4]), axis=1)
    title[:, 4] = zh.first[:, 0]
    title[:, 5] = v.suffixes(rng, n)
    titles = _joined(title)
    for i in np.flatnonzero(english).tolist():
        titles[i] = v.phrases.texts[en.first[i, 0]].capitalize()
    opening = np.where(english, v.english_openings(rng, n), v.openings(rng, n))
    following = np.where(english, v.english_joints(rng, n), v.followings(rng, n))
    closing = np.where(english, v.english_closings(rng, n), v.closings(rng, n))
    get = v.phrases.texts.__getitem__
    first = body.start[:-1]
    body.ids[first, 0] = following
    abstracts = [
        f"{get(a)}{t.removeprefix('一种')}{b}{get(c)}"
        for a, t, b, c in zip(opening.tolist(), titles, body.texts(), closing.tolist(), strict=True)
    ]
    return Described(titles, abstracts, symbols(rng, concepts))


def symbols(rng: np.random.Generator, concepts: NDArray[np.int64]) -> list[str]:
    """Return one to four IPC symbols for each subject, as JSON lists."""
    v, n = vocabulary(), concepts.size
    count = 1 + (rng.random((n, 3)) < (0.62, 0.38, 0.2)).cumprod(axis=1).sum(axis=1)
    where = np.stack(
        (
            v.main[concepts],
            np.where(rng.random(n) < 0.5, v.main[concepts], v.second[concepts]),
            v.main[v.same_topic(rng, concepts)],
            np.where(rng.random(n) < 0.7, v.second[concepts], rng.integers(0, len(v.subclass_names), n)),
        ),
        axis=1,
    )
    ids = np.stack([v.symbols(rng, where[:, k], 2.5) for k in range(4)], axis=1)
    get = v.phrases.texts.__getitem__
    return [
        '["' + '","'.join(dict.fromkeys(map(get, row[:k]))) + '"]'
        for row, k in zip(ids.tolist(), count.tolist(), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Letters:
    """Titles and contents of needs as they stand inside JSON, and industry codes, some empty."""

    titles: list[str]
    contents: list[str]
    industries: list[str]


def letters(rng: np.random.Generator, concepts: NDArray[np.int64]) -> Letters:
    """Write a need for each subject: some with the firm's history, most with a problem, a wish, a figure."""
    v, n = vocabulary(), concepts.size
    palette = Palette.chinese(rng, concepts)
    chars = np.clip(np.exp(rng.normal(5.36, 0.9, n)), 25, 1800)
    body = runs(rng, palette, np.maximum(chars / _SEGMENT - 1, 2).astype(np.int64), v.letter_joints)
    for at, phrases, share in (
        (0.98, v.targets, 0.6),
        (0.6, v.wishes, 0.7),
        (0.3, v.problems, 0.7),
        (0.0, v.history, 0.3),
    ):
        put = rng.random(n) < share
        body.ids[body.place(np.full(n, at))[put], 0] = phrases(rng, int(put.sum()))
    plain = body.place(np.zeros(n))
    opened = np.isin(body.ids[plain, 0], v.history.slots) | np.isin(body.ids[plain, 0], v.problems.slots)
    body.ids[plain[~opened], 0] = v.wishes(rng, int((~opened).sum()))
    title = np.zeros((n, 4), dtype=np.int32)
    title[:, 0] = v.heads(rng, n)
    title[:, 1] = palette.first[:, 0]
    title[:, 2] = np.where(rng.random(n) < 0.4, v.parts(rng, n), 0)
    title[:, 3] = v.tails(rng, n)
    codes = np.where(rng.random(n) < 0.1, 0, v.industries(rng, v.main[concepts])).astype(np.int32)
    return Letters(_joined(title), [f"{text}。" for text in body.texts()], _joined(codes[:, None]))


def _joined(ids: Ids) -> list[str]:
    get = vocabulary().phrases.texts.__getitem__
    return ["".join(map(get, row)) for row in ids.tolist()]


def chosen(rng: np.random.Generator, words: Sequence[str], shares: Sequence[float], count: int) -> list[str]:
    """Draw `count` of `words` by their shares."""
    bounds = np.cumsum(shares)
    return [words[i] for i in np.searchsorted(bounds, rng.random(count) * bounds[-1]).tolist()]
