"""A small province for tests of the interface: a firm, offices, a stranger, and programs with tokens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from qixi.api.models import Scope
from qixi.api.services import issue_token
from qixi.casework.services import act_for, give_mandate, open_for
from qixi.casework.work import swept
from qixi.market.services import intakes
from qixi.market.services.introductions import ask
from qixi.procedures.catalogue import newest
from qixi.procedures.credit_code import check_character
from qixi.registry.domain.may import Actor
from qixi.registry.models import Asset, Division, Organisation, Post, User
from qixi.registry.queries import actor_of
from qixi.registry.services import enter_asset, enter_organisation, give_post

NEED = {"title": "微藻采收", "problem": "高密度培养后的采收成本过高，需低于每吨二百元", "way": "development"}
PRICE = {
    "name": "微藻采收膜",
    "summary": "一种低成本的微藻采收膜及其制备方法",
    "way": "transfer",
    "price": "1200000.00",
    "route": "agreement",
    "buyer": "某某公司",
    "related": False,
}
PEOPLE = {"handler": "李晓", "officer": "王科员", "elsewhere": "赵科员", "outsider": "陈路人"}


def today() -> date:
    return timezone.localdate()


@dataclass
class Program:
    """Whoever calls: with a token, with a session, or as nobody."""

    client: Client
    heads: dict[str, str]

    def get(self, path: str, **heads: str) -> Any:
        return self.client.get(f"/api{path}", headers=self.heads | heads)

    def post(self, path: str, body: object = None, key: str = "", **heads: str) -> Any:
        data = "" if body is None else body if isinstance(body, str | bytes) else json.dumps(body)
        more = {"Idempotency-Key": key} if key else {}
        return self.client.post(
            f"/api{path}", data, content_type="application/json", headers=self.heads | heads | more
        )

    def put(self, path: str, body: object, **heads: str) -> Any:
        return self.client.put(
            f"/api{path}", json.dumps(body), content_type="application/json", headers=self.heads | heads
        )

    def hand_in(self, path: str, name: str, content: bytes, key: str = "") -> Any:
        more = {"Idempotency-Key": key} if key else {}
        file = SimpleUploadedFile(name, content)
        return self.client.post(f"/api{path}", {"file": file}, headers=self.heads | more)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api{path}", headers=self.heads)


class House:
    """Who is there, and what each may send."""

    def __init__(self) -> None:
        # A test with threads of its own begins with empty tables, without the divisions that are shipped.
        for code, parent in (("33", None), ("3301", "33"), ("330102", "3301"), ("3302", "33")):
            Division.objects.get_or_create(code=code, defaults={"name": code, "parent_id": parent})
        self.firm = self._body("晨光生物科技有限公司", 1, "enterprise", "330102")
        office = self._body("某某市科学技术局", 2, "office", "3301")
        other = self._body("另一市科学技术局", 3, "office", "3302")
        self.users = {
            who: User.objects.create_user(who, f"{who}@qixi.example", name=name)
            for who, name in PEOPLE.items()
        }
        for who, body, title in (
            ("handler", self.firm, Post.Title.HANDLER),
            ("officer", office, Post.Title.OFFICER),
            ("elsewhere", other, Post.Title.OFFICER),
        ):
            give_post(self.users[who], body, title, date(2026, 1, 1))

    @staticmethod
    def _body(name: str, digit: int, kind: str, division: str) -> Organisation:
        stem = f"91330100MA2AXG{digit:03}"
        return enter_organisation(name, stem + check_character(stem), kind, division)

    def actor(self, who: str) -> Actor:
        return actor_of(self.users[who], today())

    def key(self, who: str, *scopes: Scope) -> str:
        return issue_token(self.users[who], "test", scopes or tuple(Scope), 30, timezone.now())[1]

    def token(self, who: str, *scopes: Scope) -> Program:
        return Program(Client(), {"Authorization": f"Bearer {self.key(who, *scopes)}"})

    def session(self, who: str) -> Program:
        """Return a browser's page, which sends the sign against forged requests."""
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.users[who], backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["csrftoken"] = "a" * 32
        return Program(client, {"X-CSRFToken": "a" * 32})

    def leader(self) -> None:
        """Let the firm have somebody who approves."""
        self.person("leader", "沈总")
        give_post(self.users["leader"], self.firm, Post.Title.LEADER, date(2026, 1, 1))

    def person(self, who: str, name: str) -> None:
        self.users[who] = User.objects.create_user(who, f"{who}@qixi.example", name=name)

    def mandate(self, number: str, party: str) -> None:
        give_mandate(self.actor("handler"), number, party, None, today())

    def need_of(self, who: str) -> str:
        """Return a need of a person's own."""
        actor = self.actor(who)
        return open_for(actor, newest("need"), actor.number, "330102", today()).number

    @staticmethod
    def day() -> date:
        return today()

    def asset(self) -> str:
        entered = enter_asset(
            self.actor("handler"),
            str(self.firm.number),
            {
                "kind": "secret",
                "title": "微藻采收工艺",
                "confidential": "絮凝剂配比",
                "division": "330102",
                "holders": [{"party": str(self.firm.number), "part": "1"}],
            },
            today(),
        )
        return str(entered.number)

    def stock(self) -> None:
        """Let a university have a technology in the library, once."""
        if "transfer" in self.users:
            return
        school = self._body("浙江某大学", 9, "university", "3302")
        self.person("transfer", "转化办")
        give_post(self.users["transfer"], school, Post.Title.TRANSFER, date(2026, 1, 1))
        office, party = self.actor("transfer"), str(school.number)
        heads = "专利名称,申请号,申请人,摘要,法律状态"
        rows = f"{heads}\n微藻采收装置,202119900108.3,浙江某大学,采收成本低于每吨二百元。,有效\n"
        intake = intakes.hand_in(office, party, "清单.csv", rows.encode(), today())
        intakes.read(intake)
        intakes.begin(office, intake.number)
        while intakes.go_on(intake, today()):
            pass
        row = open_for(office, newest("library"), party, "3302", today(), str(intake.number))
        clear = {"title": "第一批", "secrecy": "clear", "export": "clear"}
        act_for(office, row.number, "submit", clear, today())
        act_for(office, row.number, "enter", {}, today())
        swept(today(), timezone.now())

    def begun(self, code: str) -> str:
        """Return the number of a case of a procedure, about what it must be about."""
        handler, subject = self.actor("handler"), ""
        party = handler.number if code == "organisation" else str(self.firm.number)
        if code == "introduction":
            self.stock()
            return ask(
                handler, self.published(), str(Asset.objects.get(kind="patent").number), today()
            ).number
        if code == "library":
            rows = "专利名称,申请号,申请人\n微藻养殖装置,202019900149.8,晨光生物科技有限公司\n"
            intake = intakes.hand_in(handler, party, "清单.csv", rows.encode(), today())
            intakes.read(intake)
            intakes.begin(handler, intake.number)
            while intakes.go_on(intake, today()):
                pass
            subject = str(intake.number)
        return open_for(handler, newest(code), party, "330102", today(), subject).number

    def published(self) -> str:
        """Return a need that is published, and matched with what is on offer."""
        number = self.need()
        act_for(self.actor("officer"), number, "publish", {}, today())
        swept(today(), timezone.now())
        return number

    def price(self) -> str:
        """Return a case whose price is under notice, and of which there is a paper."""
        firm = str(self.firm.number)
        row = open_for(self.actor("handler"), newest("price"), firm, "330102", today())
        act_for(self.actor("handler"), row.number, "submit", PRICE, today())
        decision = {"held_on": today().isoformat(), "members": ["甲", "乙"], "result": "同意按此价格转让"}
        act_for(self.actor("handler"), row.number, "announce", decision, today())
        return row.number

    def need(self, *, submitted: bool = True) -> str:
        row = open_for(self.actor("handler"), newest("need"), str(self.firm.number), "330102", today())
        if submitted:
            act_for(self.actor("handler"), row.number, "submit", NEED, today())
        return row.number


def nobody() -> Program:
    return Program(Client(), {})
