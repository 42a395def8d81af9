"""Checks of what a scorer gives: shape, determinism, independence, sense."""

from __future__ import annotations

from dataclasses import replace

import numba
import numpy as np
import opencc

from qixi.core import Asset, Need
from qixi.match.conformance.promise import Kind, Nonconforming, Scores, require, same
from qixi.match.conformance.sample import ASSETS, NEEDS, queries
from qixi.match.lexicon import default_lexicon
from qixi.match.query import Query, text_query

_UNKNOWN = Query({"zzqx": 1.0, "qqxv": 2.0}, {"zzqx": 1.0, "qqxv": 2.0})
_CLOSE = 1e-9
"""How far sums of the same terms in another order may stand apart, in standard deviations."""


def _well_formed(scores: Scores, rows: int, columns: int) -> None:
    require(scores.shape == (rows, columns), f"scores have shape {scores.shape}, not {(rows, columns)}")
    require(scores.dtype == np.float64, f"scores are {scores.dtype}, not float64")
    require(bool(np.isfinite(scores).all()), "a score is not finite")


def _scores_of_need_and_technology(kind: Kind) -> None:
    _well_formed(kind().fit(ASSETS).score(queries()), len(NEEDS), len(ASSETS))


def _no_queries(kind: Kind) -> None:
    _well_formed(kind().fit(ASSETS).score([]), 0, len(ASSETS))


def _empty_corpus(kind: Kind) -> None:
    _well_formed(kind().fit([]).score(queries()), len(NEEDS), 0)


def _one_technology(kind: Kind) -> None:
    _well_formed(kind().fit(ASSETS[:1]).score(queries()), len(NEEDS), 1)


def _technology_without_text(kind: Kind) -> None:
    _well_formed(kind().fit([Asset("bare"), *ASSETS]).score(queries()), len(NEEDS), len(ASSETS) + 1)
    _well_formed(kind().fit([Asset("bare")]).score(queries()), len(NEEDS), 1)


def _very_long_text(kind: Kind) -> None:
    long = replace(ASSETS[0], id="long", abstract="".join(a.abstract for a in ASSETS) * 400)
    asked = queries([Need("long", NEEDS[0].title, "".join(n.content for n in NEEDS) * 100)])
    _well_formed(kind().fit([*ASSETS, long]).score(asked), 1, len(ASSETS) + 1)


def _twins_score_alike(kind: Kind) -> None:
    scores = kind().fit([*ASSETS, replace(ASSETS[0], id="twin")]).score(queries())
    same(scores[:, 0].copy(), scores[:, -1].copy(), "two technologies of the same text")


def _unknown_words_prefer_nothing(kind: Kind) -> None:
    scores = kind().fit(ASSETS).score([_UNKNOWN, Query({}, {})])
    _well_formed(scores, 2, len(ASSETS))
    require(bool((scores == scores[:, :1]).all()), "a query that says nothing prefers a technology")


def _score_before_fit_is_refused(kind: Kind) -> None:
    try:
        kind().score(queries())
    except RuntimeError:
        return
    raise Nonconforming("score before fit raises RuntimeError")


def _same_input_same_scores(kind: Kind) -> None:
    scorer = kind().fit(ASSETS)
    same(scorer.score(queries()), scorer.score(queries()), "scored twice")
    same(scorer.score(queries()), kind().fit(ASSETS).score(queries()), "fitted twice")


def _threads_do_not_matter(kind: Kind) -> None:
    # As many as there are: a process cannot raise its own number, see NUMBA_NUM_THREADS.
    before = int(numba.get_num_threads())
    try:
        numba.set_num_threads(1)
        alone = kind().fit(ASSETS).score(queries())
        numba.set_num_threads(before)
        together = kind().fit(ASSETS).score(queries())
    finally:
        numba.set_num_threads(before)
    same(alone, together, "on one thread and on all")


def _companions_do_not_matter(kind: Kind) -> None:
    scorer, asked = kind().fit(ASSETS), queries()
    together = scorer.score(asked)
    same(together[::-1].copy(), scorer.score(asked[::-1]), "queries in reverse order")
    for i, query in enumerate(asked):
        same(together[i : i + 1], scorer.score([query]), f"query {i} alone")


def _order_of_corpus_does_not_matter(kind: Kind) -> None:
    order = [3, 0, 9, 7, 1, 8, 2, 6, 5, 4]
    straight = kind().fit(ASSETS).score(queries())
    mixed = kind().fit([ASSETS[i] for i in order]).score(queries())
    apart = float(np.abs(straight[:, order] - mixed).max())
    require(apart <= _CLOSE, f"in another order of the corpus a score differs by {apart}")


def _script_width_and_case_do_not_matter(kind: Kind) -> None:
    traditional = opencc.OpenCC("s2t").convert
    other = [
        replace(a, title=traditional(a.title).upper(), abstract=traditional(a.abstract).replace(",", "，"))
        for a in ASSETS
    ]
    asked = [replace(n, title=traditional(n.title).upper(), content=traditional(n.content)) for n in NEEDS]
    own = kind().fit(ASSETS)
    same(own.score(queries()), own.score(queries(asked)), "needs in traditional script")
    same(own.score(queries()), kind().fit(other).score(queries()), "technologies in traditional script")


def _copied_text_finds_its_source(kind: Kind) -> None:
    scorer = kind().fit(ASSETS)
    for place, asset in enumerate(ASSETS):
        text = "\n".join(value for _, _, value in asset.texts())
        best = int(scorer.score([text_query(text, default_lexicon(), asset.ipc)])[0].argmax())
        require(best == place, f"the text of {asset.id} finds {ASSETS[best].id} first")


CHECKS = (
    _scores_of_need_and_technology,
    _no_queries,
    _empty_corpus,
    _one_technology,
    _technology_without_text,
    _very_long_text,
    _twins_score_alike,
    _unknown_words_prefer_nothing,
    _score_before_fit_is_refused,
    _same_input_same_scores,
    _threads_do_not_matter,
    _companions_do_not_matter,
    _order_of_corpus_does_not_matter,
    _script_width_and_case_do_not_matter,
    _copied_text_finds_its_source,
)
