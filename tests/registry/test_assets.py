"""Assets are entered once, held in shares that make one whole on every day, encumbered without overlap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connections
from people import DAY, acting, body, officer, person

from qixi.core import Refused
from qixi.procedures.effects import Cause, performer_of
from qixi.procedures.values import Kind
from qixi.registry.models import Asset, Division, Encumbrance, Entry, Share
from qixi.registry.queries import asset_as_of, assets_of, inbox
from qixi.registry.queries.assets import visible_to
from qixi.registry.services import (
    claim_holding,
    confirm_holding,
    dispute_holding,
    edit_asset,
    encumber,
    enter_asset,
    hand_over,
    release,
    set_right,
    transfer_share,
)

LATER = DAY + timedelta(30)


@pytest.fixture
def school(db):
    return body(1, "浙江某大学", "university", "3301")


@pytest.fixture
def firm(db):
    return body(2, "某某公司")


@pytest.fixture
def office(school):
    return acting(person("transfer", school, "transfer"))


def form(*holders, **more):
    lines = [{"party": str(each.number), "part": part} for each, part in holders]
    return {
        "kind": "patent",
        "title": "一种浆料",
        "number": "ZL 2020 1 9900173.1",
        "division": "3301",
        "holders": lines,
    } | more


def entered(office, school, firm=None, **more) -> str:
    holders = ((school, "1"),) if firm is None else ((school, "2/3"), (firm, "1/3"))
    return str(enter_asset(office, str(school.number), form(*holders, **more), DAY).number)


def test_one_asset_for_one_number_however_it_is_written(office, school, firm):
    entered(office, school)
    assert Asset.objects.get().register_number == "CN202019900173.1"
    other = acting(person("boss", firm, "approver"))
    for number in ("202019900173.1", "CN2020199001731", "ＺＬ２０２０１９９００１７３．１"):
        with pytest.raises(Refused, match=r"(?i)entered already"):
            enter_asset(other, str(firm.number), form((firm, "1"), number=number), DAY)
    with pytest.raises(Refused, match=r"(?i)not a Chinese application number"):
        enter_asset(other, str(firm.number), form((firm, "1"), number="202019900173.2"), DAY)
    enter_asset(other, str(firm.number), form((firm, "1"), number="US10123456B2"), DAY)
    enter_asset(other, str(firm.number), form((firm, "1"), kind="software", number="2021SR0123456"), DAY)
    with pytest.raises(Refused, match=r"(?i)entered already"):
        enter_asset(other, str(firm.number), form((firm, "1"), kind="software", number="2021 sr0123456"), DAY)
    assert Asset.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"holders": []}, "at least 1"),
        ({"number": ""}, "application number"),
        ({"division": "99"}, "no division"),
        ({"kind": "ship"}, "it should be"),
        ({"title": "x"}, "at least 2"),
    ],
)
def test_what_is_wrong_is_said(office, school, change, words):
    with pytest.raises(Refused, match=rf"(?i){words}"):
        enter_asset(office, str(school.number), form((school, "1"), **change), DAY)
    assert not Asset.objects.exists()


def test_shares_make_one_whole(office, school, firm):
    for parts in (("1/2", "1/3"), ("2/3", "2/3"), ("1", "0"), ("-1", "2")):
        with pytest.raises(Refused):
            enter_asset(office, str(school.number), form((school, parts[0]), (firm, parts[1])), DAY)
    lines = [{"party": str(school.number), "part": "50%"}, {"party": "nobody", "part": "50%"}]
    with pytest.raises(Refused, match=r"(?i)no party"):
        enter_asset(office, str(school.number), form() | {"holders": lines}, DAY)
    with pytest.raises(Refused, match=r"(?i)one line"):
        enter_asset(office, str(school.number), form((school, "1/2"), (school, "1/2")), DAY)


def test_an_unverified_organisation_enters_nothing(school):
    school.standing = "unverified"
    school.save()
    actor = acting(person("transfer", school, "transfer"))
    with pytest.raises(Refused, match=r"(?i)not verified"):
        entered(actor, school)
    assert not Asset.objects.exists()


def test_holders_confirm_and_dispute_and_the_lead_alone_edits(office, school, firm):
    number = entered(office, school, firm)
    boss = acting(person("boss", firm, "approver"))
    standings = lambda: {s.party: s.standing for s in Share.objects.all()}  # noqa: E731
    assert standings() == {str(school.number): "confirmed", str(firm.number): "stated"}
    with pytest.raises(Refused, match=r"(?i)that holder alone"):
        confirm_holding(office, number, str(firm.number), DAY)
    with pytest.raises(Refused, match=r"(?i)lead editor"):
        edit_asset(boss, number, {"title": "改名"}, DAY)
    dispute_holding(boss, number, str(school.number), "应为各半", DAY)
    assert standings()[str(school.number)] == "disputed"
    confirm_holding(office, number, str(school.number), DAY)
    confirm_holding(boss, number, str(firm.number), DAY)
    assert set(standings().values()) == {"confirmed"}
    hand_over(office, number, str(firm.number), DAY)
    edit_asset(boss, number, {"title": "改名", "public": True}, DAY)
    with pytest.raises(Refused, match=r"(?i)lead editor"):
        edit_asset(office, number, {"title": "再改名"}, DAY)
    picture = asset_as_of(office, number, DAY, DAY)
    assert [e.verb for e in picture.entries] == [
        "enter",
        "disputed",
        "confirmed",
        "confirmed",
        "hand_over",
        "edit",
    ]


def test_outsiders_learn_nothing_and_of_what_is_public_only_what_is_public(office, school, firm):
    number = entered(office, school, confidential="配方", summary="浆料")
    stranger = acting(person("boss", firm, "approver"))
    acts = (
        lambda n: asset_as_of(stranger, n, DAY, DAY),
        lambda n: edit_asset(stranger, n, {"title": "xx"}, DAY),
        lambda n: confirm_holding(stranger, n, str(firm.number), DAY),
        lambda n: encumber(stranger, n, LICENCE | {"party": str(firm.number)}, DAY),
    )
    for act in acts:
        said = set()
        for each in (number, "00000000-0000-0000-0000-000000000009", "x"):
            with pytest.raises(Refused) as refused:
                act(each)
            said.add(str(refused.value))
        assert len(said) == 1
    assert not visible_to(stranger, DAY).exists()
    edit_asset(office, number, {"title": "一种浆料", "confidential": "配方", "public": True}, DAY)
    seen = asset_as_of(stranger, number, DAY, DAY)
    assert (seen.inside, seen.confidential, seen.shares, seen.entries) == (False, "", (), ())
    assert asset_as_of(office, number, DAY, DAY).confidential == "配方"
    assert asset_as_of(officer("33"), number, DAY, DAY).inside


def test_a_share_is_transferred_and_every_day_remains_whole(office, school, firm):
    number = entered(office, school, firm)
    boss = acting(person("boss", firm, "approver"), LATER)
    third = body(3, "第三公司")
    move = {"giver": str(school.number), "receiver": str(third.number), "part": "1/6", "basis": "合同1号"}
    move["on"] = str(LATER)
    transfer_share(office, number, move, LATER)
    asset = Asset.objects.get()
    for day in (DAY, LATER - timedelta(1), LATER, LATER + timedelta(99)):
        assert sum(s.part for s in asset_as_of(office, number, day, LATER).shares) == 1
    picture = asset_as_of(office, number, LATER, LATER)
    assert picture.part_of(str(school.number)) == Fraction(1, 2)
    assert picture.part_of(str(third.number)) == Fraction(1, 6)
    assert asset_as_of(office, number, DAY, LATER).part_of(str(school.number)) == Fraction(2, 3)
    with pytest.raises(Refused, match=r"(?i)not confirmed"):
        transfer_share(boss, number, move | {"giver": str(firm.number)}, LATER)
    with pytest.raises(Refused, match=r"(?i)holds less"):
        transfer_share(office, number, move | {"part": "1"}, LATER)
    with pytest.raises(Refused, match=r"(?i)transfer it later"):
        transfer_share(office, number, move, LATER)
    with pytest.raises(Refused, match=r"(?i)lies ahead"):
        transfer_share(office, number, move | {"on": str(LATER + timedelta(1))}, LATER)
    newcomer = acting(person("new", third, "handler"), LATER)
    assert list(assets_of(newcomer, LATER)) == [asset]
    assert list(assets_of(newcomer, DAY)) == []


def test_a_handler_deals_with_nothing(office, school):
    number = entered(office, school)
    clerk = acting(person("clerk", school, "handler"))
    with pytest.raises(Refused, match=r"(?i)approver or the transfer office"):
        encumber(clerk, number, LICENCE | {"party": str(school.number)}, DAY)


LICENCE = {"kind": "ordinary", "since": "2026-04-01", "until": "2027-03-31", "basis": "合同2号"}


def test_exclusive_rights_do_not_overlap(office, school, firm):
    number = entered(office, school)
    licence = LICENCE | {"party": str(firm.number)}
    encumber(office, number, licence | {"kind": "exclusive", "territory": "33"}, DAY)
    for kind in ("exclusive", "sole", "ordinary", "open"):
        with pytest.raises(Refused, match=r"(?i)there is an exclusive licence"):
            encumber(office, number, licence | {"kind": kind, "territory": "3301"}, DAY)
    encumber(office, number, licence | {"territory": "32"}, DAY)
    encumber(
        office,
        number,
        licence | {"kind": "sole", "territory": "33", "since": "2027-04-01", "until": None},
        DAY,
    )
    with pytest.raises(Refused, match=r"(?i)sole licence"):
        encumber(office, number, licence | {"since": "2030-01-01", "until": None}, DAY)
    with pytest.raises(Refused, match=r"(?i)ends before"):
        encumber(office, number, licence | {"until": "2026-01-01"}, DAY)
    assert Encumbrance.objects.count() == 3


def test_a_pledge_needs_consent_bars_transfer_and_is_released_by_the_bank(office, school, firm):
    number = entered(office, school)
    bank = body(4, "某某银行", "bank")
    clerk = acting(person("clerk", bank, "handler"))
    pledge = {"kind": "pledge", "party": str(bank.number), "since": str(DAY), "basis": "质押1号"}
    held = encumber(office, number, pledge, DAY)
    with pytest.raises(Refused, match=r"(?i)there is a pledge"):
        encumber(office, number, pledge, DAY)
    licence = LICENCE | {"party": str(firm.number)}
    with pytest.raises(Refused, match=r"(?i)pledgee must consent"):
        encumber(office, number, licence, DAY)
    encumber(office, number, licence | {"consent": True}, DAY)
    move = {"giver": str(school.number), "receiver": str(firm.number), "part": "1", "basis": "合同"}
    with pytest.raises(Refused, match=r"(?i)under a pledge"):
        transfer_share(office, number, move | {"on": str(LATER)}, LATER)
    with pytest.raises(Refused, match=r"(?i)whoever has that right"):
        release(office, str(held.number), "还清", LATER)
    release(clerk, str(held.number), "还清", LATER)
    transfer_share(office, number, move | {"on": str(LATER + timedelta(1))}, LATER + timedelta(1))
    assert asset_as_of(clerk, number, DAY, LATER).inside


def test_an_officer_enters_what_an_authority_preserves_and_nobody_else(office, school):
    number = entered(office, school)
    custody = {"kind": "custody", "since": str(DAY), "basis": "（2026）浙01民初1号"}
    with pytest.raises(Refused, match=r"(?i)an officer of its division"):
        encumber(office, number, custody, DAY)
    boss = officer("33")
    held = encumber(boss, number, custody, DAY)
    with pytest.raises(Refused, match=r"(?i)preservation"):
        encumber(office, number, {"kind": "open", "since": str(DAY), "basis": "声明"}, DAY)
    with pytest.raises(Refused, match=r"(?i)an officer of its division"):
        release(office, str(held.number), "x", DAY)
    release(boss, str(held.number), "解除保全", DAY)


def test_one_of_several_holders_gives_an_ordinary_licence_and_no_more(office, school, firm):
    number = entered(office, school, firm)
    third = body(3, "第三公司")
    licence = LICENCE | {"party": str(third.number)}
    encumber(office, number, licence, DAY)
    with pytest.raises(Refused, match=r"(?i)all of them must consent"):
        encumber(office, number, licence | {"kind": "pledge"}, DAY)
    boss = acting(person("boss", firm, "approver"))
    with pytest.raises(Refused, match=r"(?i)no confirmed share"):
        encumber(boss, number, licence, DAY)


def test_a_case_encumbers_once_and_releases(office, school, firm):
    number = entered(office, school, firm)
    content = {"kind": "pledge", "party": str(firm.number)}
    cause = Cause("p1#3.0", "p1", "pledge", number, "3301", "a", "b", DAY, DAY)
    for _ in range(2):
        performer_of(Kind.ENCUMBER, "pledge")(cause, content)
    assert Encumbrance.objects.get().basis == "p1"
    later = Cause("p1#5.0", "p1", "pledge", number, "3301", "a", "b", LATER, DAY)
    for _ in range(2):
        performer_of(Kind.UNENCUMBER, "pledge")(later, {})
    assert Encumbrance.objects.get().until == LATER
    assert Entry.objects.filter(verb__in=["encumber", "release"]).count() == 2


def test_an_application_that_is_granted_is_a_patent_and_keeps_its_history(office, school):
    number = entered(office, school, kind="application", filed_on="2020-05-06")
    with pytest.raises(Refused, match=r"(?i)granted patent"):
        encumber(office, number, {"kind": "open", "since": str(DAY), "basis": "声明"}, DAY)
    set_right(office, number, {"status": "in_force", "since": "2022-01-04", "basis": "授权公告"}, DAY)
    now, then = (asset_as_of(office, number, day, DAY) for day in (DAY, date(2021, 1, 1)))
    assert (now.asset.kind, now.right.status, then.right.status) == ("patent", "in_force", "pending")
    with pytest.raises(Refused, match=r"(?i)be later"):
        set_right(office, number, {"status": "lapsed", "since": "2021-01-01"}, DAY)
    encumber(office, number, {"kind": "open", "since": str(DAY), "basis": "声明"}, DAY)


def test_a_claim_is_kept_and_tells_the_claimant_nothing(office, school, firm):
    entered(office, school)
    boss = acting(person("boss", firm, "approver"))
    claim = {"kind": "patent", "reason": "共同完成"}
    for register in ("202019900173.1", "202019900174.6"):
        claim_holding(boss, str(firm.number), claim | {"number": register}, DAY)
    assert Entry.objects.filter(verb="claim").count() == 1
    assert [m.en for m in inbox(office)] == ["Somebody claims a part in “一种浆料”"]
    with pytest.raises(Refused, match=r"(?i)application number"):
        claim_holding(boss, str(firm.number), claim | {"number": "123"}, DAY)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_grant_an_exclusive_licence_at_once_one_does():
    above = None
    for each, name in (("33", "浙江省"), ("3301", "杭州市"), ("330102", "上城区")):
        # Another test of this sort may have emptied the database, the shipped divisions with it.
        above, _ = Division.objects.get_or_create(code=each, defaults={"name": name, "parent": above})
    school = body(1, "浙江某大学", "university", "3301")
    firms = [body(n, f"公司{n}") for n in range(10, 16)]
    office = acting(person("transfer", school, "transfer"))
    number = entered(office, school)

    def grant(firm) -> bool:
        try:
            encumber(office, number, LICENCE | {"kind": "exclusive", "party": str(firm.number)}, DAY)
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(grant, firms)) == 1
    assert Encumbrance.objects.count() == 1
