"""A firm and the holder of a technology it was shown are introduced, up to the money: 专利鹊桥对接."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from qixi.core import Grade, Law, Text
from qixi.procedures.forms import Choice, Form, Yuan, titled
from qixi.procedures.shapes import APPLYING, OFFICE, Line, Reason, endings, nothing, withdrawal
from qixi.procedures.values import (
    Act,
    Clock,
    Competence,
    Effect,
    Facts,
    Kind,
    Outcome,
    Phase,
    Procedure,
    Role,
    Step,
)

HOLDER = (Role.PARTNER,)
BOTH = (*APPLYING, *HOLDER)


class Sort(Choice):
    """The five kinds of technology contracts of the Civil Code (art. 843)."""

    DEVELOPMENT = "development", "技术开发", "Development"
    TRANSFER = "transfer", "技术转让", "Transfer"
    LICENCE = "licence", "技术许可", "Licence"
    CONSULTING = "consulting", "技术咨询", "Consulting"
    SERVICE = "service", "技术服务", "Service"


class Wish(Form):
    """What the firm would talk about; the holder reads it."""

    purpose: str = titled("对接目的", "What for", min_length=4, max_length=2000)
    contact: str = titled("联系方式", "How to be reached", default="", max_length=200)


class Meeting(Form):
    """A meeting that was held."""

    on: date = titled("日期", "Day")
    result: str = titled("商谈情况", "What was said", min_length=2, max_length=4000)


class Money(Form):
    """An amount, the day it is of, and the paper that proves it."""

    kind: ClassVar[str]
    yuan: Yuan = titled("金额（元）", "Amount in yuan", gt=0, le=10**13)
    on: date = titled("日期", "Day")
    paper: Line = titled("证明材料编号", "Number of the paper that proves it")


class Contract(Money):
    """The contract that was signed."""

    kind = "contract"
    number: Line = titled("合同编号", "Number of the contract")
    sort: Sort = titled("合同类型", "Kind of contract")


class Recognition(Money):
    """What the contract register recognised as the price of technology."""

    kind = "recognised"


class Arrival(Money):
    """Money that came in."""

    kind = "arrived"


def day_is_over(facts: Facts) -> Text | None:
    """Take no record of what is still to come."""
    on = getattr(facts.form, "on", None)
    return Text("日期在今天之后", "the day is still to come") if on and on > facts.setting.today else None


def price_was_decided(facts: Facts) -> Text | None:
    """Let a public body reach a contract only through the procedure in which its price is decided."""
    decided, form = facts.setting.known.get("contracts_priced"), facts.form
    if decided is None or (decided if form is None else getattr(form, "number", "") in decided):
        return None
    return Text(
        "持有人为高校、科研院所或医疗卫生机构，须先办结该成果的“科技成果转化定价与公示”"
        "（《浙江省促进科技成果转化条例》第十七条），合同编号与其登记的一致",
        "the holder is a public body: conclude the pricing and announcing of the result (Regulations of "
        "Zhejiang on Promoting the Transformation of Achievements, art. 17) first, and give the number of "
        "the contract recorded there",
    )


def is_part_of_the_contract(facts: Facts) -> Text | None:
    """Hold what was recognised to the contract's value; it is recognised once."""
    if facts.case.said("recognise") is not None:
        return Text("技术交易额已经登记", "what was recognised is recorded already")
    value = (facts.case.said("contract") or {}).get("yuan", 0)
    if not isinstance(facts.form, Recognition) or facts.form.yuan <= Decimal(str(value)):
        return None
    return Text("技术交易额高于合同成交额", "more than the contract's value")


def posted(facts: Facts) -> dict[str, object]:
    """Return an amount with its kind and whoever records it."""
    assert isinstance(facts.form, Money)
    said = facts.form.model_dump(mode="json", include={"yuan", "on", "paper"})
    return said | {"kind": facts.form.kind, "party": facts.standing.party}


_POSTED = (Effect(Kind.POST, posted),)
_LANDED = (Effect(Kind.CERTIFY, nothing, record_only=True),)
_NO_DEAL = Act("no_deal", Text("未成交", "No deal"), BOTH, "lapsed", Reason)
_MET = Act("meet", Text("记录洽谈", "Log a meeting"), BOTH, form=Meeting, checks=(day_is_over,))


