"""A firm is introduced to a holder: asked once, answered in time, three amounts apart, landed by both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connections

from qixi.casework import models, queries
from qixi.casework.effects import perform_waiting
from qixi.casework.services import act_for, give_mandate, invite, open_for, tick
from qixi.core import Refused
from qixi.market.models import Amount, Introduction, Match
from qixi.market.queries.introductions import (
    amounts_in_divisions_of,
    amounts_visible_to,
    in_all,
    in_divisions_of,
    of_need,
    state_of,
    totals,
    with_amounts,
)
from qixi.market.services.introductions import ask
from qixi.procedures.catalogue import newest
from qixi.registry.models import Division
from qixi.registry.queries.messages import inbox
from tests.market.shown import held, published, shown
from tests.registry.people import DAY, acting, body, officer, person

WISH = {"purpose": "了解补偿装置在立式加工中心上的适用性"}
CONTRACT = {
    "number": "HT-2026-9",
    "sort": "licence",
    "yuan": "300000",
    "on": DAY.isoformat(),
    "paper": "合同扫描件 1",
}
MONEY = {"yuan": "100000.50", "on": DAY.isoformat(), "paper": "银行回单 1"}


class Fair:
    """A firm, a holder, their officer, and a need for which the firm was shown what the holder has."""

    def __init__(self, kind: str = "enterprise") -> None:
        self.firm_body, self.holder_body = body(1, "某某公司", division="330106"), body(2, "持有人", kind)
        self.party, self.other = str(self.firm_body.number), str(self.holder_body.number)
        self.firm = acting(person("handler", self.firm_body, "handler"))
        self.holder = acting(person("holder", self.holder_body, "transfer", "leader"))
        self.officer = officer("330106")
        self.need = published(self.firm, self.party, self.officer, DAY)
        self.asset = held(self.holder, self.other, DAY)
        shown(self.need, self.asset)

    def ask(self, actor=None):
        return ask(actor or self.firm, self.need.case, str(self.asset.number), DAY).number

    def acts(self, number, *acts, day=DAY):
        for who, verb, data in acts:
            act_for(getattr(self, who), number, verb, data, day)
        perform_waiting()
        return models.Case.objects.get(number=number)

    def meeting(self):
        number = self.ask()
        self.acts(number, ("firm", "submit", WISH), ("holder", "accept", {}))
        return number


@pytest.fixture
def fair(db):
    return Fair()


def verbs(actor, number):
    return {choice.act.verb for choice in queries.view(actor, number, DAY).choices}


def test_the_holder_is_called_in_when_the_firm_asks_and_learns_of_nothing_before(fair):
    number = fair.ask()
    with pytest.raises(Refused, match="no such case"):
        queries.view(fair.holder, number, DAY)
    assert of_need(fair.holder, fair.need) == {}
    fair.acts(number, ("firm", "submit", WISH))
    assert verbs(fair.holder, number) == {"accept", "decline"}
    assert verbs(fair.firm, number) == {"withdraw"}
    assert [each.en for each in inbox(fair.holder)] == [
        f'Introduction of a firm to a holder ({number}): Ask for an introduction. It stands at "Waiting for '
        'the holder" now. It is your turn.'
    ]
    case, step = of_need(fair.holder, fair.need)[fair.asset.pk]
    assert (case.number, state_of(step).en) == (number, "Waiting for the holder")


def test_it_goes_from_asking_to_landed_with_three_amounts_apart(fair):
    number = fair.meeting()
    fair.acts(
        number,
        ("firm", "meet", {"on": DAY.isoformat(), "result": "试装两台"}),
        ("holder", "contract", CONTRACT),
        ("firm", "recognise", MONEY | {"yuan": "250000", "paper": "认定登记 2026-1"}),
        ("holder", "arrive", MONEY),
        ("holder", "arrive", MONEY | {"yuan": "0.25", "paper": "银行回单 2"}),
        ("firm", "land", {}),
    )
    with pytest.raises(Refused, match="cannot be done"):
        act_for(fair.firm, number, "confirm", {}, DAY)
    assert state_of(queries.view(fair.firm, number, DAY).step).en == "The holder is to confirm"
    case = fair.acts(number, ("holder", "confirm", {}))
    assert (case.outcome, state_of(queries.view(fair.firm, number, DAY).step).zh) == ("fulfilled", "已落地")
    found = amounts_in_divisions_of(fair.officer)
    assert [(each.kind.value, each.yuan, each.count) for each in in_all(totals(found))] == [
        ("contract", Decimal(300000), 1),
        ("recognised", Decimal(250000), 1),
        ("arrived", Decimal("100000.75"), 2),
    ]
    (row,) = with_amounts(in_divisions_of(fair.officer))
    assert row.amounts["arrived"] == Decimal("100000.75")
    assert [each.party for each in found.filter(kind="arrived")] == [fair.other] * 2


def test_either_side_says_first_that_it_is_in_use_and_the_other_may_deny_it(fair):
    number = fair.meeting()
    fair.acts(number, ("firm", "contract", CONTRACT), ("holder", "hand_over", {}))
    assert verbs(fair.holder, number) == set()
    assert fair.acts(number, ("firm", "deny", {"reason": "尚在调试"})).step == "contracted"
    fair.acts(number, ("holder", "hand_over", {}))
    assert fair.acts(number, ("firm", "confirm", {})).outcome == "fulfilled"


def test_an_effect_performed_twice_posts_once(fair):
    number = fair.meeting()
    fair.acts(number, ("firm", "contract", CONTRACT), ("firm", "arrive", MONEY))
    before = list(Amount.objects.values("key", "kind", "yuan"))
    models.Outbox.objects.filter(kind="post").update(performed_at=None)
    perform_waiting()
    assert list(Amount.objects.values("key", "kind", "yuan")) == before
    assert len(before) == 2


@pytest.mark.parametrize(
    ("verb", "data", "why"),
    [
        ("recognise", MONEY | {"yuan": "300000.01"}, "more than the contract"),
        ("arrive", MONEY | {"on": (DAY + timedelta(1)).isoformat()}, "still to come"),
        ("arrive", MONEY | {"yuan": "0"}, "Amount"),
        ("arrive", MONEY | {"paper": ""}, "paper"),
    ],
)
def test_wrong_amounts_are_refused(fair, verb, data, why):
    number = fair.meeting()
    fair.acts(number, ("firm", "contract", CONTRACT))
    with pytest.raises(Refused, match=why):
        act_for(fair.holder, number, verb, data, DAY)
    assert Amount.objects.count() == 1


def test_a_public_body_reaches_a_contract_only_at_a_price_that_was_decided(db):
    fair = Fair("hospital")
    number = fair.meeting()
    choice = queries.view(fair.firm, number, DAY).choice("contract")
    assert "第十七条" in choice.why_not[0].zh
    for who in ("firm", "holder"):
        with pytest.raises(Refused, match="pricing and announcing"):
            act_for(getattr(fair, who), number, "contract", CONTRACT, DAY)
    price = {
        "name": "补偿装置",
        "summary": "主轴热误差在线补偿装置一套",
        "way": "licence",
        "price": "300000",
        "route": "listing",
        "buyer": "某某公司",
        "related": False,
    }
    decided = {"held_on": DAY.isoformat(), "members": ["甲", "乙", "丙"], "result": "同意"}
    signed = {"number": CONTRACT["number"], "signed_on": DAY.isoformat(), "amount": "300000"}
    case = open_for(fair.holder, newest("price"), fair.other, "330106", DAY, str(fair.asset.number)).number
    acts = [("submit", price), ("release", decided), ("sign", signed)]
    fair.acts(case, *(("holder", verb, data) for verb, data in acts))
    with pytest.raises(Refused, match="pricing and announcing"):
        act_for(fair.firm, number, "contract", CONTRACT | {"number": "HT-OTHER"}, DAY)
    assert fair.acts(number, ("firm", "contract", CONTRACT)).step == "contracted"


def test_nobody_asks_for_what_is_not_its_own_or_was_not_shown(fair):
    stranger, elsewhere = acting(person("stranger")), officer("330203", "elsewhere")
    for actor in (stranger, fair.holder, elsewhere):
        with pytest.raises(Refused):
            fair.ask(actor)
    own = held(fair.firm, fair.party, DAY, title="自有装置")
    with pytest.raises(Refused, match="not shown"):
        ask(fair.firm, fair.need.case, str(own.number), DAY)
    Match.objects.filter(asset=fair.asset).update(asset=own)
    with pytest.raises(Refused, match="holds this itself"):
        ask(fair.firm, fair.need.case, str(own.number), DAY)
    for subject in ("", str(fair.need.pk), str(fair.asset.number)):
        with pytest.raises(Refused):
            open_for(fair.firm, newest("introduction"), fair.party, "330106", DAY, subject)
    assert not Introduction.objects.exists()


def test_others_see_neither_case_nor_amounts(fair):
    number = fair.meeting()
    fair.acts(number, ("firm", "contract", CONTRACT))
    stranger, elsewhere = acting(person("stranger")), officer("330203", "elsewhere")
    for actor in (stranger, elsewhere):
        with pytest.raises(Refused, match="no such case"):
            queries.view(actor, number, DAY)
        assert not amounts_visible_to(actor).exists()
        assert not in_divisions_of(actor).exists()
    assert amounts_visible_to(fair.holder).count() == amounts_visible_to(fair.firm).count() == 1
    assert verbs(fair.officer, number) == set()


def test_nobody_else_is_invited_into_the_holders_place(fair):
    sister, number = str(body(9, "关联公司").number), fair.ask()
    with pytest.raises(Refused, match="the other side"):
        invite(fair.firm, number, sister, DAY)


def test_an_agent_of_the_firm_does_not_confirm_for_it(fair):
    agency = body(8, "代理机构", "service")
    agent, number = acting(person("agent", agency, "handler")), fair.meeting()
    give_mandate(fair.firm, number, str(agency.number), None, DAY)
    fair.acts(number, ("firm", "contract", CONTRACT), ("holder", "hand_over", {}))
    assert verbs(agent, number) == set()


def test_who_does_not_answer_in_time_lets_it_lapse_and_it_can_be_asked_for_again(fair):
    number = fair.ask()
    fair.acts(number, ("firm", "submit", WISH))
    assert fair.ask() == number
    tick(date(2026, 3, 17))
    assert models.Case.objects.get(number=number).outcome == "lapsed"
    again = fair.ask()
    assert again != number
    fair.acts(again, ("firm", "submit", WISH), ("holder", "decline", {"reason": "已独占许可"}))
    assert models.Case.objects.get(number=again).outcome == "refused"
    assert Introduction.objects.get().case == again


def test_an_officer_proposes_and_the_firm_agrees_before_the_holder_hears_of_it(fair):
    number = fair.ask(fair.officer)
    fair.acts(number, ("officer", "propose", WISH))
    with pytest.raises(Refused, match="no such case"):
        queries.view(fair.holder, number, DAY)
    fair.acts(number, ("firm", "agree", {}))
    assert verbs(fair.holder, number) == {"accept", "decline"}


def test_it_outlives_the_ranking_it_came_from(fair):
    number = fair.meeting()
    Match.objects.all().delete()
    assert fair.acts(number, ("firm", "contract", CONTRACT)).step == "contracted"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_both_get_one_introduction(settings, tmp_path):
    settings.HOME = tmp_path
    above = None
    for each in ("33", "3301", "330102", "330106"):
        # Another test of this sort may have emptied the database, the shipped divisions with it.
        parent = Division.objects.filter(code="3301").first() if len(each) == 6 else above
        above, _ = Division.objects.get_or_create(code=each, defaults={"name": each, "parent": parent})
    fair = Fair()
    actors = [acting(person(f"colleague{n}", fair.firm_body, "handler")) for n in range(6)]

    def once(actor):
        try:
            return fair.ask(actor)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(once, actors))) == 1
    assert models.Case.objects.filter(code="introduction").count() == 1
    assert Introduction.objects.count() == 1
