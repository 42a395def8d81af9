"""Who performs what cases cause: a room says so, above or below the one that keeps the cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qixi.procedures.values import Kind, Procedure


@dataclass(frozen=True, slots=True)
class Cause:
    """What caused an effect: the case, its procedure and its subject, and who did it on which day.

    `key` is the effect's own for ever; `applicant` is the party that began the case, `person` who did so,
    `opened` the day on which that was, whose rules apply.
    """

    key: str
    case: str
    code: str
    subject: str
    division: str
    applicant: str
    person: str
    on: date
    opened: date

    @property
    def seq(self) -> int:
        """The number of the event, from the key CASE#SEQ.POSITION: what is newer has a higher one."""
        return int(self.key.rpartition("#")[2].partition(".")[0])


Performer = Callable[[Cause, Mapping[str, Any]], None]
Claimer = Callable[[Mapping[str, Any]], str]
_ANY = ""
_PERFORMERS: dict[tuple[Kind, str], Performer] = {}
_CLAIMERS: dict[tuple[Kind, str], Claimer] = {}


def performs(kind: Kind, *codes: str, claims: Claimer | None = None) -> Callable[[Performer], Performer]:
    """Make a function the performer of effects of a kind in cases of some procedures.

    Where none is named, it is for all of which no other room performs that kind.

    It is called in the transaction that marks the effect as performed, perhaps again after a failure, and so
    must do all or nothing in the same database.

    `claims` says, when an act is to cause it, what the effect takes for itself alone, and raises Refused
    where it could not be performed: an act whose effect must fail is not done, nor is the second of two that
    claim the same.
    """

    def enter(performer: Performer) -> Performer:
        for code in codes or (_ANY,):
            if (kind, code) in _PERFORMERS:
                msg = f"{kind} of {code or 'any procedure'} has a performer already"
                raise ValueError(msg)
            _PERFORMERS[kind, code] = performer
            if claims is not None:
                _CLAIMERS[kind, code] = claims
        return performer

    return enter


def unperformed(procedure: Procedure) -> tuple[str, ...]:
    """Return the effects of a procedure that nobody performs, but for those that are for the record only."""
    effects = ((act.verb, effect) for step in procedure.steps for act in step.acts for effect in act.effects)
    return tuple(
        f"nobody performs {effect.kind.value!r} of {verb!r}"
        for verb, effect in effects
        if not effect.record_only and performer_of(effect.kind, procedure.code) is None
    )


def claim_of(kind: Kind, code: str, content: Mapping[str, Any]) -> str | None:
    """Return what an effect takes for itself alone, None for nothing; raises Refused as `performs` says."""
    claimer = _CLAIMERS.get((kind, code))
    return claimer(content) if claimer is not None else None


def performer_of(kind: Kind, code: str) -> Performer | None:
    """Return who performs effects of a kind in cases of a procedure, None where nobody does."""
    return _PERFORMERS.get((kind, code)) or _PERFORMERS.get((kind, _ANY))
