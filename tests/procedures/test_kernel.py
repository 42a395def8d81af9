"""Cases as officials know them: corrections suspend, silence lapses, an objection reopens the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from walking import DIVISION, setting

from qixi.core import Refused
from qixi.procedures import Case, Kind, Role, Standing, begin, decide, evolve, may_now, options
from qixi.procedures.catalogue import newest
from qixi.procedures.clocks import due
from qixi.procedures.credit_code import check_character, credit_code
from qixi.procedures.forms import changes
from qixi.procedures.guide import guide

FIRM, AGENT = Standing("firm", Role.APPLICANT), Standing("agency", Role.AGENT, frozenset({"propose"}))
OFFICER, TIME, NEIGHBOUR = (
    Standing("officer", Role.OFFICER),
    Standing("", Role.TIME),
    Standing("n", Role.OBJECTOR),
)
NEED = {"title": "微藻采收", "problem": "高密度培养后的采收成本过高，需低于每吨二百元", "way": "development"}
PRICE = {
    "name": "一种微藻培养方法",
    "summary": "一种开放池培养微藻的方法，密度高",
    "way": "transfer",
    "price": "1500000",
    "route": "agreement",
    "buyer": "甲公司",
    "related": False,
}
MEETING = {"held_on": "2026-03-02", "members": ["张", "李"], "result": "同意"}


class Run:
    """One case, and the day it is."""

    def __init__(self, code: str, day: date, who: Standing = FIRM) -> None:
        self.procedure = newest(code)
        self.case: Case = begin(self.procedure, "1", DIVISION, who, day)
        self.caused: list[Kind] = []

    def do(
        self, who: Standing, verb: str, day: date, data: dict[str, object] | None = None, **known: object
    ) -> Run:
        now = setting(day, self.case.opened, **known)
        decision = decide(self.procedure, self.case, who, verb, data or {}, now)
        self.case = evolve(self.case, decision.event)
        self.caused += [each.kind for each in decision.consequences]
        return self

    def due(self, day: date) -> str:
        ((_, found),) = due(self.procedure, self.case, setting(day, self.case.opened))
        return found.said().en

    def by_time(self, day: date) -> tuple[str, ...]:
        return may_now(self.procedure, self.case, setting(day, self.case.opened))


def test_a_price_is_announced_for_fifteen_days_and_then_the_contract_may_be_signed():
    run = Run("price", date(2026, 3, 1)).do(FIRM, "submit", date(2026, 3, 2), PRICE)
    run.do(FIRM, "announce", date(2026, 3, 3), MEETING)
    assert run.due(date(2026, 3, 3)) == "15 days from 2026-03-03, due 2026-03-18"
    assert run.by_time(date(2026, 3, 18)) == ()
    assert run.by_time(date(2026, 3, 19)) == ("conclude",)
    with pytest.raises(Refused, match="the period is not over"):
        run.do(TIME, "conclude", date(2026, 3, 18))
    run.do(TIME, "conclude", date(2026, 3, 19))
    contract = {"number": "H1", "signed_on": "2026-03-20", "amount": "1400000"}
    with pytest.raises(Refused, match="below the price"):
        run.do(FIRM, "sign", date(2026, 3, 20), contract)
    run.do(FIRM, "sign", date(2026, 3, 20), contract | {"amount": "1500000"})
    assert run.case.step == "fulfilled"
    assert run.caused == [Kind.PUBLISH, Kind.CERTIFY]


def test_an_objection_suspends_the_notice_and_upheld_reopens_the_decision():
    run = Run("price", date(2026, 3, 1)).do(FIRM, "submit", date(2026, 3, 2), PRICE)
    run.do(FIRM, "announce", date(2026, 3, 3), MEETING)
    run.do(NEIGHBOUR, "object", date(2026, 3, 10), {"reason": "价格过低"})
    assert run.by_time(date(2026, 6, 1)) == ()
    run.do(FIRM, "dismiss", date(2026, 3, 16), {"reason": "价格经评估"})
    assert run.due(date(2026, 3, 16)) == "15 days from 2026-03-03, suspended 6, due 2026-03-24"
    with pytest.raises(Refused, match="your objection to this notice was dealt with"):
        run.do(NEIGHBOUR, "object", date(2026, 3, 17), {"reason": "价格仍低"})
    run.do(replace(NEIGHBOUR, party="m"), "object", date(2026, 3, 17), {"reason": "买方是完成人"})
    run.do(FIRM, "uphold", date(2026, 3, 18), {"reason": "属实"})
    assert run.case.step == "deciding"
    assert run.caused == [Kind.PUBLISH, Kind.WITHDRAW]
    # Announced anew, the whole period runs again.
    run.do(FIRM, "announce", date(2026, 4, 1), MEETING)
    assert run.due(date(2026, 4, 1)).startswith("15 days from 2026-04-01, due")
    # It is another notice, to which everybody may object.
    run.do(NEIGHBOUR, "object", date(2026, 4, 2), {"reason": "价格仍低"})


def test_a_price_from_a_market_needs_no_notice_and_one_by_agreement_does():
    run = Run("price", date(2026, 3, 1)).do(FIRM, "submit", date(2026, 3, 2), PRICE)
    shown = options(run.procedure, run.case, FIRM, setting(date(2026, 3, 3)))
    why = {option.act.verb: [text.en for text in option.why_not] for option in shown}
    assert why["announce"] == []
    assert why["release"] == ["a price by agreement must be announced first"]
    with pytest.raises(Refused, match="there is a relation"):
        Run("price", date(2026, 3, 1)).do(FIRM, "submit", date(2026, 3, 2), PRICE | {"related": True})


def test_corrections_have_a_period_that_is_extended_once_and_lapses():
    run = Run("price", date(2026, 3, 1)).do(FIRM, "submit", date(2026, 3, 2), PRICE)
    run.do(OFFICER, "correct", date(2026, 3, 3), {"points": ["摘要不清"]})
    assert run.due(date(2026, 3, 3)) == "15 working days from 2026-03-03, due 2026-03-24, unconfirmed"
    run.do(OFFICER, "extend", date(2026, 3, 4), {"reason": "材料较多"})
    assert "extended 10, due 2026-04-08" in run.due(date(2026, 3, 4))
    with pytest.raises(Refused, match="extended once already"):
        run.do(OFFICER, "extend", date(2026, 3, 5), {"reason": "再延"})
    assert run.by_time(date(2026, 4, 9)) == ("lapse",)
    run.do(TIME, "lapse", date(2026, 4, 9))
    assert run.case.step == "lapsed"


def test_a_need_that_others_drafted_waits_for_the_firm():
    run = Run("need", date(2026, 3, 2), AGENT)
    with pytest.raises(Refused, match="cannot be done in the step"):
        run.do(AGENT, "submit", date(2026, 3, 2), NEED)
    run.do(AGENT, "propose", date(2026, 3, 2), NEED).do(
        FIRM, "return", date(2026, 3, 3), {"reason": "指标不对"}
    )
    run.do(AGENT, "propose", date(2026, 3, 4), NEED | {"targets": "每吨低于200元"})
    first, second = (e.data for e in run.case.events if e.verb == "propose")
    form = run.procedure.step("draft").act("propose").form
    assert [(c.title.zh, c.after) for c in changes(form, first, second)] == [("目标指标", "每吨低于200元")]
    for verb, data in (("confirm", {}), ("return", {"reason": "重填"})):
        with pytest.raises(Refused, match="cannot be done in the step"):
            run.do(replace(AGENT, mandate=None), verb, date(2026, 3, 5), data)
    run.do(FIRM, "confirm", date(2026, 3, 5)).do(OFFICER, "publish", date(2026, 3, 6))
    assert run.caused == [Kind.PUBLISH]


def test_a_published_need_runs_out_unless_it_is_renewed():
    run = Run("need", date(2026, 3, 2)).do(FIRM, "submit", date(2026, 3, 2), NEED | {"confidential": "底价"})
    now = setting(date(2026, 3, 3), run.case.opened)
    decision = decide(run.procedure, run.case, OFFICER, "publish", {}, now)
    assert "confidential" not in decision.consequences[0].content
    run.do(OFFICER, "publish", date(2026, 3, 3))
    assert run.due(date(2026, 3, 3)).startswith("180 days from 2026-03-03, due 2026-08-31")
    run.do(FIRM, "renew", date(2026, 8, 1))
    assert run.by_time(date(2026, 9, 1)) == ()
    assert run.by_time(date(2027, 3, 1)) == ("expire",)


def test_who_is_not_verified_may_only_draft():
    with pytest.raises(Refused) as refused:
        Run("need", date(2026, 3, 2)).do(FIRM, "submit", date(2026, 3, 2), NEED, applicant_verified=False)
    assert "机构尚未通过核验" in str(refused.value)


def test_a_price_of_who_is_not_verified_never_comes_to_the_office():
    run = Run("price", date(2026, 3, 1))
    for who in (FIRM, replace(AGENT, mandate=None)):
        with pytest.raises(Refused, match="may only draft"):
            run.do(who, "submit", date(2026, 3, 2), PRICE, applicant_verified=False)
    run.do(FIRM, "withdraw", date(2026, 3, 2), {"reason": "不再办理"}, applicant_verified=False)
    assert run.case.step == "withdrawn"


def test_every_wrong_field_is_named_in_both_languages():
    with pytest.raises(Refused) as refused:
        Run("need", date(2026, 3, 2)).do(
            FIRM, "submit", date(2026, 3, 2), {"title": "x", "way": "magic", "more": 1}
        )
    said = {problem.column: problem.reason for problem in refused.value.problems}
    assert set(said) == {"title", "problem", "way", "more"}
    assert said["problem"].zh == "要解决的问题：缺少此项"
    assert said["way"].en.startswith("Way of working together: it should be")


def test_an_event_that_does_not_follow_is_refused():
    run = Run("need", date(2026, 3, 2))
    event = decide(run.procedure, run.case, FIRM, "submit", NEED, setting(date(2026, 3, 2))).event
    case = evolve(run.case, event)
    with pytest.raises(ValueError, match="does not follow"):
        evolve(case, event)


@pytest.mark.parametrize("code", ["91330106MA27X8XX3F", "9133010", "91330106MA27X8XX3I", ""])
def test_a_wrong_credit_code_is_refused(code):
    with pytest.raises(ValueError, match="unified social credit code"):
        credit_code(code)


def test_a_credit_code_is_tested_by_its_last_character():
    stem = "91330100MA2AXGMD2"
    assert credit_code(f" {stem.lower()}{check_character(stem).lower()} ") == stem + check_character(stem)
    for place in range(17):
        other = stem[:place] + ("7" if stem[place] != "7" else "8") + stem[place + 1 :]
        assert check_character(other) != check_character(stem)


def test_the_unit_decides_on_its_price_itself_and_the_office_looks_on():
    run = Run("price", date(2026, 3, 1)).do(FIRM, "submit", date(2026, 3, 2), PRICE)
    now = setting(date(2026, 3, 3))
    assert {each.act.verb for each in options(run.procedure, run.case, OFFICER, now)} == {"correct"}
    agent = replace(AGENT, mandate=None)
    for who in (OFFICER, agent):
        with pytest.raises(Refused, match="cannot be done in the step"):
            run.do(who, "announce", date(2026, 3, 3), MEETING)
    run.do(FIRM, "announce", date(2026, 3, 3), MEETING)
    run.do(NEIGHBOUR, "object", date(2026, 3, 4), {"reason": "价格过低"})
    assert not options(run.procedure, run.case, OFFICER, now)
    assert "decided and announced by the unit itself" in guide(run.procedure, now.rules, "en")


def test_a_collective_decision_needs_its_quorum_without_those_who_stood_aside():
    run = Run("price", date(2026, 3, 1)).do(FIRM, "submit", date(2026, 3, 2), PRICE)
    for few in ({"members": ["张"]}, {"members": ["张", "张"]}, {"avoided": ["李"]}):
        with pytest.raises(Refused, match="at least 2 take part"):
            run.do(FIRM, "announce", date(2026, 3, 3), MEETING | few)
    assert run.do(FIRM, "announce", date(2026, 3, 3), MEETING).case.step == "notice"
