"""What is known of draws: how one stands, whether it was held as it claims, who may sit."""

from __future__ import annotations

from collections.abc import Iterator

from qixi.casework import models
from qixi.core import Text
from qixi.procedures import Case, Event, Role
from qixi.registry.queries import people_of


def entry_of(case: Case) -> int:
    """Return the number of the event by which a case came into its step."""
    return len(case.events) - len(case.since_entry()) - 1


def why_not_seated(row: models.Case, case: Case, appointment: Event) -> Iterator[Text]:
    """Yield the reasons against an appointment: parties and their people, and others than were drawn."""
    experts = frozenset(appointment.data["experts"])
    parties = row.holdings.filter(ended_on__isnull=True).exclude(role=Role.EXPERT)
    for party in dict.fromkeys(parties.values_list("party", flat=True)):
        people = {str(each.number) for each in people_of(party, appointment.on)}
        if experts & {party, *people}:
            yield Text(
                "专家中有本案当事人或其单位人员", "an expert is a party of the case, or one of its people"
            )
            break
    record = appointment.data.get("record", "")
    drawn = row.draws.filter(entry=entry_of(case), held_on__isnull=False).order_by("-id").first()
    if drawn is None and record:
        yield Text("没有这个抽取记录", "there is no such draw in this step")
    if drawn is not None and (record != str(drawn.number) or experts != set(drawn.record["panel"])):
        yield Text("专家与抽取结果不符", "these are not the experts who were drawn")
