"""Why a technology was matched to a need: what it meets in which words, what it lacks, what to do."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from qixi.core import Asset, Need, Text
from qixi.match.engine import Engine
from qixi.match.fits import Fit
from qixi.match.lexicon import default_lexicon
from qixi.match.models.extract import Extracted
from qixi.match.quantities import read_quantities
from qixi.match.ranking import Match
from qixi.match.requirements import Kind, Requirement, split_need
from qixi.match.scorers import LexicalScorer
from qixi.match.shared import SharedWords
from qixi.match.spans import Asked, Evidence, Lacks, Prepared, SpanFinder, Status, what_lacks
from qixi.match.suggestion import Suggestion, suggest
from qixi.match.withhold import BARS

_KEPT = 512
"""Technologies kept prepared: more make the collector of garbage slower than they save."""
_EXTRACTED_WEIGHTS = {Kind.PROBLEM: 0.95, Kind.TARGET: 1.0, Kind.CONSTRAINT: 0.9, Kind.CONDITION: 0.25}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One match with its reasons; every quotation in `evidence` stands verbatim in need or technology.

    `barred` says why the technology would not be shown to this need, None where it would.
    """

    need: Need
    asset: Asset
    match: Match
    business: Fit
    portfolio: Fit
    evidence: tuple[Evidence, ...]
    lacks: Lacks
    suggestion: Suggestion
    barred: Text | None

    def reasons(self) -> tuple[Text, ...]:
        """Return the reasons in words: what is met and quoted, the other fits, what is missing."""
        said = [_said(e) for e in self.evidence if e.answered and e.status is not Status.MISSING]
        fits = [*self.business.reasons, *self.portfolio.reasons]
        return (*said, *fits, self.lacks.summary)


class Explainer:
    """Explains matches of one engine; keeps technologies prepared between needs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._finder = SpanFinder(_idf(engine), lexicon=default_lexicon())
        self._prepared = lru_cache(maxsize=_KEPT)(self._prepare)
        self._asked = lru_cache(maxsize=64)(self._ask)
        self._own = lru_cache(maxsize=64)(self._owned)
        self._shared = lru_cache(maxsize=64)(self._share)

    def explain(self, need: Need, match: Match) -> Explanation:
        """Return the reasons for `match`, one of the engine's own for `need`."""
        engine = self._engine
        place = engine.place[match.asset_id]
        asset = engine.assets[place]
        evidence = self._finder.find_all(self._asked(_Key(need)), self._prepared(place))
        lacks = what_lacks(evidence, engine.suggestions.unmet)
        bar = BARS[engine.shelf.barred[place]]
        return Explanation(
            need,
            asset,
            match,
            engine.business.pair(need, asset),
            engine.portfolio.pair(need, asset, place),
            evidence,
            lacks,
            suggest(asset.maturity, lacks.unmet, engine.suggestions),
            bar.reason if bar else self._own(_Key(need)).get(place),
        )

    def in_brief(self, need: Need, match: Match) -> Text:
        """Return the short reason for `match`: the words that need and technology share."""
        place = self._engine.place[match.asset_id]
        return self._shared(_Key(need)).reason(place, self._engine.assets[place])

    def _share(self, key: _Key) -> SharedWords:
        return SharedWords(key.need, lexical(self._engine))

    def _prepare(self, place: int) -> Prepared:
        return self._finder.prepare(self._engine.assets[place])

    def _owned(self, key: _Key) -> dict[int, Text]:
        return self._engine.own(key.need)

    def _ask(self, key: _Key) -> tuple[Asked, ...]:
        return self._finder.ask(self._split(key))

    def _split(self, key: _Key) -> tuple[Requirement, ...]:
        suite = self._engine.suite
        if suite is not None and suite.extractor is not None:
            extractor = suite.extractor
            found = suite.attempt("extract", lambda: extractor.requirements(key.need))
            if found:
                return tuple(_requirement(key.need, each) for each in found)
        return split_need(key.need)


@dataclass(frozen=True, slots=True, eq=False)
class _Key:
    """A need as a key of a cache: by id, since needs hold mappings and cannot be hashed."""

    need: Need

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.need == other.need

    def __hash__(self) -> int:
        return hash(self.need.id)


def _requirement(need: Need, found: Extracted) -> Requirement:
    kind = Kind(found.kind)
    value = need.title if found.span.field == "title" else need.content
    inside = [
        stated
        for stated in read_quantities(value)
        if found.span.start <= stated.start and stated.end <= found.span.end
    ]
    text = need.quote(found.span).text
    quantities = () if kind is Kind.CONDITION else tuple(inside)
    return Requirement(kind, (found.span,), text, _EXTRACTED_WEIGHTS[kind], f"model-{kind}", quantities)


def lexical(engine: Engine) -> LexicalScorer:
    """Return the engine's lexical scorer; it always has one."""
    return next(scorer for scorer in engine.need_fit.scorers if isinstance(scorer, LexicalScorer))


def _idf(engine: Engine) -> Callable[[str], float]:
    """Return the weight of a unit in the fitted corpus; a unit it lacks is as rare as can be."""
    statistics = lexical(engine).statistics
    total = statistics.size

    @lru_cache(maxsize=2**16)
    def idf(unit: str) -> float:
        return math.log(1 + (total + 100.5) / (statistics.count(unit) + 0.5))

    return idf


def _said(evidence: Evidence) -> Text:
    zh = {Status.MET: "满足", Status.PARTLY: "部分满足", Status.CONTRADICTS: "数值不符"}
    en = {Status.MET: "met", Status.PARTLY: "partly met", Status.CONTRADICTS: "contradicts"}
    asked, answered = evidence.asked[0].text, evidence.answered[0].text
    return Text(
        f"{zh[evidence.status]}：“{asked}” ← “{answered}”",
        f'{en[evidence.status]}: "{asked}" <- "{answered}"',
    )
