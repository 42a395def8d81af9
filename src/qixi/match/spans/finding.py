"""Finding the span of a technology that speaks to a requirement, and saying how well it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qixi.core import Asset, Quote, Span
from qixi.match.lexicon import Lexicon
from qixi.match.quantities import Status, compare
from qixi.match.quantities.phrase import property_after
from qixi.match.quantities.surface import surface
from qixi.match.requirements import Kind, Requirement, excludes, tells_of_harm
from qixi.match.spans.agreement import Number, agreement, foreign, held, may_contradict, may_meet, numbers_of
from qixi.match.spans.evidence import Evidence, Mark, NumberCheck
from qixi.match.spans.passages import Passage, Place, Prepared, prepare
from qixi.match.spans.windows import Hit, Wanted, best_window, says_little, terms_of
from qixi.match.text import Folded

# The status by words alone: the weighted share of a requirement's terms that one stretch of the
# technology's text must hold. Calibrated on tests/match/cases/spans.jsonl; numbers that can be
# compared decide over words.
MET_COVERAGE = 0.55
PARTLY_COVERAGE = 0.27
# Numbers named in two languages are compared only where words of the requirement are met as well.
FOREIGN_COVERAGE = 0.1
# A requirement of more Chinese characters is not met in part by a single word of two.
SHORT = 4

_TRIM = " \t\n\r\u3000。；;，,、.：:!！?？"
_RANK = {Status.MET: 3, Status.PARTLY: 2, Status.CONTRADICTS: 1, Status.MISSING: 0}


def _flat(term: str) -> float:
    return 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement made ready once for many technologies.

    `answerable` is False for what no technology speaks to, `harm` True where words of denial answer
    as well, `empty` True where all words are generic; `numbers` are what is to be compared.
    """

    requirement: Requirement
    quoted: tuple[Quote, ...]
    folded: Folded
    wanted: Wanted
    numbers: tuple[Number, ...]
    answerable: bool
    harm: bool
    empty: bool


class SpanFinder:
    """Finds spans with one set of term weights and one lexicon; safe to use for many pairs.

    `idf` weighs a term (any scale, negative counts as 0); `lexicon` lets another word for the same
    concept, of either language, stand for a term.
    """

    def __init__(self, idf: Callable[[str], float] = _flat, *, lexicon: Lexicon | None = None) -> None:
        self._idf = idf
        self._lexicon = lexicon

    def prepare(self, asset: Asset) -> Prepared:
        """Make `asset` ready; keep the result where an asset meets several needs."""
        return prepare(asset, self._lexicon)

    def ask(self, requirements: Iterable[Requirement]) -> tuple[Asked, ...]:
        """Make requirements ready; a need meets many technologies."""
        return tuple(self._asked(requirement) for requirement in requirements)

    def _asked(self, requirement: Requirement) -> Asked:
        text, numbers = requirement.text, bool(requirement.quantities)
        folded = Folded.of(text)
        return Asked(
            requirement,
            (Quote(requirement.spans[0], text),),
            folded,
            Wanted.of(terms_of(folded, self._idf, self._lexicon)),
            _held(requirement),
            answerable=requirement.group != "stated" and (numbers or not excludes(text)),
            harm=requirement.kind is Kind.PROBLEM or tells_of_harm(text),
            empty=not numbers and says_little(folded.text),
        )

    def find(self, requirement: Requirement, prepared: Prepared) -> Evidence:
        """Return what the technology says to `requirement`."""
        return _evidence(self._asked(requirement), prepared)

    def find_all(
        self, requirements: Iterable[Requirement | Asked], prepared: Prepared
    ) -> tuple[Evidence, ...]:
        """Return the evidence for each of `requirements`, in their order, ready or not."""
        asked = (each if isinstance(each, Asked) else self._asked(each) for each in requirements)
        found = [_evidence(each, prepared) for each in asked]
        return tuple(found) if _on_topic(found, prepared) else tuple(_numberless(e) for e in found)


def _evidence(asked: Asked, prepared: Prepared) -> Evidence:
    requirement, wanted = asked.requirement, asked.wanted
    if not asked.answerable:
        return Evidence(requirement, Status.MISSING, asked.quoted)
    window = best_window(wanted, prepared, denials=asked.harm, values=bool(requirement.quantities))
    text = asked.folded.text
    if window is not None and (asked.empty or (len(text) > SHORT and window.is_thin(wanted, text))):
        window = None
    coverage = window.coverage if window else 0.0
    numbers = tuple(_numbers(requirement, asked.numbers, prepared, coverage))
    status = _status(len(asked.numbers), coverage, numbers)
    if status is Status.MISSING:
        return Evidence(requirement, status, asked.quoted, coverage=coverage)
    quotes = [check.asset for check in numbers]
    marks: tuple[Mark, ...] = ()
    if window is not None and (coverage >= PARTLY_COVERAGE or not quotes):
        hits = window.hits(wanted, prepared)
        quotes.append(_quote(prepared.asset, window.passage, *window.quoted(hits)))
        marks = _marks(asked, prepared.asset, window.passage, hits)
    return Evidence(requirement, status, asked.quoted, _outer(quotes), marks, numbers, coverage)


