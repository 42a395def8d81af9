"""What cases are about. A room that keeps something a case can be about says what is to be known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from qixi.registry.domain.may import Actor
from qixi.registry.queries.assets import held_by, visible_to
from qixi.registry.queries.people import as_number

Has = Callable[[Actor, str, str, date], bool]
"""Whether an actor may begin a case about something as a party: actor, party, number, today."""
Partners = Callable[[str], Iterable[str]]
"""The parties on the other side of something of that number."""
Knows = Callable[[str], Mapping[str, object]]
"""What checks may ask about something of that number, by name."""


@dataclass(frozen=True, slots=True)
class About:
    """A kind of subject: who has one, who stands on its other side, and what is known of it.

    Where there are `partners`, a case needs a subject, they are called in when it is handed in, and nobody
    else is invited in their place.
    """

    has: Has
    partners: Partners | None = None
    knows: Knows | None = None


def about(kind: str, has: Has, partners: Partners | None = None, knows: Knows | None = None) -> None:
    """Let cases be about what a room above keeps."""
    _KINDS[kind] = About(has, partners, knows)


def kind_of(kind: str) -> About:
    """Return what is known of a kind of subject; of one that no room keeps, nobody has any."""
    return _KINDS.get(kind, _NONE)


def known_of(kind: str, number: str) -> Mapping[str, object]:
    """Return what checks may ask about the subject of a case."""
    knows = kind_of(kind).knows
    return knows(number) if knows is not None and number else {}


def _none(_: Actor, __: str, ___: str, ____: date) -> bool:
    return False


def _holds(actor: Actor, party: str, asset: str, today: date) -> bool:
    """Say whether a party holds an asset, and the actor may know of it."""
    seen = visible_to(actor, today).filter(number=as_number(asset))
    return held_by([party], today).filter(pk__in=seen.values("pk")).exists()


_NONE = About(_none)
_KINDS: dict[str, About] = {"asset": About(_holds)}
