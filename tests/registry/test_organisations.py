"""Organisations merge and part with who and why; posts are given by those who may, others are invited."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from people import DAY, acting, body, officer, person

from qixi.core import Refused
from qixi.procedures.effects import Cause, performer_of
from qixi.procedures.values import Kind
from qixi.registry.models import Entry, Invitation, Organisation, Post, User
from qixi.registry.queries import (
    history_of,
    likely_variants,
    named_like,
    officers_of,
    people_of,
    standing_for,
)
from qixi.registry.services import (
    accept_invitation,
    appoint_person,
    dismiss_person,
    invite,
    merge,
    name_organisation,
    part,
    withdraw_invitation,
)

pytestmark = pytest.mark.django_db


def named(actor, name: str, division: str = "3301") -> Organisation:
    return name_organisation(actor, name, "university", division, DAY)


def test_a_merge_says_who_when_and_why_and_is_undone():
    boss = officer("33")
    whole, variant = body(1, "浙江某大学", "university", "3301"), named(boss, "浙江某大学（本部）")
    merge(boss, str(variant.number), str(whole.number), "同一法人", DAY)
    variant.refresh_from_db()
    assert standing_for(variant) == whole
    with pytest.raises(Refused, match=r"(?i)into itself"):
        merge(boss, str(whole.number), str(variant.number), "反向", DAY)
    part(boss, str(variant.number), "查证后是两家", DAY)
    variant.refresh_from_db()
    assert standing_for(variant) == variant
    told = [(e.verb, e.person, e.content.get("reason")) for e in history_of(boss, variant)]
    assert told == [
        ("name", boss.number, None),
        ("merge", boss.number, "同一法人"),
        ("part", boss.number, "查证后是两家"),
    ]


def test_a_merge_locks_in_the_order_of_keys_whatever_is_merged_into_which():
    boss = officer("33")
    first, second = body(1, "浙江某大学", "university", "3301"), named(boss, "浙江某大学（本部）")
    third = named(boss, "浙江某大学（分部）")
    for variant, into in ((second, first), (first, third)):
        with CaptureQueriesContext(connection) as asked:
            merge(boss, str(variant.number), str(into.number), "同一法人", DAY)
        found = [each["sql"] for each in asked if 'FROM "registry_organisation"' in each["sql"]]
        assert (
            found[0]
            .partition(" FOR UPDATE")[0]
            .endswith(("ORDER BY 1 ASC", 'BY "registry_organisation"."id" ASC'))
        )
        assert all(str(each.number).replace("-", "") in found[0].replace("-", "") for each in (variant, into))


def test_only_officers_of_both_merge_and_outsiders_learn_nothing():
    boss, other = officer("3301"), officer("3302", "other")
    whole, variant = body(1, "甲大学", "university", "3301"), named(boss, "甲大学分部")
    with pytest.raises(Refused) as there:
        merge(other, str(variant.number), str(whole.number), "x", DAY)
    with pytest.raises(Refused) as not_there:
        merge(other, "00000000-0000-0000-0000-000000000001", "nothing", "x", DAY)
    assert str(there.value) == str(not_there.value)
    assert not Entry.objects.filter(verb="merge").exists()
    firm = body(2, "乙大学", "university", "3301")
    with pytest.raises(Refused, match=r"(?i)credit codes"):
        merge(boss, str(whole.number), str(firm.number), "x", DAY)
    with pytest.raises(Refused, match=r"(?i)say why"):
        merge(boss, str(variant.number), str(whole.number), " ", DAY)


def test_posts_in_the_whole_act_for_a_variants_cases_and_no_longer_when_parted():
    boss = officer("33")
    whole, variant = body(1, "浙江某大学", "university", "3301"), named(boss, "浙江某大学工学院")
    user = person("li", whole, "transfer")
    assert str(variant.number) not in acting(user).parties()
    merge(boss, str(variant.number), str(whole.number), "下属学院", DAY)
    actor = acting(user)
    assert {str(whole.number), str(variant.number)} <= actor.parties()
    assert {str(whole.number), str(variant.number)} <= actor.verified
    assert actor.titles_in(str(variant.number)) == {"transfer"}
    part(boss, str(variant.number), "分立", DAY)
    assert str(variant.number) not in acting(user).parties()


def test_a_post_in_a_variant_is_one_in_the_whole():
    boss = officer("33")
    whole, variant = body(1, "浙江某大学", "university", "3301"), named(boss, "浙大某院")
    user = person("li", variant, "inventor")
    assert acting(user).verified == frozenset()
    merge(boss, str(variant.number), str(whole.number), "简称", DAY)
    assert acting(user).posts == {str(whole.number): frozenset({"inventor"})}
    assert list(people_of(str(variant.number), DAY)) == [user]


def test_variants_of_a_name_are_found_whatever_their_signs():
    boss = officer("33")
    firm = body(1, "杭州某某（科技）有限公司")
    for name in ("杭州某某科技有限责任公司", "杭州某某(科技) 有限公司", "杭州某某科技有限公司研究院"):
        named(boss, name)
    named(boss, "宁波某某科技有限公司")
    body(2, "杭州某某科技有限公司二厂")
    assert len(likely_variants(boss, firm)) == 3
    assert named_like(boss, "某某科技").count() == 6
    assert named_like(acting(person("li")), "某某科技").count() == 0


def test_a_founder_is_handler_and_approver_and_nobody_else_takes_its_code():
    first, second = person("first"), person("second")
    performer = performer_of(Kind.CERTIFY, "organisation")
    entry = {"name": "某某公司", "code": "91330100MA2AX0001", "sort": "enterprise", "division": "330102"}

    def enter(case: str, user: User, **changed: str) -> None:
        number = str(user.number)
        cause = Cause(f"{case}#2.0", case, "organisation", "", "3301", number, number, DAY, DAY)
        performer(cause, entry | changed)

    enter("c1", first)
    Organisation.objects.update(standing="suspended")
    with pytest.raises(Refused, match="registered already"):
        enter("c2", second, name="别的单位", sort="office", division="3301")
    held = Organisation.objects.values_list("name", "kind", "division_id", "standing", "entered_by").get()
    assert held == ("某某公司", "enterprise", "330102", "suspended", "c1")
    Organisation.objects.update(standing="verified")
    firm = Organisation.objects.get(credit_code="91330100MA2AX0001")
    assert acting(first).posts == {str(firm.number): frozenset({"handler", "approver"})}
    assert acting(second).posts == {}


def test_approvers_give_posts_inside_and_invite_others():
    firm = body(1, "某某公司")
    boss, clerk = person("boss", firm, "approver"), person("clerk", firm, "handler")
    number = str(firm.number)
    appoint_person(acting(boss), number, str(clerk.number), "finance", DAY)
    assert acting(clerk).posts[number] == {"handler", "finance"}
    with pytest.raises(Refused, match=r"(?i)approver of the organisation"):
        appoint_person(acting(clerk), number, str(clerk.number), "approver", DAY)
    outside = person("outside")
    with pytest.raises(Refused, match=r"(?i)send an invitation"):
        appoint_person(acting(boss), number, str(outside.number), "handler", DAY)
    with pytest.raises(Refused, match=r"(?i)only an office"):
        appoint_person(acting(boss), number, str(clerk.number), "officer", DAY)
    with pytest.raises(Refused, match=r"(?i)no such record"):
        appoint_person(acting(outside), number, str(outside.number), "handler", DAY)


def test_officers_alone_make_officers():
    office = body(1, "科技局", "office", "3301")
    number = str(office.number)
    approver, clerk = person("boss", office, "approver", "leader"), person("clerk", office, "handler")
    with pytest.raises(Refused, match="n officer of its division does this"):
        appoint_person(acting(approver), number, str(clerk.number), "officer", DAY)
    with pytest.raises(Refused, match="n officer of its division does this"):
        invite(acting(approver), number, "officer", DAY)
    with pytest.raises(Refused):
        appoint_person(officer("3302", "elsewhere"), number, str(clerk.number), "officer", DAY)
    assert not acting(clerk).divisions
    appoint_person(officer("33", "province"), number, str(clerk.number), "officer", DAY)
    assert acting(clerk).divisions == {"3301"}


def test_an_invitation_is_taken_once_and_in_time():
    firm = body(1, "某某公司")
    boss = acting(person("boss", firm, "approver"))
    made, token = invite(boss, str(firm.number), "handler", DAY)
    assert token not in str(Invitation.objects.values())
    late, first, second = person("late"), person("first"), person("second")
    with pytest.raises(Refused, match=r"(?i)not valid"):
        accept_invitation(late, token, date(2026, 3, 17))
    accept_invitation(first, token, date(2026, 3, 16))
    assert acting(first, date(2026, 3, 16)).posts == {str(firm.number): frozenset({"handler"})}
    for user, word in ((second, token), (second, token + "x"), (second, "")):
        with pytest.raises(Refused, match=r"(?i)not valid"):
            accept_invitation(user, word, DAY)
    made, token = invite(boss, str(firm.number), "handler", DAY)
    withdraw_invitation(boss, str(made.number), DAY)
    with pytest.raises(Refused, match=r"(?i)not valid"):
        accept_invitation(second, token, DAY)
    assert acting(second).posts == {}


def test_one_leaves_a_post_but_not_the_last_approver_of_many():
    firm = body(1, "某某公司")
    number = str(firm.number)
    boss, clerk = person("boss", firm, "approver"), person("clerk", firm, "handler")
    with pytest.raises(Refused, match=r"(?i)somebody else"):
        dismiss_person(acting(boss), number, str(boss.number), "approver", DAY)
    dismiss_person(acting(clerk), number, str(clerk.number), "handler", DAY)
    dismiss_person(acting(boss), number, str(boss.number), "approver", DAY)
    assert not Post.objects.filter(until__isnull=True).exists()
    with pytest.raises(Refused, match=r"(?i)no such record"):
        dismiss_person(acting(person("stranger")), number, str(boss.number), "approver", DAY)


def test_officers_of_a_division_are_those_of_the_nearest_office():
    officer("33", "province")
    assert [u.username for u in officers_of("330102", DAY)] == ["province"]
    officer("330102", "county")
    assert [u.username for u in officers_of("330102", DAY)] == ["county"]
    assert [u.username for u in officers_of("3302", DAY)] == ["province"]
    assert list(officers_of("11", DAY)) == []
    assert User.objects.count() == 2