def _on_topic(found: list[Evidence], prepared: Prepared) -> bool:
    """Return False where neither the title nor any wish without numbers is met in words of one script.

    Then a good yield or a low noise is that of some other product.
    """
    wordy = [e for e in found if not e.numbers and e.requirement.kind is not Kind.CONDITION]
    if not any(e.requirement.group == "title" for e in wordy):
        return True
    chinese = {_is_chinese(e.requirement.text) for e in wordy}
    if chinese.isdisjoint({_is_chinese(passage.value) for passage in prepared.passages}):
        return True
    return any(e.status is not Status.MISSING for e in wordy)


def _is_chinese(text: str) -> bool:
    return any("\u3400" <= character <= "\u9fff" for character in text)


def _numberless(evidence: Evidence) -> Evidence:
    if not evidence.numbers or evidence.coverage >= MET_COVERAGE:
        return evidence
    return Evidence(evidence.requirement, Status.MISSING, evidence.asked, coverage=evidence.coverage)


def _held(requirement: Requirement) -> tuple[Number, ...]:
    start = requirement.spans[0].start
    return held(numbers_of(requirement.text, requirement.quantities, start))


def _status(wanted: int, coverage: float, numbers: tuple[NumberCheck, ...]) -> Status:
    found = {check.verdict.status for check in numbers}
    if Status.CONTRADICTS in found:
        return Status.CONTRADICTS
    if found:
        return Status.MET if found == {Status.MET} and len(numbers) == wanted else Status.PARTLY
    if coverage >= MET_COVERAGE and not wanted:
        return Status.MET
    return Status.PARTLY if coverage >= PARTLY_COVERAGE else Status.MISSING


def _numbers(
    requirement: Requirement, wanted: tuple[Number, ...], prepared: Prepared, coverage: float
) -> Iterable[NumberCheck]:
    place = requirement.spans[0]
    for required in wanted:
        best: tuple[tuple[float, int], NumberCheck] | None = None
        for passage in prepared.passages:
            for offered in passage.numbers:
                sure = agreement(required, offered)
                if sure <= 0.0 or (coverage < FOREIGN_COVERAGE and foreign(required.stated, offered.stated)):
                    continue
                if best is not None and sure < best[0][0]:
                    continue
                verdict = compare(required.stated, offered.stated, same=True)
                if not _fair(required, offered, verdict.status):
                    continue
                rank = (sure, _RANK[verdict.status])
                if best is None or rank > best[0]:
                    asset = _stated_quote(prepared.asset, passage, offered)
                    stated = required.stated
                    need = Quote(Span(place.field, stated.start, stated.end, place.item), stated.text)
                    best = rank, NumberCheck(verdict, need, asset)
        if best is not None:
            yield best[1]


def _fair(required: Number, offered: Number, status: Status) -> bool:
    if status is Status.MISSING:
        return False
    if status is Status.CONTRADICTS:
        return may_contradict(required, offered)
    return may_meet(required, offered)


def _stated_quote(asset: Asset, passage: Passage, offered: Number) -> Quote:
    stated = offered.stated
    start, end = stated.start, stated.end
    if stated.property_span is not None:
        start, end = min(start, stated.property_span[0]), max(end, stated.property_span[1])
    if offered.following:
        noun = property_after(surface(passage.value), stated.end)
        end = max(end, noun[1]) if noun else end
    return asset.quote(Span(passage.field, start, end, passage.item))


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


def _marks(asked: Asked, asset: Asset, passage: Passage, hits: Sequence[Hit]) -> tuple[Mark, ...]:
    requirement, folded = asked.requirement, asked.folded
    place = requirement.spans[0]
    found = []
    for need, other in _joined(hits):
        start, end = folded.span(*need)
        quoted = Quote(
            Span(place.field, place.start + start, place.start + end, place.item), requirement.text[start:end]
        )
        found.append(
            Mark(quoted, asset.quote(Span(passage.field, *passage.folded.span(*other), passage.item)))
        )
    return tuple(found)


def _joined(hits: Sequence[Hit]) -> list[tuple[Place, Place]]:
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
