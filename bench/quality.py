"""Quality on judged demands: rivals, the strongest simple baseline, and Qixi with and without its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.baseline import strongest
from bench.rivals import CUTS, index, scores
from qixi.core import Asset, Need
from qixi.match.engine import Engine
from qixi.match.evaluation import Qrels, Run, compare, evaluate
from qixi.match.lexicon import default_lexicon
from qixi.match.postings import Weighing
from qixi.match.query import Query, QueryWeighing, need_query
from qixi.match.requirements import background_mask
from qixi.match.scorers import LexicalScorer, SubclassScorer, TopicScorer
from qixi.match.scorers.lexical import FIELD_WEIGHTS
from qixi.match.settings import Fusion, Settings
from qixi.tables import read_assets, read_needs

Values = NDArray[np.float64]
MEASURES = ("nDCG(gain=exp,pool=judged)@10", "nDCG(gain=lin,pool=judged)@10", "R(rel=2)@100")
BASELINE = "strongest simple baseline"
DEFAULT = "**Qixi, default engine**"


@dataclass(frozen=True)
class Lexical:
    """One setting of the lexical scorer alone."""

    weighing: Weighing
    query: QueryWeighing
    letters: bool = True

    def scores(self, assets: Sequence[Asset], needs: Sequence[Need]) -> Values:
        """Return scores of shape (needs, assets)."""
        queries = []
        for need in needs:
            segments = background_mask(need)
            if not self.letters:
                segments = tuple(replace(segment, weight=1.0) for segment in segments)
            queries.append(need_query(need, segments, default_lexicon(), self.query))
        return LexicalScorer(self.weighing).fit(assets).score(queries)


def queries(needs: Sequence[Need]) -> list[Query]:
    """Return the queries of `needs` as the engine makes them."""
    return [need_query(need, background_mask(need), default_lexicon()) for need in needs]


FULL = Lexical(Weighing(fields=FIELD_WEIGHTS), QueryWeighing())
WITHOUT = {
    "without raised idf": replace(FULL, weighing=replace(FULL.weighing, idf_power=1.0)),
    "without pairs of neighbours": replace(FULL, weighing=replace(FULL.weighing, pair_zh=0.0, pair_word=0.0)),
    "without the discount of generic words": replace(FULL, query=replace(FULL.query, generic=1.0)),
    "without the weights of a letter's parts": replace(FULL, letters=False),
    "without the title before the content": replace(FULL, query=replace(FULL.query, content=1.0)),
    "without other words for a concept": replace(
        FULL, query=replace(FULL.query, synonym=0.0, translation=0.0)
    ),
}


def engine(assets: Sequence[Asset], needs: Sequence[Need], fusion: Fusion | None = None) -> Values:
    """Return the engine's scores of shape (needs, assets), assets in the order given."""
    fitted = Engine(Settings(fusion=fusion or Fusion())).fit(assets)
    places = [fitted.place[asset.id] for asset in assets]
    return np.array([s.total[places] for _, s in fitted.scores(needs)])


def rival(name: str, assets: Sequence[Asset], needs: Sequence[Need]) -> Values:
    """Return bm25s's scores of shape (needs, assets)."""
    cut = CUTS[name]
    ranker = index([f"{asset.title}\n{asset.abstract}" for asset in assets], cut)
    return np.array(list(scores(ranker, [(need.title, need.content) for need in needs], cut)))


def rows() -> Iterator[tuple[str, Callable[[Sequence[Asset], Sequence[Need]], Values]]]:
    """Yield (name, scoring) of every row of the table."""
    yield BASELINE, lambda a, n: strongest([asset.title for asset in a], n)
    yield "bm25s, jieba words", lambda a, n: rival("words", a, n)
    yield "bm25s, characters and bigrams", lambda a, n: rival("characters", a, n)
    yield DEFAULT, engine
    yield "lexical scorer alone", FULL.scores
    for name, setting in WITHOUT.items():
        yield f"— {name}", setting.scores
    yield "lexical + topics", lambda a, n: engine(a, n, Fusion(subclasses=0))
    yield "lexical + subclasses", lambda a, n: engine(a, n, Fusion(topics=0))
    yield "topics alone", lambda a, n: TopicScorer().fit(a).score(queries(n))
    yield "subclasses alone", lambda a, n: SubclassScorer().fit(a).score(queries(n))


def table(data: Path) -> str:
    """Return the table in Markdown."""
    folder = data / "demand-achievement"
    assets = read_assets([folder / "achievements.jsonl"]).records
    needs = read_needs([folder / "demands.jsonl"]).records
    qrels = Qrels.read(folder / "qrels.tsv")
    lines = [
        "| ranker | nDCG exp | nDCG lin | R@100 | Δ nDCG exp [95 %] | p | wins–losses | Δ R@100 | p |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    base = None
    for name, scoring in rows():
        values = scoring(assets, needs)
        run = Run(
            {
                n.id: {a.id: float(v) for a, v in zip(assets, row, strict=True)}
                for n, row in zip(needs, values, strict=True)
            }
        )
        found = evaluate(run, qrels, MEASURES)
        base = base or found
        cells = [f"{found[m].mean:.3f}" for m in MEASURES]
        if found is base:
            cells += [""] * 5
        else:
            ndcg, _, recall = compare(found, base).differences
            low, high = ndcg.interval or (0.0, 0.0)
            cells += [
                f"{ndcg.difference:+.3f} [{low:+.3f}, {high:+.3f}]",
                f"{ndcg.p_randomisation:.4f}",
                f"{ndcg.wins}–{ndcg.losses}",
                f"{recall.difference:+.3f}",
                f"{recall.p_randomisation:.4f}",
            ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    counts = f"{len(assets)} achievements (titles), {len(needs)} demands, {len(qrels.grades)} of them judged."
    return counts + "\n\n" + "\n".join(lines)
