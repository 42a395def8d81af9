"""A matchmaking event from its needs to what came of it, and what nobody can do to it."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from qixi.core import Refused
from qixi.market.domain.fairs import Role
from qixi.market.models import Fair, FollowUp, Guest, Meeting
from qixi.market.queries import fairs as queries
from qixi.market.services import fairs, timetables
from qixi.registry.models import Division, Message, Organisation, PublishedNeed
from tests.market.test_matching import DAY, PASTE, SPINDLE, entered, published, stocked, sweep
from tests.registry.people import acting, body, officer, person

ON = DAY + timedelta(days=14)
STATED = {
    "title": "春季对接会",
    "place": "科技馆",
    "day": ON,
    "starts": "09:30",
    "minutes": 20,
    "slots": 3,
    "tables": 2,
}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def host(db):
    # A test with threads of its own begins with empty tables, without the divisions that are shipped.
    for code, parent in (("33", None), ("3301", "33"), ("330102", "3301"), ("330106", "3301")):
        Division.objects.get_or_create(code=code, defaults={"name": code, "parent_id": parent})
    return officer("330106", "host")


def office_of(actor):
    return next(iter(actor.posts))


@pytest.fixture
def fair(host):
    return fairs.prepare(host, office_of(host), STATED, DAY)


def people(number, kind="enterprise"):
    """Return an organisation and somebody of it."""
    made = body(100 + number, f"单位{number}", kind)
    return str(made.number), acting(person(f"p{number}", made, "handler"))


@pytest.fixture
def full(host, fair):
    """Return the event with three firms and two teams that come and wish for each other."""
    fairs.announce(host, fair.number, DAY)
    made = {}
    for n, role in enumerate([Role.FIRM] * 3 + [Role.TEAM] * 2):
        party, actor = people(n)
        fairs.invite(host, fair.number, {party: role}, DAY)
        guest = Guest.objects.get(party=party)
        fairs.answer(actor, fair.number, guest.number, coming=True, today=DAY)
        made[n] = (guest, actor)
    for n in range(3):
        guest, actor = made[n]
        fairs.wish(actor, fair.number, guest.number, {made[3][0].number: 3, made[4][0].number: 1}, DAY)
    return made


def solved(host, fair):
    timetables.ask_for_timetable(host, fair.number, DAY)
    assert timetables.solve(fair)
    fair.refresh_from_db()


def places(fair):
    return {(each.slot, each.table, each.firm_id, each.team_id) for each in fair.meetings.all()}


def test_guests_are_proposed_from_needs_and_their_best_matches(db, host):
    school, firm = body(1, "浙江某大学", "university", "330106"), body(2, "某某公司", division="330106")
    office = acting(person("transfer", school, "transfer", "leader"))
    entered(office, school, stocked(office, school, PASTE, SPINDLE))
    need = published(acting(person("handler", firm, "handler")), firm)
    sweep()
    fair = fairs.prepare(host, office_of(host), STATED, DAY)
    assert [each.case for each, _ in queries.needs_to_choose(fair, DAY)] == [need]
    fairs.choose_needs(host, fair.number, [need, "no such need", "\0"], DAY)
    found = {each.party: each for each in queries.proposed(host, fair)}
    assert found[str(firm.number)].role is Role.FIRM
    assert found[str(firm.number)].reasons == ("数控机床主轴热误差补偿",)
    assert found[str(school.number)].role is Role.TEAM
    assert "主轴热误差补偿方法" in found[str(school.number)].reasons
    assert fairs.invite(host, fair.number, {each.party: each.role for each in found.values()}, DAY) == 2
    assert queries.proposed(host, fair) == []
    assert fairs.invite(host, fair.number, {str(firm.number): Role.FIRM}, DAY) == 0
    assert Message.objects.filter(kind="fair", party=str(firm.number)).count() == 1
    # A school that organises learns of matches with its own technologies alone.
    own = fairs.prepare(office, str(school.number), STATED, DAY)
    fairs.choose_needs(office, own.number, [need], DAY)
    assert {each.party for each in queries.proposed(office, own)} == {str(firm.number), str(school.number)}
    fairs.choose_needs(host, fair.number, [], DAY)
    assert not fair.needs.exists()


def test_a_timetable_meets_wishes_and_nobody_is_in_two_places(host, fair, full):
    solved(host, fair)
    assert (fair.met, fair.bound) == (12, 12)
    assert fair.meetings.count() == 6
    for guest, _ in full.values():
        lines = queries.timetable_of(guest, fair)
        assert len({each.begins for each in lines}) == len(lines)
    assert {each.table for each in fair.meetings.all()} == {1, 2}
    first = fair.meetings.first()
    for other in (full[3][0], full[4][0]):
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.create(fair=fair, slot=first.slot, table=9, firm=first.firm, team=other)


def test_unmet_wishes_say_why(host, fair, full):
    guest, actor = full[0]
    fairs.answer(actor, fair.number, guest.number, coming=True, away=[0, 1, 2], today=DAY)
    guest, actor = full[1]
    fairs.answer(actor, fair.number, guest.number, coming=False, today=DAY)
    solved(host, fair)
    said = {(each.guest_id, each.why["en"]) for each in queries.unmet(fair)}
    assert said == {
        (full[0][0].pk, "there is no slot in which both are there"),
        (full[1][0].pk, "one of the two does not come"),
    }


def test_a_late_guest_moves_nobody_who_was_told(host, fair, full):
    guest, actor = full[0]
    fairs.answer(actor, fair.number, guest.number, coming=False, today=DAY)
    solved(host, fair)
    assert queries.timetable_of(full[1][0], fair, told_only=True) == []
    assert timetables.tell_timetable(host, fair.number, DAY) == 4
    before = places(fair)
    fairs.answer(actor, fair.number, guest.number, coming=True, today=DAY)
    with pytest.raises(Refused, match="solve it again"):
        timetables.tell_timetable(host, fair.number, DAY)
    solved(host, fair)
    assert before < places(fair)
    new = queries.timetable_of(guest, fair)
    assert timetables.tell_timetable(host, fair.number, DAY) == 1 + len(new) > 1
    assert timetables.tell_timetable(host, fair.number, DAY) == 0
    assert Message.objects.filter(party=full[1][0].party, key__contains="timetable").count() == 1
    assert Message.objects.filter(party=guest.party, key__contains="timetable").count() == 1


def test_who_gives_up_leaves_its_places_to_others(host, fair, full):
    solved(host, fair)
    timetables.tell_timetable(host, fair.number, DAY)
    guest, actor = full[3]
    fairs.answer(actor, fair.number, guest.number, coming=False, today=DAY)
    assert fair.meetings.count() == 3
    solved(host, fair)
    timetables.tell_timetable(host, fair.number, DAY)
    assert not Meeting.objects.filter(team=guest).exists()
    assert queries.timetable_of(full[0][0], fair, told_only=True)[0].guest == full[4][0]


def test_what_changes_while_it_is_solved_has_it_solved_again(host, fair, full, monkeypatch):
    guest, actor = full[0]
    real = timetables.timetable

    def meanwhile(*args):
        fairs.answer(actor, fair.number, guest.number, coming=False, today=DAY)
        return real(*args)

    timetables.ask_for_timetable(host, fair.number, DAY)
    monkeypatch.setattr(timetables, "timetable", meanwhile)
    assert not timetables.solve(fair)
    assert not fair.meetings.exists()
    monkeypatch.setattr(timetables, "timetable", real)
    sweep()
    fair.refresh_from_db()
    assert not fair.solving
    assert not Meeting.objects.filter(firm=guest).exists()
    assert fair.meetings.count() == 4


def test_two_organisers_who_ask_at_once_get_one_timetable(host, fair, full):
    colleague = acting(person("colleague", Organisation.objects.get(number=office_of(host)), "officer"))
    timetables.ask_for_timetable(host, fair.number, DAY)
    timetables.ask_for_timetable(colleague, fair.number, DAY)
    assert timetables.solve(fair)
    assert not timetables.solve(fair)
    assert fair.meetings.count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_that_solve_at_once_write_one_timetable(host, fair, full):
    timetables.ask_for_timetable(host, fair.number, DAY)
    answers, gate = [], threading.Barrier(2)

    def work():
        gate.wait()
        answers.append(timetables.solve(fair))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert sorted(answers) == [False, True]
    assert fair.meetings.count() == 6


def test_two_who_change_an_event_at_once_are_told(host, fair):
    fairs.change(host, fair.number, STATED | {"place": "会展中心"}, 1, DAY)
    with pytest.raises(Refused, match="just changed"):
        fairs.change(host, fair.number, STATED, 1, DAY)
    fair.refresh_from_db()
    assert fair.place == "会展中心"


def test_meetings_that_were_told_keep_their_slots_and_tables(host, fair, full):
    solved(host, fair)
    fairs.change(host, fair.number, STATED | {"slots": 4}, 1, DAY)
    solved(host, fair)
    timetables.tell_timetable(host, fair.number, DAY)
    for less in ({"slots": 1}, {"tables": 1}):
        with pytest.raises(Refused, match="more slots or tables"):
            fairs.change(host, fair.number, STATED | less, 2, DAY)
    assert fairs.change(host, fair.number, STATED | {"slots": 4, "place": "会展中心"}, 2, DAY).version == 3
    assert Message.objects.filter(zh__contains="会展中心").count() == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": DAY - timedelta(days=1)},
        {"starts": "24:00"},
        {"starts": "9.30"},
        {"starts": "23:30", "slots": 40},
        {"slots": 0},
        {"tables": 10**9},
        {"title": ""},
        {"title": "x\u202ey"},
        {"minutes": "many"},
        {"day": "2026-02-30"},
    ],
)
def test_what_cannot_be_is_refused(host, wrong):
    with pytest.raises(Refused):
        fairs.prepare(host, office_of(host), STATED | wrong, DAY)
    assert not Fair.objects.exists()


def test_guests_are_checked_in_by_their_codes(host, fair, full):
    guest, _ = full[0]
    now = timezone.now()
    with pytest.raises(Refused, match="from the day"):
        fairs.check_in(host, fair.number, guest.code, now, DAY)
    first = fairs.check_in(host, fair.number, guest.code, now, ON)
    again = fairs.check_in(host, fair.number, guest.code, now + timedelta(hours=1), ON)
    assert first.checked_in_at == again.checked_in_at == now


@pytest.mark.parametrize(
    "code", ["", "x", "x" * 22, "\0" * 22, "x" * 9000, "' OR 1=1 --".ljust(22), "９" * 22]
)
def test_codes_of_nobody_are_refused_as_what_is_not_there(host, fair, full, code):
    with pytest.raises(Refused, match="no such event"):
        fairs.check_in(host, fair.number, code, timezone.now(), ON)


def test_a_guest_of_another_event_is_none_of_this(host, fair, full):
    other = fairs.prepare(host, office_of(host), STATED, DAY)
    guest, actor = full[0]
    with pytest.raises(Refused, match="no such event"):
        fairs.check_in(host, other.number, guest.code, timezone.now(), ON)
    with pytest.raises(Refused, match="no such event"):
        fairs.answer(host, other.number, guest.number, coming=True, today=DAY)
    with pytest.raises(Refused, match="no such event"):
        fairs.answer(actor, other.number, guest.number, coming=True, today=DAY)
    fairs.invite(host, other.number, {full[3][0].party: Role.TEAM}, DAY)
    stranger = Guest.objects.get(fair=other).number
    with pytest.raises(Refused, match="other side"):
        fairs.wish(actor, fair.number, guest.number, {stranger: 1}, DAY)


def test_who_is_not_the_organiser_does_nothing_with_it(host, fair, full):
    _, guest = full[0]
    elsewhere, outsider = officer("3302", "elsewhere"), people(50)[1]
    above = officer("33", "above")
    before = Fair.objects.values().get()
    acts = (
        lambda who: fairs.change(who, fair.number, STATED, 1, DAY),
        lambda who: fairs.announce(who, fair.number, DAY),
        lambda who: fairs.choose_needs(who, fair.number, [], DAY),
        lambda who: fairs.invite(who, fair.number, {}, DAY),
        lambda who: fairs.check_in(who, fair.number, full[0][0].code, timezone.now(), ON),
        lambda who: fairs.record_follow_up(who, fair.number, 1, 30, "x", ON),
        lambda who: fairs.answer(who, fair.number, full[4][0].number, coming=False, today=DAY),
        lambda who: fairs.wish(who, fair.number, full[4][0].number, {}, DAY),
        lambda who: timetables.ask_for_timetable(who, fair.number, DAY),
        lambda who: timetables.tell_timetable(who, fair.number, DAY),
        lambda who: fairs.prepare(who, office_of(host), STATED, DAY),
    )
    for who in (guest, elsewhere, outsider, above):
        for act in acts:
            with pytest.raises(Refused):
                act(who)
    assert Fair.objects.values().get() == before
    with pytest.raises(Refused):
        fairs.prepare(outsider, office_of(outsider), STATED, DAY)  # a handler organises nothing


def test_an_event_that_is_not_announced_is_there_for_nobody_else(host, fair):
    outsider, guest = people(50)[1], people(51)
    fairs.invite(host, fair.number, {guest[0]: Role.FIRM}, DAY)
    with pytest.raises(Refused, match="no such event"):
        queries.fair_for(outsider, fair.number)
    assert queries.fair_for(guest[1], fair.number) == fair
    assert not queries.coming(DAY)
    fairs.announce(host, fair.number, DAY)
    assert queries.fair_for(outsider, fair.number) == fair
    assert list(queries.coming(DAY)) == [fair]
    assert not queries.coming(ON + timedelta(days=1))


def test_one_asks_after_the_days_of_the_policy_what_came_of_a_meeting(host, fair, full):
    solved(host, fair)
    timetables.tell_timetable(host, fair.number, DAY)
    meeting = fair.meetings.first()
    for guest in (meeting.firm, meeting.team):
        fairs.check_in(host, fair.number, guest.code, timezone.now(), ON)
    found = queries.questions(fair, ON + timedelta(days=30))
    assert [(each.days, each.is_due) for each in found] == [(30, True), (90, False), (180, False)]
    late = ON + timedelta(days=31)
    with pytest.raises(Refused, match="is due on"):
        fairs.record_follow_up(host, fair.number, meeting.pk, 90, "已签约", late)
    with pytest.raises(Refused, match="what was said"):
        fairs.record_follow_up(host, fair.number, meeting.pk, 30, " \0 ", late)
    for days in (0, 31, -1):
        with pytest.raises(Refused):
            fairs.record_follow_up(host, fair.number, meeting.pk, days, "x", late)
    fairs.record_follow_up(host, fair.number, meeting.pk, 30, "已互访", late)
    fairs.record_follow_up(host, fair.number, meeting.pk, 30, "已互访，拟签约", late)
    assert FollowUp.objects.get().said == "已互访，拟签约"
    assert queries.questions(fair, late)[-1].said == FollowUp.objects.get()


def test_after_the_event_nobody_answers_or_is_invited(host, fair, full):
    guest, actor = full[0]
    after = ON + timedelta(days=1)
    for act in (
        lambda: fairs.answer(actor, fair.number, guest.number, coming=False, today=after),
        lambda: fairs.wish(actor, fair.number, guest.number, {}, after),
        lambda: fairs.invite(host, fair.number, {guest.party: Role.FIRM}, after),
    ):
        with pytest.raises(Refused, match="over"):
            act()


def test_nobody_who_does_not_exist_is_invited(host, fair):
    for party in ("", "x", "\0", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(Refused):
            fairs.invite(host, fair.number, {party: Role.FIRM}, DAY)
    assert not Guest.objects.exists()


def test_needs_of_elsewhere_are_not_offered_for_choice(db, host):
    firm = body(2, "某某公司", division="330106")
    need = published(acting(person("handler", firm, "handler")), firm)
    far = officer("3302", "far")
    fair = fairs.prepare(far, office_of(far), STATED | {"day": date(2026, 3, 20)}, DAY)
    assert PublishedNeed.objects.get(case=need)
    assert queries.needs_to_choose(fair, DAY) == []
