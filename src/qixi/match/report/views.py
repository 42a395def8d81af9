"""What the page shows of one need and of one match, made ready for the template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qixi.core import Asset, LegalStatus, Licence, Need, Text
from qixi.match.explain import Explanation
from qixi.match.quantities import Status
from qixi.match.ranking import Match, Ranking
from qixi.match.report.checks import Check, checks, requirements_of
from qixi.match.report.marking import Piece, pieces, whole
from qixi.match.report.wording import LEGAL, LICENCE, STATUS, WORDS
from qixi.match.taxonomy import industry
from qixi.match.withhold import Withheld

FURTHER = 20
"""Matches without reasons that are listed for one need; those of lower rank are counted."""
LIFTS = 5
"""Pieces of advice shown for one match, the weightiest first; the rest are counted."""

Fact = tuple[Text, str | Text, str]
"""A label, a value and a class ("" for none)."""


@dataclass(frozen=True, slots=True)
class FitBar:
    """One fit as a bar: its name, value 0..1, whether it was known, and why it is so."""

    name: Text
    value: float
    known: bool
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A technology by id, with its title as read, "" where the report was not given it."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Further:
    """A match without reasons."""

    match: Match
    named: Named
    fits: tuple[FitBar, ...]


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A match with its reasons; `left_out` counts statements that a technology is not held to.

    `open` gives by outcome the numbers of the requirements that are not met.
    """

    why: Explanation
    facts: tuple[Fact, ...]
    fits: tuple[FitBar, ...]
    checks: tuple[Check, ...]
    left_out: int
    lifts: tuple[Text, ...]
    more_lifts: int
    open: tuple[tuple[Text, tuple[int, ...]], ...]
    folded: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class NeedView:
    """One need with all that is shown of it."""

    number: int
    need: Need
    facts: tuple[Fact, ...]
    title: tuple[Piece, ...]
    content: tuple[Piece, ...]
    best: tuple[Match, Named] | None
    reasoned: tuple[Reasoned, ...]
    further: tuple[Further, ...]
    beyond: int
    withheld: tuple[tuple[Withheld, Named], ...]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Makes the views of needs; `assets` names technologies by id."""

    assets: Mapping[str, Asset]

    def need(self, number: int, need: Need, ranking: Ranking, whys: Mapping[str, Explanation]) -> NeedView:
        """Return the view of the `number`-th need; `whys` are its explanations by technology."""
        first = next((whys[m.asset_id] for m in ranking.matches if m.asset_id in whys), None)
        numbered = requirements_of(need, first)
        marks = [(span, str(n)) for n, r in numbered.items() for span in r.spans]
        plain = [match for match in ranking.matches if match.asset_id not in whys]
        best = ranking.matches[0] if ranking.matches else None
        return NeedView(
            number,
            need,
            _need_facts(need),
            pieces(whole("title", need.title), marks) if need.title else (),
            pieces(whole("content", need.content), marks) if need.content else (),
            None if best is None else (best, self._named(best.asset_id, whys)),
            tuple(self._reasoned(whys[m.asset_id], m) for m in ranking.matches if m.asset_id in whys),
            tuple(self._further(match) for match in plain[:FURTHER]),
            max(len(plain) - FURTHER, 0),
            tuple((each, self._named(each.asset_id, whys)) for each in ranking.withheld),
        )

    def _named(self, id_: str, whys: Mapping[str, Explanation]) -> Named:
        asset = whys[id_].asset if id_ in whys else self.assets.get(id_)
        return Named(id_, asset.title if asset else "")

    def _further(self, match: Match) -> Further:
        return Further(match, self._named(match.asset_id, {}), self._fits(match, None))

    def _reasoned(self, why: Explanation, match: Match) -> Reasoned:
        rows, left_out = checks(why)
        lift = why.lacks.lift
        folded = tuple(self._named(id_, {}) for id_ in match.folded)
        fits = self._fits(match, why)
        more = max(len(lift) - LIFTS, 0)
        shown = lift[:LIFTS]
        return Reasoned(why, _asset_facts(why.asset), fits, rows, left_out, shown, more, _open(rows), folded)

    @staticmethod
    def _fits(match: Match, why: Explanation | None) -> tuple[FitBar, ...]:
        return (
            FitBar(WORDS["fit_need"], match.need, True, (why.lacks.summary,) if why else ()),
            FitBar(
                WORDS["fit_business"],
                match.business,
                match.business_known,
                why.business.reasons if why else (),
            ),
            FitBar(
                WORDS["fit_portfolio"],
                match.portfolio,
                match.portfolio_known,
                why.portfolio.reasons if why else (),
            ),
        )


def _open(rows: tuple[Check, ...]) -> tuple[tuple[Text, tuple[int, ...]], ...]:
    found = []
    for status in (Status.CONTRADICTS, Status.MISSING, Status.PARTLY):
        numbers = tuple(row.number for row in rows if row.status is status and row.number)
        if numbers:
            found.append((STATUS[status], numbers))
    return tuple(found)


def _need_facts(need: Need) -> tuple[Fact, ...]:
    named = industry(need.industry) if need.industry else None
    deadline = need.deadline.isoformat() if need.deadline else ""
    return (
        (WORDS["id"], need.id, "id"),
        (WORDS["organisation"], need.organisation, ""),
        (WORDS["region"], need.region, ""),
        (WORDS["industry"], named.label() if named else need.industry_text or need.industry, ""),
        (WORDS["budget"], need.budget, ""),
        (WORDS["deadline"], deadline, ""),
    )


def _asset_facts(asset: Asset) -> tuple[Fact, ...]:
    status = "" if asset.legal_status is LegalStatus.UNKNOWN else LEGAL[asset.legal_status]
    facts: list[Fact] = [
        (WORDS["id"], asset.id, "id"),
        (WORDS["applicant"], asset.applicant, ""),
        (WORDS["legal"], status, ""),
        (WORDS["maturity"], _maturity(asset), ""),
        (WORDS["price"], asset.price, ""),
    ]
    if asset.licence is not Licence.UNKNOWN:
        facts.append((WORDS["licence"], LICENCE[asset.licence], ""))
    if asset.publication_no:
        facts.append((WORDS["publication"], asset.publication_no, "id"))
    elif asset.application_no:
        facts.append((WORDS["application"], asset.application_no, "id"))
    return tuple(facts)


def _maturity(asset: Asset) -> str | Text:
    if asset.maturity is None:
        return asset.maturity_text
    level = WORDS["level"]
    zh, en = level.zh.format(level=asset.maturity), level.en.format(level=asset.maturity)
    if not asset.maturity_text.strip() or asset.maturity_text.strip() == str(asset.maturity):
        return Text(zh, en)
    return Text(f"{asset.maturity_text}（{zh}）", f"{asset.maturity_text} ({en})")
