"""Lists that were handed in, how far they have come and what became of each row: read, never written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from qixi.core import Problem, Refused, Text
from qixi.market.domain.stock import HEADS
from qixi.market.models import Intake, IntakeRow
from qixi.registry.domain.may import Actor
from qixi.registry.queries.people import as_number
from qixi.tables import known_heads

Outcome = IntakeRow.Outcome


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows there are of each outcome, and in all."""

    counts: Mapping[str, int]

    @property
    def all(self) -> int:
        """All rows of the list."""
        return sum(self.counts.values())

    @property
    def left(self) -> int:
        """Rows that are still to be taken in."""
        return self.counts.get(Outcome.WAITING, 0)

    @property
    def share(self) -> int:
        """How much is done, in percent."""
        return 100 if not self.all else 100 * (self.all - self.left) // self.all


def intakes_of(actor: Actor) -> QuerySet[Intake]:
    """Return the lists that an actor's organisations handed in, the latest first."""
    return Intake.objects.filter(party__in=actor.posts.keys() | actor.variants.keys())


def intake_of(actor: Actor, number: UUID) -> Intake:
    """Return a list of one of the actor's organisations; raises Refused for any other, as for none."""
    found = intakes_of(actor).filter(number=number).first()
    if found is None:
        raise Refused(
            Problem(
                "missing",
                Text("没有这份清单", "there is no such list"),
                Text("请核对链接", "check the link"),
            )
        )
    return found


def taken_in_by(actor: Actor) -> QuerySet[Intake]:
    """Return the lists of an actor's organisations that were taken in and not undone, the latest first."""
    return intakes_of(actor).filter(state=Intake.State.TAKEN)


def belongs(number: str, party: str) -> bool:
    """Say whether a party handed in the list of a number, and it was taken in."""
    return Intake.objects.filter(number=as_number(number), party=party, state=Intake.State.TAKEN).exists()


def progress_of(intake: Intake) -> Progress:
    """Return how far a list has come."""
    rows = intake.rows.order_by().values_list("outcome").annotate(n=Count("id"))
    return Progress(dict(rows))


def rows_of(intake: Intake, outcome: str = "") -> QuerySet[IntakeRow]:
    """Return the rows of a list, or those of one outcome, in their order."""
    found = intake.rows.select_related("asset")
    return found.filter(outcome=outcome) if outcome else found


def fields_for_heads() -> tuple[str, ...]:
    """Return the fields to which a column may be assigned, in the order of the reading room."""
    return tuple(field for field in known_heads("supply") if field != "serial") + tuple(HEADS)
