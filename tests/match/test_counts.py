"""Counting units in compiled loops agrees with plain dictionaries over `tokens.units` and `text_query`."""

from __future__ import annotations

import random
import sys

import numpy as np
import pytest

from qixi.match.kernels.tallying import is_blank
from qixi.match.lexicon import Lexicon
from qixi.match.postings.counts import Counts, Document, count
from qixi.match.postings.numbering import Numbering
from qixi.match.query import generic_words, text_query
from qixi.match.text import fold
from qixi.match.tokens import units

FIELDS = ("a", "b", "c")
WORDS = """微藻 方法 一种 用于 基于 的 based on|method|solar|cell|solar cell|3d|12|12ab3|x1|don't|rock'n'roll
the|for|-|--|'|'s|a'b|é|αβγ|x'é5|naïve|ÆØ|Ⅳ|㎎|ﬁ|𠀀|,|，|。|+|%|used in|e.g.""".replace("\n", "|").split("|")
SPACES = ["", "", " ", " ", "  ", "\n", "\t", "\u3000", "\x85", "\u2028", "\u200b", "\x1f", "\ud800"]


def text(rng: random.Random) -> str:
    generic = sorted(generic_words())
    pieces = []
    for _ in range(rng.randrange(40)):
        pieces.append(rng.choice(generic) if rng.random() < 0.1 else rng.choice(rng.choice(WORDS).split(" ")))
        pieces.append(rng.choice(SPACES))
    return fold("".join(pieces))


def documents(seed: int, size: int) -> list[Document]:
    rng = random.Random(seed)
    return [[(rng.choice(FIELDS), text(rng)) for _ in range(rng.randrange(4))] for _ in range(size)]


def by_dictionaries(document: Document) -> tuple[dict[str, list[int]], list[int]]:
    found: dict[str, list[int]] = {}
    lengths = [0, 0, 0]
    for field, value in document:
        for unit in units(value):
            found.setdefault(unit.text, [0, 0, 0])[FIELDS.index(field)] += 1
            lengths[FIELDS.index(field)] += 1
    return found, lengths


def held(counts: Counts, texts: list[str], document: int) -> dict[str, list[int]]:
    return {
        texts[counts.units[k]]: counts.table[counts.vectors[k]].tolist()
        for k in range(counts.start[document], counts.start[document + 1])
    }


def said(counts: Counts, texts: list[str], document: int) -> dict[str, float]:
    start, numbers, weights = counts.said
    return {texts[numbers[k]]: weights[k] for k in range(start[document], start[document + 1])}


@pytest.mark.parametrize("seed", range(3))
def test_counts_and_weights_are_those_of_plain_dictionaries(seed: int) -> None:
    block = documents(seed, 1500)
    counts = count(block, FIELDS)
    texts = counts.texts()
    for number, document in enumerate(block):
        found, lengths = by_dictionaries(document)
        assert held(counts, texts, number) == found
        assert counts.lengths[number].tolist() == lengths
        query = text_query(" \n".join(value for _, value in document), Lexicon(()))
        assert said(counts, texts, number) == query.units


def test_units_repeated_more_often_than_a_small_number_holds_are_counted() -> None:
    block = [[("a", "藻" * 70_000), ("b", "cell " * 70_000)]] + [[("c", "藻" * n)] for n in range(1, 1500)]
    counts = count(block, FIELDS)
    texts = counts.texts()
    assert held(counts, texts, 0) == {
        "藻": [70_000, 0, 0],
        "藻藻": [69_999, 0, 0],
        "cell": [0, 70_000, 0],
        "cell cell": [0, 69_999, 0],
    }
    for n in (2, 700, 1499):
        assert held(counts, texts, n) == {"藻": [0, 0, n], "藻藻": [0, 0, n - 1]}


def test_blocks_of_nothing_hold_nothing() -> None:
    for block in ([], [[]], [[("a", "")], [], [("b", "，。")]]):
        counts = count(block, FIELDS)
        assert counts.start.tolist() == [0] * (len(block) + 1)
        assert counts.codes.size == counts.units.size == counts.said.units.size == 0
        assert counts.lengths.shape == (len(block), 3)


def test_blanks_are_those_that_strip_takes_away() -> None:
    blanks = [code for code in range(sys.maxunicode + 1) if is_blank(code)]
    assert blanks == [code for code in range(sys.maxunicode + 1) if chr(code).isspace()]


def test_numbers_are_given_in_the_order_of_meeting() -> None:
    rng = np.random.default_rng(3)
    numbering, known = Numbering(), {}
    for _ in range(30):
        codes = np.unique(rng.integers(0, 2**62, 800) | (rng.integers(0, 2, 800) << 62)).astype(np.int64)
        codes[: codes.size // 2] = codes[: codes.size // 2] % 5000
        codes = rng.permutation(np.unique(codes))
        expected = [known.setdefault(code, len(known)) for code in codes.tolist()]
        assert numbering.number(codes).tolist() == expected
    assert numbering.met().tolist() == list(known)
