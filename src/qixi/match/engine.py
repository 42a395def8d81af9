"""The matching engine: fitted on technologies, it scores and ranks them for needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from qixi.core import Asset, Need, Text
from qixi.match.crosswalk import Crosswalk
from qixi.match.fits import BusinessFit, PortfolioFit
from qixi.match.fits.fit import FitScores
from qixi.match.fits.need import NeedFit
from qixi.match.held import Held
from qixi.match.ipc_guess import default_guesser
from qixi.match.lexicon import default_lexicon
from qixi.match.models import ModelSuite
from qixi.match.models.dense import DenseScorer
from qixi.match.query import need_query, need_text
from qixi.match.ranking import DECIMALS, PairScores, Ranking, Shelf, Values
from qixi.match.requirements import background_mask
from qixi.match.scorers import Scorer, ScorerKind
from qixi.match.settings import Settings
from qixi.match.suggestion import default_table, read_table
from qixi.match.withhold import GONE, barred, own

_BLOCK_CELLS = 2**22
"""Scores held at once for one block of needs: 32 MiB for each of a few arrays."""

Progress = Callable[[int], object]


class Engine:
    """Scores any need with every technology of the corpus it was fitted on.

    The score of a pair depends only on need, technology and the fitted corpus: `match`, `pairs`
    and `explain` all read it from `scores`.
    """

    def __init__(self, settings: Settings | None = None, suite: ModelSuite | None = None) -> None:
        self.settings = settings or Settings()
        self.suite = suite
        self.need_fit = NeedFit(self.settings.fusion)
        self.business = BusinessFit(
            Crosswalk.load(self.settings.crosswalk), default_guesser() if self.settings.infer_ipc else None
        )
        self.portfolio = PortfolioFit(self.need_fit)
        own_table = self.settings.suggestion
        self.suggestions = default_table() if own_table is None else read_table(own_table)
        self.held = Held.of(())
        self.shelf = self._shelf()

    @property
    def assets(self) -> Sequence[Asset]:
        """The technologies by place; sorted by id, but for those that an index stores of later changes."""
        return self.held.assets

    @property
    def place(self) -> Mapping[str, int]:
        """Where each technology stands."""
        return self.held.place

    def fit(self, assets: Sequence[Asset]) -> Engine:
        """Learn the corpus; the order of `assets` does not matter, their ids must differ."""
        self._hold(Held.of(assets))
        self.need_fit.fit(self.assets)
        self.business.fit(self.assets)
        self._add_dense(lambda kind: kind().fit(self.assets))
        self.portfolio.fit(self.assets)
        return self

    def load(
        self, held: Held, opened: Callable[[ScorerKind], Scorer], taught: Callable[[Engine], object]
    ) -> Engine:
        """Take what an index holds, see `index.load_index`.

        `opened` gives scorers fitted on just that, `taught` the business and the portfolio fit what they
        learnt of it. An embedding model that the index was built without embeds the technologies now.
        """
        self._hold(held)
        self.need_fit.take([opened(kind) for kind in self.need_fit.kinds], len(held.assets))
        taught(self)
        self._add_dense(opened)
        return self

    def _hold(self, held: Held) -> None:
        self.held = held
        self.shelf = self._shelf()

    def _shelf(self) -> Shelf:
        closed = barred(self.held.columns, self.settings.withhold)
        closed[self.held.gone] = GONE
        return Shelf(self.held.ids, self.held.columns.family, closed)

    def _add_dense(self, made: Callable[[ScorerKind], Scorer]) -> None:
        dense = self.suite.dense_kind() if self.suite is not None else None
        chosen = self.suite.settings.embedding if self.suite is not None else None
        if dense is not None and chosen is not None and chosen.weight:
            weight = chosen.weight
            self._asking(lambda: self.need_fit.add(made(dense), weight))

    def _asking(self, ask: Callable[[], None]) -> bool:
        """Do what may ask the embedding model, and say whether it answered.

        Where it does not, its scorer is left out from there on: scores with and without it do not
        compare.
        """

        def answered() -> bool:
            ask()
            return True

        if self.suite is not None and self.suite.attempt("embedding", answered):
            return True
        self.need_fit.drop(DenseScorer.name)
        return False

    @property
    def models(self) -> Mapping[str, str]:
        """The embedding model that scores rest on, as part to name and digest; empty where there is none.

        The digest is the first 16 hex digits of a SHA-256 over everything that shapes a vector, the
        model's files among it. What was lost during a run is not named any more.
        """
        embedder = self.suite.embedder if self.suite is not None else None
        if embedder is None or not self._has_dense():
            return {}
        digest = hashlib.sha256(embedder.digest.encode()).hexdigest()[:16]
        return {"embedding": f"{embedder.name} {digest}"}

    def _has_dense(self) -> bool:
        return any(scorer.name == DenseScorer.name for scorer in self.need_fit.scorers)

    def scores(self, needs: Sequence[Need]) -> Iterator[tuple[Need, PairScores]]:
        """Yield each need's scores with every technology, in the order of `self.assets`.

        Values are rounded to DECIMALS. Needs are scored in blocks, which change nothing but speed.
        """
        self.prepare(needs)
        block = max(1, min(64, _BLOCK_CELLS // max(len(self.assets), 1)))
        lexicon = default_lexicon()
        for at in range(0, len(needs), block):
            part = needs[at : at + block]
            queries = [need_query(need, background_mask(need), lexicon) for need in part]
            fits = self.need_fit.score(queries)
            for need, fit in zip(part, fits, strict=True):
                yield need, self.fused(fit, self.business.score(need), self.portfolio.score(need))

    def prepare(self, needs: Sequence[Need]) -> None:
        """Ask the embedding model, where there is one, for all of the run before any score is given.

        Where it does not answer, its scorer is left out.
        """
        if not self._has_dense():
            return
        texts = [need_text(need) for need in needs]
        self._asking(lambda: self.need_fit.prepare(texts))

    def fused(self, fit: Values, business: FitScores, portfolio: FitScores) -> PairScores:
        """Return the scores of pairs from their three fits, each of shape (pairs,)."""
        weights = self.settings.weights
        total_weight = weights.business + weights.need + weights.portfolio
        total = (
            weights.business * business.values + weights.need * fit + weights.portfolio * portfolio.values
        ) / total_weight
        known = (
            weights.business * business.known + weights.need + weights.portfolio * portfolio.known
        ) / total_weight
        return PairScores(
            _rounded(total),
            _rounded(business.values),
            _rounded(fit),
            _rounded(portfolio.values),
            _rounded(known),
            business.known,
            portfolio.known,
        )

    def final_scores(
        self, needs: Sequence[Need], wanted: Mapping[str, Sequence[int]] | None = None
    ) -> Iterator[tuple[Need, PairScores]]:
        """Yield scores with the re-ranker's grades fused in, where one is set.

        `wanted` gives the places to grade for each need id; without it, all of them. What is withheld
        is graded like the rest, so that a pair has one score whatever is asked.
        """
        reranker = self.suite.reranker if self.suite is not None else None
        if self.suite is None or reranker is None or self.suite.settings.rerank is None:
            yield from self.scores(needs)
            return
        rerank = self.suite.settings.rerank
        graded: dict[str, tuple[int, ...]] = {}
        for need, scores in self.scores(needs):
            places = range(len(self.assets)) if wanted is None else wanted.get(need.id, ())
            graded[need.id] = tuple(p for p in places if scores.total[p] >= rerank.from_score)
        judged = reranker.judge_all((need, [self.assets[p] for p in graded[need.id]]) for need in needs)
        for need, scores in self.scores(needs):
            for place, judgement in zip(graded[need.id], judged.get(need.id, ()), strict=False):
                fused = (1 - rerank.weight) * scores.total[place] + rerank.weight * judgement.score
                scores.total[place] = round(float(fused), DECIMALS)
            yield need, scores

    def match(
        self, needs: Sequence[Need], count: int = 100, progress: Progress = lambda _: None
    ) -> Iterator[Ranking]:
        """Yield each need's ranking of at most `count` technologies, in the order of `needs`."""
        for need, scores in self.final_scores(needs):
            yield self.shelf.rank(need.id, scores, count, self.own(need), fold=self.settings.withhold.family)
            progress(1)

    def pairs(
        self, needs: Sequence[Need], wanted: Mapping[str, Sequence[str]], progress: Progress = lambda _: None
    ) -> Iterator[Ranking]:
        """Yield each need's ranking of just the technologies that `wanted` names by need id.

        Nothing is withheld or folded: who names a pair wants its score. Raises KeyError on an
        unknown technology.
        """
        asked = [need for need in needs if wanted.get(need.id)]
        places = {need.id: sorted({self.place[id_] for id_ in wanted[need.id]}) for need in asked}
        for need, scores in self.final_scores(asked, places):
            yield self.shelf.rank_only(need.id, scores, places[need.id])
            progress(1)

    def own(self, need: Need) -> dict[int, Text]:
        """Return the places of technologies that are the need's own firm's, with the reason."""
        if not self.settings.withhold.own:
            return {}
        return own(self.held.columns, need)


def _rounded(values: Values) -> Values:
    return np.asarray(np.round(values, DECIMALS))
