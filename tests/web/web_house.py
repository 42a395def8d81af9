"""A small province for tests of pages: a firm, an office, an outsider, an operator, and cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone

from qixi.casework.effects import perform_waiting
from qixi.casework.services import act_for, open_for
from qixi.casework.work import swept
from qixi.market.domain.fairs import Role
from qixi.market.models import Fair
from qixi.market.services import fairs, intakes, timetables
from qixi.market.services.introductions import ask
from qixi.procedures.catalogue import newest
from qixi.procedures.credit_code import check_character
from qixi.registry.models import Post, User
from qixi.registry.queries import actor_of
from qixi.registry.services import enter_organisation, give_post
from tests.market.shown import held, published, shown

PASSWORD = "a river of stars"
SECRET = "采用未公开的絮凝剂配方"
NEED = {
    "title": "微藻采收成本",
    "problem": "高密度培养后的采收成本过高，需低于每吨二百元",
    "way": "development",
    "confidential": SECRET,
}
PRICE = {
    "name": "一种微藻采收装置",
    "summary": "连续式气浮采收装置，能耗低于现有离心方案的一半",
    "way": "transfer",
    "price": "1200000",
    "route": "agreement",
    "buyer": "晨光生物科技有限公司",
    "related": False,
}
LIST = """专利名称,申请号,申请人,摘要,法律状态,转化意愿,自定列
微藻气浮采收装置,202119900108.3,晨光生物科技有限公司,气浮采收微藻，每吨成本低于一百五十元。,有效,许可,一
不是专利的行,202119900108.4,晨光生物科技有限公司,校验位不对。,有效,许可,二
"""
DECISION = {"members": ["张三", "李四"], "result": "同意按协议定价并公示"}


def credit_code(stem: str) -> str:
    """Return a credit code with its right check character."""
    return stem + check_character(stem)


def today() -> date:
    return timezone.localdate()


@dataclass
class House:
    """Who is there, and what can be done as each."""

    people: dict[str, User]
    firm: str

    def actor(self, who: str) -> Any:
        return actor_of(self.people[who], today())

    def client(self, who: str | None = None, language: str = "zh") -> Client:
        client = Client()
        client.cookies["qixi_language"] = language
        if who is not None:
            client.force_login(self.people[who], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def case(self, code: str, *acts: tuple[str, str, dict[str, Any]]) -> str:
        """Return the number of a case in which those acts were done: by whom, which, with what."""
        party = self.firm if code != "organisation" else self.actor("handler").number
        number = open_for(self.actor("handler"), newest(code), party, "330102", today()).number
        for who, verb, data in acts:
            act_for(self.actor(who), number, verb, data, today())
        return number

    def need(self, *, submitted: bool = True) -> str:
        return self.case("need", *([("handler", "submit", NEED)] if submitted else []))

    def price(self) -> str:
        decision = DECISION | {"held_on": today().isoformat()}
        return self.case("price", ("handler", "submit", PRICE), ("handler", "announce", decision))

    def stock(self) -> str:
        """Return the number of a list of the firm, whose patents are in the library."""
        firm = self.actor("handler")
        intake = intakes.hand_in(firm, self.firm, "清单.csv", LIST.encode(), today())
        intakes.read(intake)
        intakes.begin(firm, intake.number)
        while intakes.go_on(intake, today()):
            pass
        case = open_for(firm, newest("library"), self.firm, "330102", today(), str(intake.number)).number
        act_for(firm, case, "submit", {"title": "第一批", "secrecy": "clear", "export": "clear"}, today())
        act_for(firm, case, "enter", {}, today())
        swept(today(), timezone.now())
        return str(intake.number)

    def fair(self, need: str) -> Fair:
        """Return an event of the office about a need: the firm meets somebody, and was met."""
        officer, firm, day = self.actor("officer"), self.actor("handler"), today()
        stated = {"title": "秋季对接会", "place": "会展中心三号厅", "day": day, "starts": "09:30"}
        stated |= {"minutes": 20, "slots": 3, "tables": 2}
        made = fairs.prepare(officer, next(iter(officer.posts)), stated, day)
        fairs.choose_needs(officer, made.number, [need], day)
        fairs.announce(officer, made.number, day)
        team = self.actor("outsider").number
        fairs.invite(officer, made.number, {self.firm: Role.FIRM, team: Role.TEAM}, day)
        guest, other = made.guests.get(role="firm"), made.guests.get(role="team")
        for who, each in ((firm, guest), (self.actor("outsider"), other)):
            fairs.answer(who, made.number, each.number, coming=True, away=[0], today=day)
        fairs.wish(firm, made.number, guest.number, {other.number: 3}, day)
        timetables.ask_for_timetable(officer, made.number, day)
        timetables.solve(made)
        timetables.tell_timetable(officer, made.number, day)
        for each in (guest, other):
            fairs.check_in(officer, made.number, each.code, timezone.now(), day)
        return made

    def matched(self) -> tuple[str, str]:
        """Return the number of a need of the firm, and that of an asset which it was shown for it."""
        day = today()
        if "holder" not in self.people:
            person = User.objects.create_user("holder", "holder@qixi.example", PASSWORD, name="孙持有")
            body = enter_organisation("听澜研究所", credit_code("91330100MA2AXHLD7"), "service", "330102")
            give_post(person, body, Post.Title.HANDLER, date(2026, 1, 1))
            self.people["holder"] = person
        holder = self.actor("holder")
        need = published(self.actor("handler"), self.firm, self.actor("officer"), day, "330102")
        asset = held(holder, next(iter(holder.posts)), day, division="330102")
        shown(need, asset)
        return need.case, str(asset.number)

    def introduction(self, *, paid: bool = True) -> str:
        """Return the number of a case that introduces the firm to a holder, up to the money where `paid`."""
        need, asset = self.matched()
        number = ask(self.actor("handler"), need, asset, today()).number
        act_for(self.actor("handler"), number, "submit", {"purpose": "了解补偿装置"}, today())
        if paid:
            money = {"yuan": "300000", "on": today().isoformat(), "paper": "合同 1"}
            contract = money | {"number": "HT-1", "sort": "licence"}
            acts = [("accept", {}), ("contract", contract), ("arrive", money | {"paper": "回单 1"})]
            for verb, data in acts:
                act_for(self.actor("holder"), number, verb, data, today())
        perform_waiting()
        return number


def build() -> House:
    """Fill the registers."""
    people = {
        who: User.objects.create_user(
            who, f"{who}@qixi.example", PASSWORD, name=name, is_staff=who == "operator"
        )
        for who, name in {
            "handler": "李晓",
            "officer": "王科员",
            "elsewhere": "赵科员",
            "outsider": "陈路人",
            "operator": "周运营",
        }.items()
    }
    people["operator"].is_superuser = True
    people["operator"].save()
    since = date(2026, 1, 1)
    firm = enter_organisation(
        "晨光生物科技有限公司", credit_code("91330100MA2AXGMD2"), "enterprise", "330102"
    )
    office = enter_organisation("某某市科学技术局", credit_code("11330100002489559"), "office", "3301")
    other = enter_organisation("另一市科学技术局", credit_code("11330200002489559"), "office", "3302")
    give_post(people["handler"], firm, Post.Title.HANDLER, since)
    give_post(people["officer"], office, Post.Title.OFFICER, since)
    give_post(people["elsewhere"], other, Post.Title.OFFICER, since)
    return House(people, str(firm.number))
