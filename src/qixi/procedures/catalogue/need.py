"""A need is stated, looked at and published, until it is met or runs out: 技术需求发布."""

from __future__ import annotations

from datetime import date

from qixi.core import Grade, Law, Text
from qixi.procedures.forms import Choice, Form, Yuan, titled
from qixi.procedures.shapes import (
    APPLYING,
    OFFICE,
    Reason,
    asking,
    correction,
    endings,
    nothing,
    refusal,
    withdrawal,
)
from qixi.procedures.values import Act, Clock, Effect, Facts, Kind, Outcome, Phase, Procedure, Role, Step


class Way(Choice):
    """How firm and university would work together."""

    TRANSFER = "transfer", "转让", "Transfer"
    LICENCE = "licence", "许可", "Licence"
    DEVELOPMENT = "development", "委托或合作开发", "Commissioned or joint development"
    CONSULTING = "consulting", "技术咨询与服务", "Consulting and services"
    OPEN = "open", "面议", "Open to proposals"


class NeedForm(Form):
    """What a firm wants solved."""

    title: str = titled("需求名称", "Title", min_length=4, max_length=200)
    problem: str = titled("要解决的问题", "Problem", min_length=10, max_length=8000)
    targets: str = titled("目标指标", "Targets", default="", max_length=4000)
    constraints: str = titled("约束条件", "Constraints", default="", max_length=4000)
    way: Way = titled("合作方式", "Way of working together")
    ownership: str = titled("成果归属", "Ownership of results", default="", max_length=2000)
    budget: Yuan | None = titled("预算（元）", "Budget in yuan", default=None, ge=0, le=10**12)
    deadline: date | None = titled("希望完成日期", "Wanted by", default=None)
    confidential: str = titled("保密内容", "Confidential part", default="", max_length=8000)


class Met(Form):
    """How a need was met."""

    how: str = titled("如何解决", "How it was met", min_length=2, max_length=2000)
    match: str = titled("对接编号", "Number of the introduction", default="", max_length=100)


def deadline_is_ahead(facts: Facts) -> Text | None:
    """Ask for a day that is still to come."""
    day = getattr(facts.form, "deadline", None)
    if day is None or day > facts.setting.today:
        return None
    return Text("希望完成日期已过", "the date wanted lies in the past")


def public(facts: Facts) -> dict[str, object]:
    """Everything but the confidential part."""
    said = facts.case.said("submit", "propose", "resubmit") or {}
    return {name: value for name, value in said.items() if name != "confidential"}


_READY = (deadline_is_ahead,)
_PUBLISHED = (Effect(Kind.PUBLISH, public),)
_TAKEN_DOWN = (Effect(Kind.WITHDRAW, nothing),)

procedure = Procedure(
    code="need",
    version=1,
    title=Text("技术需求发布", "Publishing a technical need"),
    law=(Law("平台自设程序", grade=Grade.NOBODY),),
    subject="need",
    valid_from=date(2026, 1, 1),
    steps=(
        Step(
            "draft",
            Phase.DRAFT,
            Text("填写", "Being filled in"),
            (
                Act("submit", Text("提交", "Submit"), (Role.APPLICANT,), "curation", NeedForm, _READY),
                Act(
                    "propose",
                    Text("代填后请企业确认", "Ask the firm to confirm"),
                    (Role.AGENT, Role.OFFICER),
                    "confirmation",
                    NeedForm,
                    _READY,
                ),
                withdrawal(),
            ),
        ),
        Step(
            "confirmation",
            Phase.DRAFT,
            Text("待企业确认", "Waiting for the firm"),
            (
                Act("confirm", Text("确认", "Confirm"), (Role.APPLICANT,), "curation", in_person=True),
                Act(
                    "return",
                    Text("退回修改", "Send back"),
                    (Role.APPLICANT,),
                    "draft",
                    Reason,
                    in_person=True,
                ),
                Act("lapse", Text("逾期未确认", "Lapse unconfirmed"), (Role.TIME,), "lapsed"),
                withdrawal(),
            ),
            (
                Clock(
                    "confirmation",
                    Text("确认期限", "Period for confirming"),
                    "need.confirmation",
                    Role.APPLICANT,
                    then="lapse",
                ),
            ),
        ),
        Step(
            "curation",
            Phase.INTAKE,
            Text("审核", "Being looked at"),
            (
                Act(
                    "publish",
                    Text("发布", "Publish"),
                    OFFICE,
                    "published",
                    effects=_PUBLISHED,
                    serves=True,
                ),
                asking(),
                refusal(),
                withdrawal(),
            ),
            (Clock("curation", Text("审核期限", "Period for looking at it"), "need.curation", Role.OFFICER),),
        ),
        correction(NeedForm, "curation", checks=_READY),
        Step(
            "published",
            Phase.IN_FORCE,
            Text("已发布", "Published"),
            (
                Act("renew", Text("续期", "Renew"), APPLYING, effects=_PUBLISHED, serves=True),
                Act("fulfil", Text("已解决", "Met"), APPLYING, "fulfilled", Met, effects=_TAKEN_DOWN),
                Act(
                    "take_down",
                    Text("下架", "Take down"),
                    OFFICE,
                    "lapsed",
                    Reason,
                    effects=_TAKEN_DOWN,
                    serves=True,
                ),
                Act("expire", Text("到期", "Run out"), (Role.TIME,), "lapsed", effects=_TAKEN_DOWN),
                withdrawal(_TAKEN_DOWN),
            ),
            (
                Clock(
                    "validity",
                    Text("有效期", "Validity"),
                    "need.validity",
                    Role.APPLICANT,
                    then="expire",
                    on_service=True,
                ),
            ),
        ),
        *endings(Outcome.REFUSED, Outcome.WITHDRAWN, Outcome.LAPSED, Outcome.FULFILLED),
    ),
)
