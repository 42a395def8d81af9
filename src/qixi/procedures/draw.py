"""Drawing a panel so that whoever runs the draw cannot steer it, and anybody entitled can repeat it.

Parties promise a number each, by its digest. Then the roster is committed to, with its conflicts and quotas,
and then the numbers are revealed. The seed comes from the commitment and all numbers: nobody who fixed
the roster knew the numbers, and nobody who chose a number knew the others'.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from qixi.core import Problem, Refused, Text

LEAST_NUMBER = 16
"""Bytes of a party's number, at least: fewer could be guessed from its promise."""


@dataclass(frozen=True, slots=True)
class Expert:
    """Somebody who can sit, with traits that quotas speak of, as organisation or field."""

    id: str
    traits: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of a panel have `value` as their `trait`: at least and at most so many, None without limit."""

    title: Text
    trait: str
    value: str
    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Who can be drawn, how many are, under which quotas; `conflicts` bars experts, with the reason."""

    case: str
    experts: tuple[Expert, ...]
    seats: int
    quotas: tuple[Quota, ...] = ()
    conflicts: Mapping[str, str] | None = None

    def commitment(self) -> str:
        """Return the SHA-256 of the roster in canonical form, in hex."""
        plain = {
            "case": self.case,
            "conflicts": dict(self.conflicts or {}),
            "experts": [
                {"id": each.id, "traits": dict(each.traits)}
                for each in sorted(self.experts, key=lambda e: e.id)
            ],
            "quotas": [
                [q.title.zh, q.title.en, q.trait, q.value, q.at_least, q.at_most] for q in self.quotas
            ],
            "seats": self.seats,
        }
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw that was held: all that repeating it takes. `promises` and `numbers` are by party, in hex."""

    commitment: str
    promises: Mapping[str, str]
    numbers: Mapping[str, str]
    panel: tuple[str, ...]


def each_at_most(roster: Sequence[Expert], trait: str, most: int, title: Text) -> tuple[Quota, ...]:
    """Return the quotas by which no value of a trait has more than `most` seats."""
    values = sorted({each.traits[trait] for each in roster if trait in each.traits})
    return tuple(Quota(title, trait, value, at_most=most) for value in values)


def promise(party: str, number: bytes) -> str:
    """Return the digest by which a party promises its number before the roster is committed to."""
    if len(number) < LEAST_NUMBER:
        msg = f"a number has at least {LEAST_NUMBER} bytes"
        raise ValueError(msg)
    return hashlib.sha256(_framed(party.encode(), number)).hexdigest()


def draw(roster: Roster, promises: Mapping[str, str], numbers: Mapping[str, bytes]) -> Drawn:
    """Draw a panel; raises Refused where a promise is broken, or no panel is possible, naming the rules."""
    _kept(promises, numbers)
    _possible(roster)
    panel = _panel(roster, _seed(roster.commitment(), numbers))
    return Drawn(roster.commitment(), dict(promises), {p: n.hex() for p, n in numbers.items()}, panel)


def repeats(roster: Roster, drawn: Drawn) -> bool:
    """Say whether the draw was held as it claims: over this roster, on these promises, with this panel."""
    try:
        numbers = {party: bytes.fromhex(number) for party, number in drawn.numbers.items()}
        return draw(roster, drawn.promises, numbers) == drawn
    except (Refused, ValueError):
        return False


def standing_panel(roster: Roster, drawn: Drawn, gone: frozenset[str]) -> tuple[str, ...]:
    """Return the panel of a draw less those who stood aside, each replaced by the next in the order drawn.

    Raises Refused where what is left of the roster gives no panel.
    """
    kept = tuple(each for each in drawn.panel if each not in gone)
    numbers = {party: bytes.fromhex(number) for party, number in drawn.numbers.items()}
    panel = _panel(roster, _seed(drawn.commitment, numbers), gone, kept)
    if len(panel) < roster.seats:
        raise Refused(
            _problem(Text("抽取名单中已无可替补的专家", "nobody of the roster is left to replace them"))
        )
    return panel


def _kept(promises: Mapping[str, str], numbers: Mapping[str, bytes]) -> None:
    broken = sorted(
        party
        for party in promises.keys() | numbers.keys()
        if party not in numbers
        or party not in promises
        or not hmac.compare_digest(promises[party], promise(party, numbers[party]))
    )
    if not promises:
        raise Refused(_problem(Text("没有任何一方作出承诺", "no party has promised a number")))
    if broken:
        names = ", ".join(broken)
        raise Refused(
            _problem(
                Text(
                    f"以下各方的随机数与承诺不符：{names}",
                    f"the numbers of these parties do not fit: {names}",
                )
            )
        )


def _seed(commitment: str, numbers: Mapping[str, bytes]) -> bytes:
    parts = [part for party in sorted(numbers) for part in (party.encode(), numbers[party])]
    return hashlib.sha256(_framed(bytes.fromhex(commitment), *parts)).digest()


def _framed(*parts: bytes) -> bytes:
    """Join parts so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def _panel(
    roster: Roster, seed: bytes, gone: frozenset[str] = frozenset(), kept: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Take experts in the order of the seed, each where a whole panel remains possible with it.

    Those `kept` sit already, those `gone` no longer can.
    """
    barred = gone | frozenset(kept) | frozenset(roster.conflicts or {})
    free = [each for each in roster.experts if each.id not in barred]
    free.sort(key=lambda each: hmac.new(seed, each.id.encode(), hashlib.sha256).digest())
    seated = {each.id: each for each in roster.experts}
    chosen = [seated[each] for each in kept]
    for number, each in enumerate(free):
        if len(chosen) == roster.seats:
            break
        if _feasible(free[number + 1 :], [*chosen, each], roster.seats, roster.quotas):
            chosen.append(each)
    return tuple(each.id for each in chosen)


def _possible(roster: Roster) -> None:
    if len({each.id for each in roster.experts}) != len(roster.experts):
        raise Refused(_problem(Text("专家名单中有重复", "an expert stands in the roster twice")))
    free = [each for each in roster.experts if each.id not in (roster.conflicts or {})]
    if len(free) < roster.seats:
        raise Refused(
            _problem(
                Text(
                    f"需要 {roster.seats} 名专家，名单 {len(roster.experts)} 人中回避后只有 {len(free)} 人",
                    f"{roster.seats} experts are needed; of {len(roster.experts)} in the roster "
                    f"{len(free)} are free of conflicts",
                )
            )
        )
    if _feasible(free, [], roster.seats, roster.quotas):
        return
    blocking = list(roster.quotas)
    for quota in roster.quotas:
        fewer = [each for each in blocking if each is not quota]
        if not _feasible(free, [], roster.seats, fewer):
            blocking = fewer  # not this one: without it the others still block each other
    names = list(dict.fromkeys(each.title for each in blocking))
    raise Refused(
        _problem(
            Text(
                f"无法组成评审组，以下规则不能同时满足：{'；'.join(name.zh for name in names)}",
                f"no panel is possible: these rules cannot hold together: {'; '.join(n.en for n in names)}",
            )
        )
    )


def _feasible(
    others: Sequence[Expert], chosen: Sequence[Expert], seats: int, quotas: Sequence[Quota]
) -> bool:
    """Say whether `chosen` can be filled up from `others` to `seats` under the quotas."""
    room = seats - len(chosen)
    if room < 0 or room > len(others):
        return False
    rows, low, high = [np.ones(len(others))], [float(room)], [float(room)]
    for quota in quotas:
        held = sum(each.traits.get(quota.trait) == quota.value for each in chosen)
        if quota.at_most is not None and held > quota.at_most:
            return False
        rows.append(np.array([each.traits.get(quota.trait) == quota.value for each in others], dtype=float))
        low.append(float(quota.at_least - held))
        high.append(np.inf if quota.at_most is None else float(quota.at_most - held))
    if not others:
        return all(bound <= 0 for bound in low)
    found = milp(
        np.zeros(len(others)),
        constraints=LinearConstraint(np.array(rows), low, high),
        integrality=np.ones(len(others), dtype=np.int64),
        bounds=Bounds(0, 1),
    )
    return bool(found.success)


def _problem(reason: Text) -> Problem:
    return Problem(
        "draw",
        reason,
        Text(
            "请扩充名单、放宽规则，或重新作出承诺后再抽取",
            "widen the roster, relax a rule, or promise anew, and draw again",
        ),
    )
