"""Scorers fitted in one pass: the same bytes for any block, shard or number of threads, as by hand."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qixi.core import Asset
from qixi.match.conformance import ASSETS, queries
from qixi.match.lexicon import Lexicon
from qixi.match.postings.gathering import Gathering
from qixi.match.query import text_query
from qixi.match.scorers import SCORERS, LexicalScorer, SubclassScorer, TopicScorer
from qixi.match.scorers.fitting import FIELDS, fitting
from qixi.match.scorers.standing import standing
from qixi.match.scorers.together import fitted
from qixi.match.scorers.topical import USUAL
from qixi.match.sparse import Matrix, Weights

NO_LEXICON = Lexicon(())


def invented(size: int, seed: int = 5) -> list[Asset]:
    """Return technologies made of pieces of the sample's texts, some without any."""
    rng = random.Random(seed)
    pieces = [part for asset in ASSETS for _, _, value in asset.texts() for part in value.split("，")]
    symbols = [symbol for asset in ASSETS for symbol in asset.ipc]

    def some(most: int) -> str:
        return rng.choice(["，", " ", "-"]).join(rng.choices(pieces, k=rng.randrange(most)))

    return [
        Asset(
            f"T{i:04}",
            some(3),
            some(6),
            claims=tuple(some(3) for _ in range(rng.randrange(3))),
            keywords=tuple(some(2) for _ in range(rng.randrange(3))),
            ipc=tuple(rng.sample(symbols, k=rng.randrange(3))),
        )
        for i in range(size)
    ]


def content(matrix: Matrix) -> list[bytes]:
    return [
        array.tobytes()
        for rows in (matrix.by_document, matrix.by_term)
        for array in (rows.start, rows.columns, rows.worth)
    ]


def whole(rows: Weights, topics: int) -> np.ndarray:
    out = np.zeros((rows.size, topics))
    for i in range(rows.size):
        held = slice(rows.start[i], rows.start[i + 1])
        out[i, rows.terms[held]] = rows.weights[held]
    return out


def test_scorers_fitted_together_are_those_fitted_alone() -> None:
    assets = invented(150)
    for kind, scorer in zip(SCORERS, fitted(SCORERS, iter(assets), 64), strict=True):
        alone = kind(shard=64).fit(assets)
        assert type(scorer) is kind
        assert [content(shard) for shard in scorer.shards] == [content(shard) for shard in alone.shards]
        assert scorer.score(queries()).tobytes() == alone.score(queries()).tobytes()


@pytest.mark.parametrize("letters", [1, 300, 5000])
def test_blocks_change_no_byte(letters: int) -> None:
    assets = invented(120)

    def learnt(size: int) -> tuple[list[bytes], list[bytes]]:
        gathering = Gathering(FIELDS, 50)
        described = fitting([TopicScorer.space(), SubclassScorer.space()], assets, 50, gathering, size)
        lexical = LexicalScorer().take(gathering)
        arrays = [array.tobytes() for array in lexical.statistics.arrays().values()]
        rows = [
            part.tobytes() for shards in described for r in shards for part in (r.start, r.columns, r.worth)
        ]
        return arrays + [part for shard in lexical.shards for part in content(shard)], rows

    assert learnt(letters) == learnt(2**16)


def test_shards_change_no_score() -> None:
    assets = invented(130)
    for kind in SCORERS:
        one = kind().fit(assets).score(queries())
        assert [kind(shard=n).fit(assets).score(queries()).tobytes() for n in (1, 7, 65, 130)] == [
            one.tobytes()
        ] * 4


RUN = """
import hashlib, sys
sys.path.insert(0, {folder!r})
from test_fitting import content, invented
from qixi.match.scorers import SCORERS
from qixi.match.scorers.fitting import FIELDS
from qixi.match.scorers.together import fitted
import qixi.match.scorers.fitting as fitting
digest = hashlib.sha256()
for scorer in fitted(SCORERS, invented(400), 90):
    for shard in scorer.shards:
        for part in content(shard):
            digest.update(part)
    for array in scorer.statistics.arrays().values():
        digest.update(array.tobytes())
print(digest.hexdigest())
"""


def test_threads_and_hash_seeds_change_no_byte() -> None:
    found = set()
    for threads, seed in (("1", "0"), ("3", "1")):
        environment = {**os.environ, "NUMBA_NUM_THREADS": threads, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", RUN.format(folder=str(Path(__file__).parent))],
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        )
        found.add(done.stdout)
    assert len(found) == 1


def test_descriptions_are_the_nearest_topics_by_hand() -> None:
    assets = invented(300)
    for kind in (TopicScorer, SubclassScorer):
        space = kind.space()
        topics = len(space.topics)
        asked = [
            text_query(" \n".join(value for _, _, value in asset.texts()), NO_LEXICON, asset.ipc)
            for asset in assets
        ]
        scores = space.postings.score([query.units for query in asked])
        expected = np.zeros((len(assets), topics))
        for i, (query, score) in enumerate(zip(asked, scores, strict=True)):
            nearest = np.lexsort((np.arange(topics), -score))[:20]
            nearest = nearest[score[nearest] > 0]
            expected[i, nearest] = np.round(score[nearest], 9)
            expected[i] /= np.linalg.norm(expected[i]) or 1.0
            stated = {space.topics[s[:4]] for s in query.ipc if s[:4] in space.topics}
            if stated:
                expected[i] *= 0.5
                expected[i, list(stated)] += 0.5 / np.sqrt(len(stated))
                expected[i] /= np.linalg.norm(expected[i])
        np.testing.assert_allclose(whole(space.describe(asked), topics), expected, rtol=1e-12)
        (rows,) = fitting([space], assets, 1000, None)
        described = Weights(rows[0].start, rows[0].columns, rows[0].worth, np.zeros(len(assets)))
        assert (whole(described, topics) == expected.astype(np.float32)).all()


