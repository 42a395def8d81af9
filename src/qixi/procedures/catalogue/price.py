"""A price for a result of a public body, announced before the contract: 成果转化协议定价.

By art. 17 the unit decides together, announces, and deals with objections itself; its own chain of approval
says who signs. The office looks on: it asks for corrections, and refuses nothing. A result that is not in the
register yet may be priced as well: such a case is begun without an asset.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from qixi.core import Grade, Law, Text
from qixi.procedures.forms import Choice, Form, Yuan, titled
from qixi.procedures.shapes import (
    APPLYING,
    Line,
    asking,
    correction,
    draft,
    endings,
    nothing,
    notice,
    withdrawal,
)
from qixi.procedures.values import (
    Act,
    Clock,
    Competence,
    Effect,
    Facts,
    Kind,
    Outcome,
    Paper,
    Phase,
    Procedure,
    Role,
    Step,
)


class Route(Choice):
    """How the price is found."""

    AGREEMENT = "agreement", "协议定价", "Agreement"
    LISTING = "listing", "在技术交易市场挂牌交易", "Listing on a technology market"
    AUCTION = "auction", "拍卖", "Auction"


class Way(Choice):
    """What becomes of the result (Promotion law art. 16)."""

    OWN = "own_investment", "自行投资实施转化", "Own investment"
    TRANSFER = "transfer", "转让", "Transfer"
    LICENCE = "licence", "许可使用", "Licence"
    COOPERATION = "cooperation", "合作实施转化", "Joint implementation"
    SHARES = "shares", "作价投资折算股份", "Contribution for shares"
    OTHER = "other", "其他协商确定的方式", "Another agreed way"


class Proposal(Form):
    """The four items of the notice, with who would buy and whether it is a related party."""

    name: Line = titled("成果名称", "Name of the result", from_register="asset.name")
    summary: str = titled(
        "内容摘要", "Summary", min_length=10, max_length=8000, from_register="asset.summary"
    )
    way: Way = titled("转化方式", "Way of conversion")
    price: Yuan = titled("拟交易价格（元）", "Intended price in yuan", gt=0, le=10**13)
    route: Route = titled("定价方式", "Route of pricing")
    buyer: Line = titled("拟受让方", "Intended buyer")
    related: bool = titled("受让方是否为完成人或其关联方", "The buyer is the inventor or a related party")
    relation: str = titled("关联关系说明", "What the relation is", default="", max_length=2000)


class Decision(Form):
    """The record of a collective decision."""

    held_on: date = titled("会议日期", "Day of the meeting")
    members: tuple[Line, ...] = titled("参加人员", "Who took part", min_length=1, max_length=100)
    result: str = titled("决议内容", "What was decided", min_length=2, max_length=4000)
    avoided: tuple[Line, ...] = titled("回避人员", "Who stood aside", default=(), max_length=50)


class Contract(Form):
    """The contract that was signed at the announced price."""

    number: Line = titled("合同编号", "Number of the contract")
    signed_on: date = titled("签订日期", "Day of signing")
    amount: Yuan = titled("合同金额（元）", "Amount in yuan", gt=0, le=10**13)


def relation_is_explained(facts: Facts) -> Text | None:
    """Ask what the relation to the buyer is where there is one."""
    form = facts.form
    if isinstance(form, Proposal) and form.related and not form.relation:
        return Text("存在关联关系，须说明", "there is a relation to the buyer, which must be explained")
    return None


def route_is_agreement(facts: Facts) -> Text | None:
    """Let only a price by agreement go to notice; a market has announced the others."""
    route = _proposed(facts).get("route")
    return (
        None
        if route == Route.AGREEMENT
        else Text("挂牌或拍卖定价无需公示", "only a price by agreement is announced here")
    )


def route_is_market(facts: Facts) -> Text | None:
    """Let a price by agreement not pass without notice."""
    route = _proposed(facts).get("route")
    return (
        Text("协议定价须先公示", "a price by agreement must be announced first")
        if route == Route.AGREEMENT
        else None
    )


def meeting_is_over(facts: Facts) -> Text | None:
    """Take no record of a meeting that is still to come."""
    held = getattr(facts.form, "held_on", None)
    if held is None:
        return None
    if held > facts.setting.today:
        return Text("会议日期在今天之后", "the meeting is still to come")
    days, _ = facts.rule("price.meeting").days
    if (facts.case.opened - held).days > days:
        return Text(f"会议早于立案 {days} 天以上", f"the meeting was more than {days} days before the case")
    return None


def members_are_named_once(facts: Facts) -> Text | None:
    """Count nobody twice in a meeting."""
    members = getattr(facts.form, "members", ())
    if len(set(members)) == len(members):
        return None
    return Text("参加人员有重复", "somebody is named twice among those who took part")


def contract_was_signed(facts: Facts) -> Text | None:
    """Take no contract that is still to be signed, or that was signed before the price was decided."""
    signed = getattr(facts.form, "signed_on", None)
    if signed is None:
        return None
    if signed > facts.setting.today:
        return Text("签订日期在今天之后", "the contract is still to be signed")
    decided = (facts.case.said("announce", "release") or {}).get("held_on")
    if decided is not None and signed < date.fromisoformat(str(decided)):
        return Text("签订日期早于决策日期", "the contract was signed before the price was decided")
    return None


def quorum_is_met(facts: Facts) -> Text | None:
    """Take no decision of fewer than a meeting needs, those left out who stood aside."""
    if not isinstance(facts.form, Decision):
        return None
    least = int(facts.rule("price.quorum").value)
    if len(set(facts.form.members) - set(facts.form.avoided)) >= least:
        return None
    return Text(f"参加决策的人员不得少于 {least} 人", f"at least {least} take part in the decision")


def amount_is_the_price(facts: Facts) -> Text | None:
    """Hold the contract to the price that was decided."""
    amount, price = getattr(facts.form, "amount", None), _proposed(facts).get("price")
    if amount is None or price is None or amount >= Decimal(str(price)):
        return None
    return Text("合同金额低于已定价格，须重新定价", "the amount is below the price decided: decide again")


def announced(facts: Facts) -> dict[str, object]:
    """Return the four items of art. 17 and the flag."""
    said = _proposed(facts)
    return {name: said.get(name) for name in ("name", "summary", "way", "price", "related", "relation")}


def contracted(facts: Facts) -> dict[str, object]:
    """Return what was announced, with the contract that was signed for it."""
    signed = facts.form.model_dump(mode="json") if facts.form is not None else {}
    return announced(facts) | signed


def _proposed(facts: Facts) -> dict[str, object]:
    return dict(facts.case.said("submit", "resubmit") or {})


_LIFTED = (Effect(Kind.WITHDRAW, nothing),)

procedure = Procedure(
    code="price",
    version=1,
    title=Text("科技成果转化定价与公示", "Pricing and announcing a result"),
    law=(Law("浙江省促进科技成果转化条例", "第十七条", grade=Grade.LAW),),
    subject="asset",
    valid_from=date(2021, 10, 1),
    competence=Competence.OWN,
    steps=(
        draft(Proposal, "deciding", checks=(relation_is_explained,)),
        Step(
            "deciding",
            Phase.REVIEW,
            Text("集体决策", "Collective decision"),
            (
                Act(
                    "announce",
                    Text("决策通过并公示", "Decide and announce"),
                    (Role.APPLICANT,),
                    "notice",
                    Decision,
                    (route_is_agreement, meeting_is_over, members_are_named_once, quorum_is_met),
                    (Effect(Kind.PUBLISH, announced),),
                    serves=True,
                    in_person=True,
                ),
                Act(
                    "release",
                    Text("决策通过，可签订合同", "Decide: the contract may be signed"),
                    (Role.APPLICANT,),
                    "signing",
                    Decision,
                    (route_is_market, meeting_is_over, members_are_named_once, quorum_is_met),
                    serves=True,
                    in_person=True,
                ),
                asking(),
                withdrawal(),
            ),
        ),
        correction(Proposal, "deciding", checks=(relation_is_explained,)),
        *notice(
            "signing",
            days="price.notice",
            objection="price.objection",
            back="deciding",
            lifted=_LIFTED,
            judge=Role.APPLICANT,
        ),
        Step(
            "signing",
            Phase.IN_FORCE,
            Text("可签订合同", "The contract may be signed"),
            (
                Act(
                    "sign",
                    Text("登记已签合同", "Record the contract"),
                    APPLYING,
                    "fulfilled",
                    Contract,
                    (amount_is_the_price, contract_was_signed),
                    (Effect(Kind.CERTIFY, contracted),),
                ),
                Act("lapse", Text("逾期未签", "Lapse unsigned"), (Role.TIME,), "lapsed", effects=_LIFTED),
                withdrawal(_LIFTED),
            ),
            (
                Clock(
                    "signing",
                    Text("签订期限", "Period for signing"),
                    "price.signing",
                    Role.APPLICANT,
                    then="lapse",
                ),
            ),
        ),
        *endings(Outcome.WITHDRAWN, Outcome.LAPSED, Outcome.FULFILLED),
    ),
    papers=(
        Paper(
            "notice",
            Text("科技成果协议定价公示", "Notice of a price by agreement"),
            ("announce",),
            (
                ("submit", ("name", "summary", "way", "price", "related", "relation")),
                ("announce", ("held_on",)),
            ),
        ),
        Paper(
            "diligence",
            Text("勤勉尽责履职记录", "Record of diligence"),
            ("announce", "release"),
            (
                ("submit", ()),
                ("announce", ()),
                ("release", ()),
                ("object", ()),
                ("dismiss", ()),
                ("conclude", ()),
                ("sign", ()),
            ),
        ),
    ),
)
