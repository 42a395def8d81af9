"""What cases are about. A room that keeps something a case can be about says what is to be known of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qixi.registry.domain.may import Actor
from qixi.registry.queries.assets import assets_of, held_by, visible_to
from qixi.registry.queries.people import as_number

Has = Callable[[Actor, str, str, date], bool]
"""Whether an actor may begin a case about something as a party: actor, party, number, today."""
Choices = Callable[[Actor, date], Sequence[tuple[str, str]]]
"""What an actor may begin a case about: numbers with titles."""
Partners = Callable[[str], Iterable[str]]
"""The parties on the other side of something of that number."""
Knows = Callable[[str], Mapping[str, object]]
"""What checks may ask about something of that number, by name."""


@dataclass(frozen=True, slots=True)
class About:
    """A kind of subject: who has one, what can be chosen, who stands on its other side, what is known of it.

    A case needs a subject where it is `required`, or there are `partners`: these are called in when it is
    handed in, and nobody else is invited in their place.
    """

    has: Has
    choices: Choices | None = None
    partners: Partners | None = None
    knows: Knows | None = None
    required: bool = False

    @property
    def is_needed(self) -> bool:
        """Whether no case begins without one."""
        return self.required or self.partners is not None


def about(kind: str, subject: About) -> None:
    """Let cases be about what a room above keeps."""
    _KINDS[kind] = subject


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


def _assets(actor: Actor, today: date) -> Sequence[tuple[str, str]]:
    return [(str(each.number), each.title) for each in assets_of(actor, today)]


_NONE = About(_none)
_KINDS: dict[str, About] = {"asset": About(_holds, _assets)}
