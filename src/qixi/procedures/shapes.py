"""Steps that most procedures share, as plain functions; a procedure may write its own instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, StringConstraints

from qixi.core import Text
from qixi.procedures.forms import Form, titled
from qixi.procedures.panel import enough_opinions, enough_seats
from qixi.procedures.values import (
    Act,
    Check,
    Clock,
    Effect,
    Facts,
    Outcome,
    Panel,
    Phase,
    Role,
    Step,
)

APPLYING = (Role.APPLICANT, Role.AGENT)
OFFICE = (Role.OFFICER,)
Line = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Reason(Form):
    """Why an act is done, in the words of whoever does it; the other side reads it."""

    reason: Line = titled("理由", "Reason")


class Corrections(Form):
    """What an applicant is asked to correct."""

    points: tuple[Line, ...] = titled("需补正的内容", "What to correct", min_length=1, max_length=50)


class Appointment(Form):
    """Who sits on a panel, and the record of the draw by which they were chosen."""

    experts: tuple[Line, ...] = titled("专家", "Experts", min_length=1, max_length=50)
    record: str = titled("抽取记录编号", "Record of the draw", default="", max_length=200)


def nothing(_: Facts) -> Mapping[str, Any]:
    """Say nothing beside the effect itself."""
    return {}


def draft(form: type[BaseModel], to: str, *, checks: Sequence[Check] = ()) -> Step:
    """Return the step in which an applicant fills in `form`; submitting leads to step `to`."""
    return Step(
        "draft",
        Phase.DRAFT,
        Text("填写", "Being filled in"),
        (
            Act("submit", Text("提交", "Submit"), APPLYING, to, form, tuple(checks)),
            withdrawal(),
        ),
    )


def withdrawal(lifted: Sequence[Effect] = ()) -> Act:
    """Return the act by which an applicant withdraws; `lifted` takes down what was announced."""
    return Act("withdraw", Text("撤回", "Withdraw"), APPLYING, "withdrawn", Reason, effects=tuple(lifted))


def intake(
    to: str,
    *,
    days: str,
    form: type[BaseModel],
    checks: Sequence[Check] = (),
    done: Sequence[Effect] = (),
    sound: Sequence[Check] = (),
) -> tuple[Step, Step]:
    """Return the step in which an officer sees whether a file is complete, and that in which it is corrected.

    Accepting causes the effects `done`. The office's period `days` stands still while the applicant corrects.
    Who does not correct in time counts as having withdrawn. What is corrected must pass the checks `sound`,
    which are those of the draft, and so must what is accepted: meanwhile others were at work.
    """
    looked_at = Step(
        "intake",
        Phase.INTAKE,
        Text("受理", "Intake"),
        (
            Act(
                "accept",
                Text("受理", "Accept"),
                OFFICE,
                to,
                checks=(*sound, *checks),
                effects=tuple(done),
            ),
            asking(),
            refusal(),
            withdrawal(),
        ),
        (Clock("intake", Text("受理期限", "Intake period"), days, Role.OFFICER),),
    )
    return looked_at, correction(form, "intake", checks=sound)


def correction(form: type[BaseModel], back: str, *, checks: Sequence[Check] = ()) -> Step:
    """Return the step in which an applicant corrects what the step `back` found; its clocks stand still."""
    return Step(
        "correction",
        Phase.DRAFT,
        Text("补正", "Being corrected"),
        (
            Act("resubmit", Text("提交补正", "Submit corrections"), APPLYING, back, form, tuple(checks)),
            Act("extend", Text("延长补正期限", "Extend"), OFFICE, form=Reason, extends="correction"),
            Act("lapse", Text("逾期视为撤回", "Lapse for want of corrections"), (Role.TIME,), "lapsed"),
            withdrawal(),
        ),
        (
            Clock(
                "correction",
                Text("补正期限", "Period for corrections"),
                "correction.period",
                Role.APPLICANT,
                then="lapse",
                on_service=True,
                extension="correction.extension",
            ),
        ),
        pauses=True,
    )


def asking(to: str = "correction") -> Act:
    """Return the act by which an officer asks for corrections, which are served on the applicant."""
    return Act("correct", Text("要求补正", "Ask for corrections"), OFFICE, to, Corrections, serves=True)


def refusal(to: str = "refused") -> Act:
    """Return the act by which an officer refuses, with reasons that are served on the applicant."""
    return Act("refuse", Text("不予通过", "Refuse"), OFFICE, to, Reason, serves=True)


def review(to: str, *, days: str, form: type[BaseModel], seats: str, checks: Sequence[Check] = ()) -> Step:
    """Return the step in which experts give their opinions, and an officer decides when all are in."""
    done = (enough_opinions, *checks)
    return Step(
        "review",
        Phase.REVIEW,
        Text("评审", "Review"),
        (
            Act(
                "appoint",
                Text("确定评审专家", "Appoint the panel"),
                OFFICE,
                form=Appointment,
                checks=(enough_seats(seats),),
            ),
            Act("opine", Text("提交评审意见", "Give an opinion"), (Role.EXPERT,)),
            Act("pass", Text("评审通过", "Pass"), OFFICE, to, checks=done),
            Act(
                "refuse",
                Text("不予通过", "Refuse"),
                OFFICE,
                "refused",
                Reason,
                (enough_opinions,),
                serves=True,
            ),
            withdrawal(),
        ),
        (Clock("review", Text("评审期限", "Review period"), days, Role.OFFICER),),
        Panel(form, seats),
    )


def notice(
    to: str,
    *,
    days: str,
    objection: str,
    back: str,
    lifted: Sequence[Effect] = (),
    judge: Role = Role.OFFICER,
) -> tuple[Step, Step]:
    """Return the step in which a decision is announced, and that in which an objection is looked at.

    When nobody objected for `days`, time leads on to step `to`. An objection that is upheld within the period
    `objection` reopens the decision in question, step `back`; one that is dismissed lets the rest of the
    notice run, in which the same party is not heard again. `lifted` is what takes the notice down, `judge`
    who deals with the objection: an officer, or the applicant itself where the decision was its own.
    """
    announced = Step(
        "notice",
        Phase.NOTICE,
        Text("公示", "Public notice"),
        (
            Act(
                "object",
                Text("提出异议", "Object"),
                (Role.OBJECTOR,),
                "objection",
                Reason,
                (not_heard_already,),
            ),
            Act("conclude", Text("公示期满无异议", "End of the notice"), (Role.TIME,), to),
            withdrawal(lifted),
        ),
        (Clock("notice", Text("公示期", "Notice period"), days, Role.TIME, then="conclude"),),
    )
    objected = Step(
        "objection",
        Phase.NOTICE,
        Text("异议处理", "An objection"),
        (
            Act(
                "uphold",
                Text("异议成立", "Uphold"),
                (judge,),
                back,
                Reason,
                effects=tuple(lifted),
                serves=True,
                in_person=judge is Role.APPLICANT,
            ),
            Act(
                "dismiss",
                Text("异议不成立", "Dismiss"),
                (judge,),
                "notice",
                Reason,
                serves=True,
                in_person=judge is Role.APPLICANT,
            ),
        ),
        (Clock("objection", Text("异议处理期限", "Period for the objection"), objection, judge),),
        pauses=True,
    )
    return announced, objected


def not_heard_already(facts: Facts) -> Text | None:
    """Hear each party once in a notice: what was dismissed suspends nothing again."""
    for event in reversed(facts.case.events):
        if event.verb == "object" and event.party == facts.standing.party:
            return Text("您在本次公示中提出的异议已经处理", "your objection to this notice was dealt with")
        if event.step != facts.case.step == event.to and event.verb != "dismiss":
            return None  # here the notice began
    return None


def endings(*outcomes: Outcome) -> tuple[Step, ...]:
    """Return the closed steps of those outcomes, named after them."""
    return tuple(Step(each.value, Phase.CLOSED, ENDED[each], outcome=each) for each in outcomes)


ENDED = {
    Outcome.GRANTED: Text("已通过", "Granted"),
    Outcome.REFUSED: Text("不予通过", "Refused"),
    Outcome.WITHDRAWN: Text("已撤回", "Withdrawn"),
    Outcome.LAPSED: Text("已失效", "Lapsed"),
    Outcome.FULFILLED: Text("已办结", "Fulfilled"),
}
