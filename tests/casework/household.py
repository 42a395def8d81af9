"""People, organisations and offices for tests of cases."""

from __future__ import annotations

from datetime import date

from qixi.casework.models import Draw
from qixi.casework.services import act_for, begin_draw, commit_roster, open_for, promise_number
from qixi.core import Grade, Law, Text
from qixi.procedures import Outcome, Procedure, endings
from qixi.procedures.catalogue import newest
from qixi.procedures.credit_code import check_character
from qixi.procedures.forms import Form, titled
from qixi.procedures.shapes import draft, review
from qixi.registry.domain.may import Actor
from qixi.registry.models import Division, Expert, Organisation, Post, User
from qixi.registry.queries import actor_of
from qixi.registry.services import enter_organisation, give_post

SINCE, DAY = date(2026, 1, 1), date(2026, 3, 2)
NEED = {"title": "微藻采收", "problem": "高密度培养后的采收成本过高，需低于每吨二百元", "way": "development"}

PROPOSAL = {
    "name": "微藻采收膜",
    "summary": "一种低成本的微藻采收膜及其制备方法",
    "way": "transfer",
    "price": "1200000.00",
    "route": "agreement",
    "buyer": "某某公司",
    "related": False,
}
DECISION = {"held_on": "2026-03-02", "members": ["甲", "乙"], "result": "同意按此价格转让"}


class Idea(Form):
    title: str = titled("名称", "Title", min_length=2)


class Opinion(Form):
    score: int = titled("得分", "Score", ge=0, le=100)


PANELLED = Procedure(
    code="panelled",
    version=1,
    title=Text("带评审的程序", "With a panel"),
    law=(Law("测试", grade=Grade.NOBODY),),
    subject="party",
    valid_from=date(2026, 1, 1),
    steps=(
        draft(Idea, "review"),
        review("granted", days="intake.period", form=Opinion, seats="draw.seats"),
        *endings(Outcome.GRANTED, Outcome.REFUSED, Outcome.WITHDRAWN),
    ),
)


def code(digit: int) -> str:
    stem = f"91330100MA2AXG{digit:03}"
    return stem + check_character(stem)


def body(name: str, digit: int, kind: str = "enterprise", division: str = "330102") -> Organisation:
    for end in (2, 4, 6):  # a test of races has emptied the table that is shipped
        above = Division.objects.filter(code=division[: end - 2]).first()
        place = {"name": division[:end], "parent": above}
        Division.objects.get_or_create(code=division[:end], defaults=place)
    return enter_organisation(name, code(digit), kind, division)


def person(name: str, *posts: tuple[Organisation, str]) -> User:
    user = User.objects.create_user(name, name=name)
    for organisation, title in posts:
        give_post(user, organisation, Post.Title(title), SINCE)
    return user


def someone(name: str, today: date, *posts: tuple[Organisation, str]) -> Actor:
    return actor_of(person(name, *posts), today)


class House:
    """A firm with a case, an agency, a school, an office, and a stranger."""

    def __init__(self) -> None:
        self.firm, self.agency, self.school = (
            body("企业", 1),
            body("代理", 2, "service"),
            body("大学", 3, "university"),
        )
        self.office = body("科技局", 4, "office", "33")
        self.li = someone("li", DAY, (self.firm, "handler"))
        self.agent = someone("agent", DAY, (self.agency, "handler"))
        self.wang = someone("wang", DAY, (self.school, "transfer"))
        self.officer = someone("officer", DAY, (self.office, "officer"))
        self.stranger = someone("stranger", DAY)
        self.case = open_for(self.li, newest("need"), str(self.firm.number), "330102", DAY).number

    def drawn(self, number: str, *experts: Actor) -> dict[str, object]:
        """Enrol experts, each of an organisation of its own, draw a panel, and return its appointment."""
        for n, each in enumerate(experts):
            user, at = User.objects.get(number=each.number), body(f"研究院{each.number}", 60 + n, "institute")
            Expert.objects.create(user=user, organisation=at, fields=["微藻"], since=SINCE)
        begin_draw(self.officer, number, DAY)
        promise_number(self.li, number, DAY)
        held: Draw = commit_roster(self.officer, number, DAY)
        return {"experts": held.record["panel"], "record": str(held.number)}

    def announced(self) -> str:
        """Return a case of the school whose price is under notice."""
        number = open_for(self.wang, newest("price"), str(self.school.number), "330106", DAY).number
        act_for(self.wang, number, "submit", PROPOSAL, DAY)
        act_for(self.wang, number, "announce", DECISION, DAY)
        return number
