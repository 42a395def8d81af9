"""What cases may be about: kinds of things that registers, or rooms above, keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from qixi.registry.domain.may import Actor
from qixi.registry.queries.assets import assets_of, held_by, visible_to
from qixi.registry.queries.people import as_number

Has = Callable[[Actor, str, str, date], bool]
"""Whether an actor may begin a case about something as a party: actor, party, number, today."""
Choices = Callable[[Actor, date], Sequence[tuple[str, str]]]
"""What an actor may begin a case about: numbers with titles."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """A kind of thing: who has one, what can be chosen, and whether a case must be about one."""

    has: Has
    choices: Choices
    required: bool = False


def about(kind: str, subjects: Subjects) -> None:
    """Let cases be about what a room keeps, by the kind that procedures name as their subject."""
    _KINDS[kind] = subjects


def subjects_of(kind: str) -> Subjects | None:
    """Return the things of a kind, None where nothing of it is kept: then cases are about no number."""
    return _KINDS.get(kind)


def _holds(actor: Actor, party: str, asset: str, today: date) -> bool:
    """Say whether a party holds an asset, and the actor may know of it."""
    seen = visible_to(actor, today).filter(number=as_number(asset))
    return held_by([party], today).filter(pk__in=seen.values("pk")).exists()


def _assets(actor: Actor, today: date) -> Sequence[tuple[str, str]]:
    return [(str(each.number), each.title) for each in assets_of(actor, today)]


_KINDS: dict[str, Subjects] = {"asset": Subjects(_holds, _assets)}
