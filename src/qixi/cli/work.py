"""One run of `qixi match`: ranking, then reasons, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qixi import __version__
from qixi.cli.corpus import Corpus
from qixi.cli.porch import Porch
from qixi.cli.strangers import unknown
from qixi.core import Need, Problem, Refused, Text
from qixi.match.engine import Progress
from qixi.match.explain import Explainer, Explanation
from qixi.match.learning.settings import Curve
from qixi.match.ranking import DECIMALS, Ranking
from qixi.match.rows import LIKELIHOOD, MATCH_COLUMNS, match_row, travelling
from qixi.match.settings import Settings
from qixi.tables import Reading


@dataclass
class Work:
    """One run of the command: what was asked, and what came of it."""

    porch: Porch
    settings: Settings
    corpus: Corpus
    needs: Reading[Need]
    pairs: Reading[Any] | None
    top: int | None
    explain: int
    explainer: Explainer = field(init=False)
    problems: list[Problem] = field(default_factory=list)
    rankings: list[Ranking] = field(default_factory=list)
    explanations: dict[str, list[Explanation]] = field(default_factory=dict)

    def run(self) -> None:
        """Rank, then explain the best matches of each need."""
        wanted = self._wanted()
        self.explainer = Explainer(self.corpus.engine)
        with self.porch.progress(len(self.needs.records), "匹配", "matching") as step:
            engine = self.corpus.engine
            found = (
                engine.match(self.needs.records, self.top or 100, step)
                if wanted is None
                else engine.pairs(self.needs.records, wanted, step)
            )
            self.rankings = [self._cut(ranking) for ranking in found]
        self._explain()

    def _cut(self, ranking: Ranking) -> Ranking:
        if self.top is None:
            return ranking
        return Ranking(ranking.need_id, ranking.matches[: self.top], ranking.withheld)

    def _explain(self) -> None:
        explainer = self.explainer
        needs = self.need_by_id()
        shown = [(needs[r.need_id], r.matches[: self.explain]) for r in self.rankings]
        total = sum(len(matches) for _, matches in shown)
        with self.porch.progress(total, "说明理由", "explaining") as step:
            for need, matches in shown:
                explained = self.explanations.setdefault(need.id, [])
                for match in matches:
                    explained.append(explainer.explain(need, match))
                    step(1)

    def need_by_id(self) -> dict[str, Need]:
        """Return the needs by id."""
        return {need.id: need for need in self.needs.records}

    def _wanted(self) -> Mapping[str, Sequence[str]] | None:
        if self.pairs is None:
            return None
        needs, wanted = self.need_by_id(), defaultdict(list)
        for pair in self.pairs.records:
            problem = unknown(pair, needs, self.corpus.engine.place)
            if problem is None:
                wanted[pair.demand_id].append(pair.supply_id)
            else:
                self.problems.append(problem)
        if not wanted:
            raise Refused(*(self.problems or self.pairs.rejects)[:20])
        return wanted

    def rows(self, step: Progress) -> Iterator[dict[str, object]]:
        """Yield the rows of the match file, calling `step` with each."""
        needs, assets, curve = self.need_by_id(), self.corpus.engine, self._curve()
        for ranking in self.rankings:
            explained = self.explanations.get(ranking.need_id, [])
            for i, match in enumerate(ranking.matches):
                need, asset = needs[ranking.need_id], assets.assets[assets.place[match.asset_id]]
                told = explained[i] if i < len(explained) else self.explainer.in_brief(need, match)
                row = match_row(match, need, asset, told)
                if curve is not None:
                    row[LIKELIHOOD] = round(curve.likelihood(match.score), DECIMALS)
                yield row
                step(1)

    def columns(self) -> tuple[str, ...]:
        """Return the columns of the match file: its own, then those of people's files that are matched."""
        needs, engine = self.need_by_id(), self.corpus.engine
        matched = [ranking for ranking in self.rankings if ranking.matches]
        shown = sorted({engine.place[match.asset_id] for ranking in matched for match in ranking.matches})
        theirs = travelling((needs[r.need_id] for r in matched), (engine.assets[place] for place in shown))
        learnt = () if self._curve() is None else (LIKELIHOOD,)
        return (*MATCH_COLUMNS, *learnt, *theirs)

    def _curve(self) -> Curve | None:
        """Return the curve from score to likelihood; none for scores that a re-ranker has changed."""
        calibration = self.settings.calibration
        suite = self.corpus.engine.suite
        if calibration is None or (suite is not None and suite.reranker is not None):
            return None
        return calibration.chosen

    def _readings(self) -> list[Reading[Any]]:
        return [each for each in (self.corpus.reading, self.needs, self.pairs) if each is not None]

    def rejects(self) -> list[Problem]:
        """Return everything that cost a row, in the order of the files."""
        return [problem for reading in self._readings() for problem in reading.rejects] + self.problems

    def warnings(self) -> list[Problem]:
        """Return everything that cost a value while its row was kept, in the order of the files."""
        return [problem for reading in self._readings() for problem in reading.warnings]

    def header(self) -> dict[str, str]:
        """Return what made these results, for the file's header or beside it."""
        header = {
            "engine": f"qixi {__version__}",
            "settings": self.settings.digest(),
            "corpus": self.corpus.snapshot,
            "needs": self.needs.snapshot,
            "technologies": str(self.corpus.engine.held.technologies),
            "weights_confirmed": "false",
        }
        header |= {f"model_{part}": said for part, said in self.corpus.engine.models.items()}
        suite = self.corpus.engine.suite
        if suite is not None and suite.report.fell_back:
            parts = suite.report.parts.items()
            lost = [name for name, part in parts if part.lost is not None or part.needs_fallen_back]
            header["fell_back"] = ", ".join(sorted(lost))
        return header

    def notes(self) -> tuple[Text, ...]:
        """Return what a reader of the results must know beside them."""
        said: list[Text] = []
        if self.corpus.engine.suite is not None:
            said += self.corpus.engine.suite.report.summary()
        if self.settings.calibration is not None and self._curve() is None:
            said.append(
                Text(
                    "重排后的分数没有对应的可能性，该列未写出",
                    "likelihoods do not hold for re-ranked scores and are left out",
                )
            )
        lost = len(self.rejects())
        if lost:
            said.append(Text(f"{lost} 行有误，未参加匹配", f"{lost} bad rows took no part in the matching"))
        return tuple(said)
