"""Finding the span of a technology that speaks to a requirement, and saying how well it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from qixi.core import Asset, Quote, Span
from qixi.match.lexicon import Lexicon
from qixi.match.quantities import Stated, Status, Verdict, closeness, compare
from qixi.match.requirements import Requirement
from qixi.match.spans.evidence import Evidence, Mark, NumberCheck
from qixi.match.spans.passages import Passage, Place, Prepared, prepare
from qixi.match.spans.windows import Hit, Term, Window, best_window, terms_of
from qixi.match.text import Folded

# The status by words alone: the weighted share of a requirement's terms that one stretch of the
# technology's text must hold. Calibrated on tests/match/cases/spans.jsonl; numbers that can be
# compared decide over words.
MET_COVERAGE = 0.55
PARTLY_COVERAGE = 0.27
# A number that differs is held against a technology only when both phrases name the property this
# alike; otherwise the difference may be of another property of the same kind.
SAME_PROPERTY = 0.5

_TRIM = " \t\n\r\u3000。；;，,、.：:!！?？"
_RANK = {Status.MET: 3, Status.PARTLY: 2, Status.CONTRADICTS: 1, Status.MISSING: 0}


def _flat(term: str) -> float:
    return 1.0


class SpanFinder:
    """Finds spans with one set of term weights and one lexicon; safe to use for many pairs.

    `idf` weighs a term (any scale, negative counts as 0); `lexicon` lets another word for the same
    concept, of either language, stand for a term.
    """

    def __init__(self, idf: Callable[[str], float] = _flat, *, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon

        # A need meets many technologies; its requirements are weighed once.
        @lru_cache(maxsize=1024)
        def weighed(text: str) -> tuple[Folded, list[Term]]:
            folded = Folded.of(text)
            return folded, terms_of(folded, idf, lexicon)

        self._weighed = weighed

    def prepare(self, asset: Asset) -> Prepared:
        """Make `asset` ready; keep the result where an asset meets several needs."""
        return prepare(asset, self._lexicon)

    def find(self, requirement: Requirement, prepared: Prepared) -> Evidence:
        """Return what the technology says to `requirement`."""
        folded, terms = self._weighed(requirement.text)
        window = best_window(terms, prepared)
        coverage = window.coverage if window else 0.0
        numbers = tuple(_numbers(requirement, prepared))
        status = _status(requirement, coverage, numbers)
        asked = (Quote(requirement.spans[0], requirement.text),)
        if status is Status.MISSING:
            return Evidence(requirement, status, asked, coverage=coverage)
        quotes = [check.asset for check in numbers]
        marks: tuple[Mark, ...] = ()
        if window is not None and (coverage >= PARTLY_COVERAGE or not quotes):
            quotes.append(_quote(prepared.asset, window.passage, window.start, window.end))
            marks = _marks(requirement, folded, prepared.asset, window)
        return Evidence(requirement, status, asked, _outer(quotes), marks, numbers, coverage)

    def find_all(self, requirements: Iterable[Requirement], prepared: Prepared) -> tuple[Evidence, ...]:
        """Return the evidence for each of `requirements`, in their order."""
        return tuple(self.find(requirement, prepared) for requirement in requirements)


def _status(requirement: Requirement, coverage: float, numbers: tuple[NumberCheck, ...]) -> Status:
    found = {check.verdict.status for check in numbers}
    if Status.CONTRADICTS in found:
        return Status.CONTRADICTS
    if found:
        whole = found == {Status.MET} and len(numbers) == len(requirement.quantities)
        return Status.MET if whole else Status.PARTLY
    if coverage >= MET_COVERAGE and not requirement.quantities:
        return Status.MET
    return Status.PARTLY if coverage >= PARTLY_COVERAGE else Status.MISSING


def _numbers(requirement: Requirement, prepared: Prepared) -> Iterable[NumberCheck]:
    offered = [(p, q) for p in prepared.passages for q in p.quantities if not q.baseline]
    place = requirement.spans[0]
    for required in requirement.quantities:
        best: tuple[tuple[float, int], NumberCheck] | None = None
        for passage, stated in offered:
            verdict = compare(required, stated)
            if verdict.status is Status.MISSING or not _fair(verdict):
                continue
            rank = (closeness(required, stated), _RANK[verdict.status])
            if best is None or rank > best[0]:
                asset = _stated_quote(prepared.asset, passage.field, passage.item, stated)
                need = Quote(Span(place.field, required.start, required.end, place.item), required.text)
                best = rank, NumberCheck(verdict, need, asset)
        if best is not None:
            yield best[1]


def _fair(verdict: Verdict) -> bool:
    if verdict.status is not Status.CONTRADICTS:
        return True
    alike = closeness(verdict.required, verdict.offered)
    return alike >= SAME_PROPERTY


def _stated_quote(asset: Asset, name: str, item: int, stated: Stated) -> Quote:
    start, end = stated.start, stated.end
    if stated.property_span is not None:
        start, end = min(start, stated.property_span[0]), max(end, stated.property_span[1])
    return asset.quote(Span(name, start, end, item))


def _outer(quotes: list[Quote]) -> tuple[Quote, ...]:
    """Leave out quotations that stand inside another one."""
    return tuple(q for q in dict.fromkeys(quotes) if not any(_inside(q.span, other.span) for other in quotes))


def _inside(span: Span, other: Span) -> bool:
    same = (span.field, span.item) == (other.field, other.item)
    return same and span != other and other.start <= span.start and span.end <= other.end


def _quote(asset: Asset, passage: Passage, start: int, end: int) -> Quote:
    """Quote folded [start, end) of a passage without the blanks and stops around it."""
    first, last = passage.folded.span(start, end)
    words = passage.value[first:last]
    first += len(words) - len(words.lstrip(_TRIM))
    last -= len(words) - len(words.rstrip(_TRIM))
    return asset.quote(Span(passage.field, first, last, passage.item))


def _marks(requirement: Requirement, folded: Folded, asset: Asset, window: Window) -> tuple[Mark, ...]:
    place, passage = requirement.spans[0], window.passage
    found = []
    for need, other in _joined(window.hits):
        start, end = folded.span(*need)
        quoted = Quote(
            Span(place.field, place.start + start, place.start + end, place.item), requirement.text[start:end]
        )
        found.append(
            Mark(quoted, asset.quote(Span(passage.field, *passage.folded.span(*other), passage.item)))
        )
    return tuple(found)


def _joined(hits: tuple[Hit, ...]) -> list[tuple[Place, Place]]:
    """Join hits that run on in both texts, so that 立方, 方氮, 氮化 are marked as one."""
    joined: list[tuple[Place, Place]] = []
    for hit in sorted(hits, key=lambda hit: (hit.need, hit.asset)):
        if joined:
            (need, other) = joined[-1]
            apart = hit.need[0] - need[0] == hit.asset[0] - other[0] and hit.need[0] <= need[1]
            same = hit.asset == other and hit.need[0] <= need[1]
            if apart or same:
                joined[-1] = (need[0], max(need[1], hit.need[1])), (other[0], max(other[1], hit.asset[1]))
                continue
        joined.append((hit.need, hit.asset))
    return joined
