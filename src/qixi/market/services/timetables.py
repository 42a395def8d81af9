"""Timetables of matchmaking events: asked for, solved in the background, told to the guests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from qixi.core import Text
from qixi.market.domain.fairs import Answer, Role
from qixi.market.domain.timetable import Hall, Timetable, Wish, timetable
from qixi.market.domain.timetable import Meeting as Planned
from qixi.market.models import Fair, FairWish, Guest, Meeting
from qixi.market.services.fairs import KIND, hosted
from qixi.registry.domain.may import Actor
from qixi.registry.services.entries import entered, refused
from qixi.registry.services.messages import tell

SECONDS = 20.0
"""How long one timetable is solved for at most; then the best one found counts, with its bound."""


def ask_for_timetable(actor: Actor, number: UUID, today: date) -> Fair:
    """Have a timetable solved in the background; whoever asks again meanwhile asks for the same one."""
    with transaction.atomic():
        fair = hosted(actor, number)
        if not FairWish.objects.filter(guest__fair=fair).exists():
            raise refused(Text("还没有来宾提出意愿", "no guest has said yet whom it would meet"))
        if not fair.solving:
            fair.solving = True
            fair.save(update_fields=["solving"])
            entered(KIND, fair.number, "solve", actor.number, today)
    return fair


def unsolved() -> QuerySet[Fair]:
    """Return the events for which a timetable is wanted."""
    return Fair.objects.filter(solving=True).order_by("id")


def solve(fair: Fair, seconds: float = SECONDS) -> bool:
    """Solve the timetable of an event; meetings that were told stay where they are.

    Nothing is locked meanwhile: where a guest has said something else by then, returns False and keeps
    nothing, so that it is solved again.
    """
    with transaction.atomic():
        now = Fair.objects.get(pk=fair.pk)
        wishes, fixed = _wishes(now), list(now.meetings.filter(fixed=True))
        away = {str(each.pk): each.away for each in now.guests.all()}
    hall = Hall(now.slots, away, now.tables)
    solved = timetable(wishes, hall, [_planned(each) for each in fixed], seconds)
    with transaction.atomic():
        row = Fair.objects.select_for_update().get(pk=fair.pk)
        if row.seq != now.seq or not row.solving:
            return False
        _write(row, solved, fixed)
    return True


def tell_timetable(actor: Actor, number: UUID, today: date) -> int:
    """Tell guests the timetable; it is fixed from then on. Returns how many were told something new."""
    with transaction.atomic():
        fair = hosted(actor, number)
        if fair.solving or fair.solved_seq != fair.seq:
            raise refused(
                Text("来宾的情况有变，请先重新排期", "guests have said something else: solve it again first")
            )
        fair.meetings.update(fixed=True)
        lines: dict[int, list[list[int]]] = defaultdict(list)
        for each in fair.meetings.all():
            lines[each.firm_id].append([each.slot, each.table, each.team_id])
            lines[each.team_id].append([each.slot, each.table, each.firm_id])
        told = [guest for guest in fair.guests.all() if guest.told != lines[guest.pk]]
        row = entered(KIND, fair.number, "tell", actor.number, today, guests=len(told))
        for guest in told:
            guest.told = lines[guest.pk]
            if guest.answer == Answer.DECLINED:
                continue
            words = Text(
                f"“{fair.title}”：您的一对一会面共 {len(guest.told)} 场，请查看时间表。",
                f"“{fair.title}”: you have {len(guest.told)} one-to-one meetings; look at your timetable.",
            )
            tell(guest.party, words, "", f"fair {fair.number} timetable {row.pk} {guest.pk}", KIND)
        Guest.objects.bulk_update(told, ["told"])
    return len(told)


def _wishes(fair: Fair) -> list[Wish]:
    """Return the wishes of those who come: that two wish for each other weighs as much as both wishes."""
    weights: dict[tuple[int, int], int] = defaultdict(int)
    there = {"guest__answer": Answer.COMING, "other__answer": Answer.COMING}
    for each in FairWish.objects.filter(guest__fair=fair, **there):
        weights[min(each.guest_id, each.other_id), max(each.guest_id, each.other_id)] += each.weight
    return [Wish(str(one), str(other), weight) for (one, other), weight in sorted(weights.items())]


def _planned(meeting: Meeting) -> Planned:
    return Planned(meeting.slot, str(meeting.firm_id), str(meeting.team_id))


def _write(fair: Fair, solved: Timetable, fixed: Iterable[Meeting]) -> None:
    """Keep a timetable: a table for each meeting that is new, and why a wish is not met."""
    fair.meetings.filter(fixed=False).delete()
    taken = {(each.slot, each.table) for each in fixed}
    kept = {frozenset((each.firm_id, each.team_id)) for each in fixed}
    firms = set(fair.guests.filter(role=Role.FIRM).values_list("pk", flat=True))
    made = []
    for each in solved.meetings:
        pair = frozenset((int(each.one), int(each.other)))
        if pair in kept:
            continue
        (firm,), (team,) = pair & firms, pair - firms
        table = next(n for n in range(1, fair.tables + 1) if (each.slot, n) not in taken)
        taken.add((each.slot, table))
        made.append(Meeting(fair=fair, slot=each.slot, table=table, firm_id=firm, team_id=team))
    Meeting.objects.bulk_create(made)
    _write_reasons(fair, {frozenset(map(int, pair)): why for pair, why in solved.unmet.items()})
    fair.solving, fair.solved_seq, fair.met, fair.bound = False, fair.seq, solved.met, solved.bound
    fair.save(update_fields=["solving", "solved_seq", "met", "bound"])


def _write_reasons(fair: Fair, reasons: Mapping[frozenset[int], Text]) -> None:
    wishes = list(FairWish.objects.filter(guest__fair=fair).select_related("guest", "other"))
    for each in wishes:
        why = reasons.get(frozenset((each.guest_id, each.other_id)))
        if Answer.DECLINED in (each.guest.answer, each.other.answer):
            why = Text("有一方不参加", "one of the two does not come")
        elif Answer.WAITING in (each.guest.answer, each.other.answer):
            why = Text("有一方尚未答复", "one of the two has not answered yet")
        each.why = {"zh": why.zh, "en": why.en} if why is not None else {}
    FairWish.objects.bulk_update(wishes, ["why"], batch_size=500)