def test_analytic_standing_is_that_of_the_whole_row() -> None:
    assets = invented(250)
    for kind in (TopicScorer, SubclassScorer):
        scorer = kind(shard=100).fit(assets)
        topics = len(scorer.space().topics)
        corpus = np.vstack(
            [
                whole(Weights(r.start, r.columns, r.worth, np.zeros(r.size)), topics)
                for r in (shard.by_document for shard in scorer.shards)
            ]
        )
        cosines = whole(scorer.space().describe(queries()), topics) @ corpus.T
        np.testing.assert_allclose(scorer.score(queries()), standing(cosines, USUAL), rtol=1e-9, atol=1e-9)


def test_terms_are_numbered_by_frequency_then_text() -> None:
    scorer = LexicalScorer(shard=40).fit(invented(100))
    statistics = scorer.statistics
    counts, texts = statistics.numbers[0].count.tolist(), statistics.vocabulary.units()
    order = [(-n, unit) for n, unit in zip(counts, texts, strict=True)]
    assert order == sorted(order)
    held = sum(np.diff(shard.by_term.start) for shard in scorer.shards)
    assert held.tolist() == counts
    assert [statistics.vocabulary.term(unit) for unit in texts] == list(range(len(texts)))
    assert statistics.vocabulary.find(texts).tolist() == list(range(len(texts)))


def test_later_documents_are_weighed_by_the_statistics_as_they_are() -> None:
    assets = invented(200)
    scorer = LexicalScorer().fit(assets)
    statistics, matrix = scorer.weigh_documents(assets[:30])
    assert statistics is scorer.statistics
    first = scorer.shards[0].by_document
    end = first.start[30]
    assert matrix.by_document.start.tolist() == first.start[:31].tolist()
    assert (matrix.by_document.columns == first.columns[:end]).all()
    assert (matrix.by_document.worth == first.worth[:end]).all()
    for kind in (TopicScorer, SubclassScorer):
        topical = kind().fit(assets)
        _, described = topical.weigh_documents(assets[:30])
        assert (
            described.by_document.worth
            == topical.shards[0].by_document.worth[: described.by_document.start[-1]]
        ).all()


def test_units_that_only_later_documents_have_are_found_by_queries() -> None:
    assets = invented(80)
    scorer = LexicalScorer().fit(assets)
    known = scorer.statistics.vocabulary.size
    later = [
        Asset("X", "鱘魚 zymurgy-reactor solar", "鲟鱼 养殖 zymurgy reactor"),
        replace(assets[3], id="Y"),
    ]
    statistics, matrix = scorer.weigh_documents(later)
    new = statistics.vocabulary.units()[known:]
    assert new == sorted(new)
    assert {"鲟", "鲟鱼", "zymurgi", "zymurgi reactor"} <= set(new)
    grown = LexicalScorer.of(statistics, [*scorer.shards, matrix])
    asked = [text_query("鲟鱼", NO_LEXICON), text_query("zymurgy reactor", NO_LEXICON), *queries()]
    scores = grown.score(asked)
    assert scores.shape == (len(asked), 82)
    assert (scores[0].argmax(), scores[1].argmax()) == (80, 80)
    assert scores[2:, 81].tobytes() == scores[2:, 3].tobytes()
    untouched = [query for query in queries() if not query.expanded.keys() & set(new)]
    assert len(untouched) > 1
    assert grown.score(untouched)[:, :80].tobytes() == scorer.score(untouched).tobytes()

    more, second = grown.weigh_documents([Asset("Z", "鲟鱼子酱 qwertyish zymurgy")])
    again = LexicalScorer.of(more, [*grown.shards, second])
    assert again.score(asked)[:, :82].tobytes() == scores.tobytes()
    assert again.score([text_query("qwertyish", NO_LEXICON)])[0].argmax() == 82
    layers = [more.arrays(layer) for layer in range(3)]
    loaded = type(more).of_arrays(FIELDS, layers)
    loaded.check()
    assert loaded.vocabulary.units() == more.vocabulary.units()
    kept = LexicalScorer.of(loaded, again.shards)
    assert kept.score(asked).tobytes() == again.score(asked).tobytes()


def test_unit_of_no_fitted_document_weighs_as_one_of_none() -> None:
    scorer = LexicalScorer().fit(invented(80))
    statistics, _ = scorer.weigh_documents([Asset("X", "qwertyish")])
    worth = statistics.numbers[1].worth[0]
    assert worth == pytest.approx(np.log(1 + (180 + 0.5) / 0.5) ** 1.8)
    rare = statistics.numbers[0].count <= 8
    assert worth > statistics.numbers[0].worth[rare].max() / 2
