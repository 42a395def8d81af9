"""Postings: the compiled scoring agrees with plain sparse algebra, and rare units tell more."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from qixi.match.postings import Postings, Weighing
from qixi.match.tokens import units

VOCABULARY = ["微", "藻", "电", "池", "solar", "cell", "膜"]
DOCUMENT = st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join)
DOCUMENTS = st.lists(DOCUMENT, min_size=1, max_size=8)
QUERY = st.dictionaries(
    st.sampled_from([*VOCABULARY, "nowhere"]), st.just(0.0) | st.floats(1e-30, 8), max_size=7
)


def postings(texts: list[str], **weights: float) -> Postings:
    return Postings.of([[("text", text)] for text in texts], Weighing(**weights))


def terms(p: Postings) -> dict[str, int]:
    return {unit: term for term, unit in enumerate(p.statistics.vocabulary.units())}


def by_sparse_algebra(p: Postings, queries: list[dict[str, float]]) -> np.ndarray:
    known, numbers = terms(p), p.statistics.numbers[0]
    rows = [
        sp.csr_array(
            (s.by_document.worth, s.by_document.columns, s.by_document.start), (s.documents, len(known))
        )
        for s in p.shards
    ]
    corpus = sp.vstack(rows).astype(np.float64)
    asked = np.zeros((len(queries), len(known)))
    for i, query in enumerate(queries):
        for unit, weight in query.items():
            if unit in known:
                asked[i, known[unit]] = weight
    raw = (corpus @ asked.T).T
    scale = np.sqrt((asked**2) @ numbers.variance)
    return (raw - (asked @ numbers.mean)[:, None]) / np.where(scale > 0, scale, 1)[:, None]


def worths(p: Postings, term: int) -> dict[int, float]:
    rows = p.shards[0].by_term
    held = slice(rows.start[term], rows.start[term + 1])
    return dict(zip(rows.columns[held].tolist(), rows.worth[held].tolist(), strict=True))


@settings(max_examples=60)
@given(DOCUMENTS, st.lists(QUERY, max_size=4))
def test_compiled_scores_agree_with_sparse_algebra(texts, queries):
    p = postings(texts)
    np.testing.assert_allclose(p.score(queries), by_sparse_algebra(p, queries), rtol=1e-9, atol=1e-9)


def test_contributions_are_bm25_with_raised_idf():
    texts = ["微藻 微藻", "微电 池"]
    p = postings(texts, prior=0.0, idf_power=2.0, pair_zh=1.0)
    counts = [[unit.text for unit in units(text)] for text in texts]
    mean = sum(map(len, counts)) / 2
    for unit, term in terms(p).items():
        df = sum(unit in found for found in counts)
        idf = math.log(1 + (2 - df + 0.5) / (df + 0.5)) ** 2
        for document, worth in worths(p, term).items():
            found = counts[document]
            tf = found.count(unit) / (1 - 0.6 + 0.6 * len(found) / mean)
            assert worth == pytest.approx(idf * tf * 2.2 / (tf + 1.2))


def test_rare_unit_tells_more_than_a_common_one():
    p = postings(["微 电", "微 池", "微 膜", "微 solar"])
    rare, common = p.score([{"电": 1.0}])[0, 0], p.score([{"微": 1.0}])[0, 0]
    assert rare > common


def test_fields_weigh_as_set():
    documents = [[("title", "微藻"), ("abstract", "电池")], [("title", "电池"), ("abstract", "微藻")]]
    p = Postings.of(documents, Weighing(fields={"title": 3.0, "abstract": 1.0}))
    first, second = p.score([{"微": 1.0, "微藻": 1.0, "藻": 1.0}])[0]
    assert first > second


def test_small_corpus_takes_word_frequencies_from_the_reference():
    documents = [[("text", "方法 微藻")], [("text", "方法 电池")]]
    told = {"方": 0.9, "法": 0.9, "方法": 0.9}
    for reference, telling in ((None, False), (told, True)):
        p = Postings.of(documents, Weighing(), reference)
        worth = {unit: max(worths(p, term).values()) for unit, term in terms(p).items()}
        assert bool(worth["方"] < 0.05 * worth["微"]) is telling


@given(DOCUMENTS, QUERY)
@settings(max_examples=40)
def test_score_does_not_depend_on_the_query_s_scale(texts, query):
    p = postings(texts)
    double = {unit: 2 * weight for unit, weight in query.items()}
    np.testing.assert_allclose(p.score([query]), p.score([double]), rtol=1e-6, atol=1e-6)


WITHOUT_CACHE = """
from numba.core.caching import CacheImpl
CacheImpl._locator_classes = []
from qixi.match.postings import Postings, Weighing
print(Postings.of([[("title", "微藻")]], Weighing()).score([{"微": 1.0}]).shape)
"""


def test_a_place_without_any_folder_to_keep_compiled_code_in_is_no_obstacle():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_CACHE], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout == "(1, 1)\n"