def _period(name: str, title: Text, waits: Role) -> Clock:
    return Clock(name, title, f"introduction.{name}", waits, then="lapse")


def landing(name: str, title: Text, other: Role) -> Step:
    """Return the step in which one side has said that the technology is in use, and the other confirms."""
    own = other is Role.APPLICANT
    return Step(
        name,
        Phase.REVIEW,
        title,
        (
            Act(
                "confirm",
                Text("确认已落地", "Confirm"),
                (other,),
                "fulfilled",
                effects=_LANDED,
                in_person=own,
            ),
            Act("deny", Text("尚未落地", "Not yet in use"), (other,), "contracted", Reason, in_person=own),
        ),
    )


procedure = Procedure(
    code="introduction",
    version=1,
    title=Text("专利鹊桥对接", "Introduction of a firm to a holder"),
    law=(Law("平台自设程序", grade=Grade.NOBODY),),
    subject="match",
    valid_from=date(2026, 1, 1),
    competence=Competence.OWN,
    steps=(
        Step(
            "draft",
            Phase.DRAFT,
            Text("填写", "Being filled in"),
            (
                Act("submit", Text("请求对接", "Ask for an introduction"), APPLYING, "asked", Wish),
                Act("propose", Text("提议对接", "Propose it"), OFFICE, "confirmation", Wish),
                withdrawal(),
            ),
        ),
        Step(
            "confirmation",
            Phase.DRAFT,
            Text("待企业确认", "Waiting for the firm"),
            (
                Act("agree", Text("同意对接", "Agree"), (Role.APPLICANT,), "asked", in_person=True),
                Act("lapse", Text("逾期未确认", "Lapse unconfirmed"), (Role.TIME,), "lapsed"),
                withdrawal(),
            ),
            (_period("confirmation", Text("企业确认期限", "Period for the firm"), Role.APPLICANT),),
        ),
        Step(
            "asked",
            Phase.INTAKE,
            Text("待持有人答复", "Waiting for the holder"),
            (
                Act("accept", Text("同意对接", "Accept"), HOLDER, "meeting"),
                Act("decline", Text("谢绝", "Decline"), HOLDER, "refused", Reason),
                Act("lapse", Text("逾期未答复", "Lapse unanswered"), (Role.TIME,), "lapsed"),
                withdrawal(),
            ),
            (_period("answer", Text("答复期限", "Period for answering"), Role.PARTNER),),
        ),
        Step(
            "meeting",
            Phase.IN_FORCE,
            Text("洽谈", "Meeting"),
            (
                _MET,
                Act(
                    "contract",
                    Text("登记合同", "Record the contract"),
                    BOTH,
                    "contracted",
                    Contract,
                    (day_is_over, price_was_decided),
                    _POSTED,
                ),
                _NO_DEAL,
            ),
        ),
        Step(
            "contracted",
            Phase.IN_FORCE,
            Text("已签合同", "Under contract"),
            (
                _MET,
                Act(
                    "recognise",
                    Text("登记技术交易额", "Record the recognised value"),
                    BOTH,
                    form=Recognition,
                    checks=(day_is_over, is_part_of_the_contract),
                    effects=_POSTED,
                ),
                Act(
                    "arrive",
                    Text("登记到账", "Record money that arrived"),
                    BOTH,
                    form=Arrival,
                    checks=(day_is_over,),
                    effects=_POSTED,
                ),
                Act("land", Text("报告已落地", "In use"), (Role.APPLICANT,), "firm", in_person=True),
                Act("hand_over", Text("报告已落地", "In use"), HOLDER, "holder"),
                _NO_DEAL,
            ),
        ),
        landing("firm", Text("待持有人确认落地", "The holder is to confirm"), Role.PARTNER),
        landing("holder", Text("待企业确认落地", "The firm is to confirm"), Role.APPLICANT),
        *endings(Outcome.REFUSED, Outcome.WITHDRAWN, Outcome.LAPSED, Outcome.FULFILLED),
    ),
)
