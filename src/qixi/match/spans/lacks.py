"""What a technology lacks for a need, by how much its numbers fall short, and what would lift it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qixi.core import Text
from qixi.match.quantities import Better, Comparator, Stated, Status, amount_of
from qixi.match.requirements import Kind
from qixi.match.spans.evidence import Evidence, NumberCheck
from qixi.match.suggestion import Shares, default_table

# Conditions tell of the firm; a technology neither meets nor lacks them.
_ASKED = {Kind.PROBLEM, Kind.TARGET, Kind.CONSTRAINT}
# Money and dates of the project are settled in talks, not in a technology's text.
_TALKS = {"budget", "schedule"}
# An exclusion (…不要) is for a reader to check.
_UNANSWERED = {"exclusion"}
_QUOTED = 40


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A number on the wrong side, in words: states 60 %, needs ≥67 %: short by 7 points."""

    check: NumberCheck
    text: Text


@dataclass(frozen=True, slots=True)
class Lacks:
    """What stands between a technology and a need.

    `unmet` (0..1) is the weighted share of what is asked that is not met, a part and what is not
    spoken of counting as `suggestion.toml` says; None when the need asks nothing. `lift` says what
    would raise the match, the weightiest first.
    """

    missing: tuple[Evidence, ...]
    shortfalls: tuple[Shortfall, ...]
    unmet: float | None
    summary: Text
    lift: tuple[Text, ...]


def what_lacks(evidences: Iterable[Evidence], shares: Shares | None = None) -> Lacks:
    """Sum up the evidence of one pair; `shares` are those of the shipped table where none are given."""
    counting = shares or default_table().unmet
    left_out = _TALKS | _UNANSWERED
    asked = [e for e in evidences if e.requirement.kind in _ASKED and e.requirement.group not in left_out]
    missing = _with(asked, Status.MISSING)
    shortfalls = tuple(
        Shortfall(check, _shortfall(check))
        for evidence in asked
        for check in evidence.numbers
        if check.verdict.status is Status.CONTRADICTS
    )
    weights = [_weight(evidence, counting) for evidence in asked]
    open_shares = [_open_share(evidence, counting) for evidence in asked]
    total = sum(weights)
    unmet = sum(w * s for w, s in zip(weights, open_shares, strict=True)) / total if total else None
    return Lacks(missing, shortfalls, unmet, _summary(asked, missing, shortfalls), _lift(asked, counting))


def _open_share(evidence: Evidence, shares: Shares) -> float:
    counted = {
        Status.MET: 0.0,
        Status.PARTLY: shares.partly,
        Status.CONTRADICTS: shares.contradicts,
        Status.MISSING: shares.unseen,
    }
    return counted[evidence.status]


def _weight(evidence: Evidence, shares: Shares) -> float:
    title = evidence.requirement.group == "title"
    return evidence.requirement.weight * (shares.title if title else 1.0)


def _with(asked: Sequence[Evidence], status: Status) -> tuple[Evidence, ...]:
    found = [e for e in asked if e.status is status]
    return tuple(sorted(found, key=lambda e: -e.requirement.weight))


def _short(evidence: Evidence) -> str:
    text = " ".join(evidence.requirement.text.split())
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"


def _shortfall(check: NumberCheck) -> Text:
    verdict = check.verdict
    name = verdict.required.property_text or verdict.offered.property_text
    needs, states = verdict.required.text, verdict.offered.text
    gap = amount_of(verdict.shortfall or 0.0, verdict.unit)
    return Text(
        f"{name}：文中为 {states}，要求 {needs}，相差 {gap.zh}",
        f"{name}: states {states}, needs {needs}: short by {gap.en}",
    )


def _summary(asked: Sequence[Evidence], missing: Sequence[Evidence], shortfalls: Sequence[Shortfall]) -> Text:
    met = sum(e.status is Status.MET for e in asked)
    part = sum(e.status is Status.PARTLY for e in asked)
    zh = (
        f"{len(asked)} 项要求中：满足 {met} 项，部分满足 {part} 项，"
        f"未见说明 {len(missing)} 项，数值不符 {len(shortfalls)} 处"
    )
    en = (
        f"of {len(asked)} requirements: {met} met, {part} in part, {len(missing)} not spoken to; "
        f"numbers that fall short: {len(shortfalls)}"
    )
    return Text(zh, en)


def _lift(asked: Sequence[Evidence], shares: Shares) -> tuple[Text, ...]:
    open_ones = [e for e in asked if e.status is not Status.MET]
    order = sorted(
        range(len(open_ones)),
        key=lambda i: (-_weight(open_ones[i], shares) * _open_share(open_ones[i], shares), i),
    )
    return tuple(said for i in order if (said := _advice(open_ones[i])) is not None)


def _worsens(check: NumberCheck) -> bool:
    """Return whether reaching the number wanted would not be known to better the one that is stated."""
    wanted, has = check.verdict.required, check.verdict.offered
    return _direction(wanted) is Better.UNKNOWN or (
        has.better is not Better.UNKNOWN and has.better is not _direction(wanted)
    )


def _direction(stated: Stated) -> Better:
    if stated.comparator in {Comparator.AT_LEAST, Comparator.MORE}:
        return Better.MORE
    if stated.comparator in {Comparator.AT_MOST, Comparator.LESS}:
        return Better.LESS
    return Better.UNKNOWN if stated.comparator is Comparator.RANGE else stated.better


def _advice(evidence: Evidence) -> Text | None:
    words = _short(evidence)
    short = next((c for c in evidence.numbers if c.verdict.status is Status.CONTRADICTS), None)
    if short is not None and _worsens(short):
        return None
    if short is not None:
        needs, states = short.verdict.required.text, short.verdict.offered.text
        return Text(
            f"将“{states}”改进到“{needs}”，或给出达到该值的证据",
            f'improve "{states}" to "{needs}", or give evidence that it is reached',
        )
    if evidence.status is Status.PARTLY and evidence.requirement.quantities and not evidence.numbers:
        return Text(f"写明与“{words}”对应的数值", f'state the number that answers "{words}"')
    if evidence.status is Status.PARTLY:
        return Text(f"补充对“{words}”其余部分的说明", f'say more on the rest of "{words}"')
    return Text(f"补充能否满足“{words}”的说明", f'say whether "{words}" can be met')
