"""An organisation joins, is verified by an officer, and may be suspended: 机构入驻与核验."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from qixi.core import Grade, Law, Text
from qixi.procedures.credit_code import credit_code
from qixi.procedures.forms import Choice, Form, titled
from qixi.procedures.shapes import OFFICE, Reason, draft, endings, intake
from qixi.procedures.values import Act, Effect, Facts, Kind, Outcome, Phase, Procedure, Role, Step


class Sort(Choice):
    """What kind of organisation it is."""

    ENTERPRISE = "enterprise", "企业", "Enterprise"
    UNIVERSITY = "university", "高等院校", "University"
    INSTITUTE = "institute", "科研院所", "Research institute"
    HOSPITAL = "hospital", "医疗机构", "Hospital"
    SERVICE = "service", "服务机构", "Service institution"
    BANK = "bank", "银行", "Bank"
    INSURER = "insurer", "保险机构", "Insurer"
    OFFICE = "office", "主管部门", "Government office"
    OTHER = "other", "其他", "Other"


class Organisation(Form):
    """Who an organisation is."""

    name: Annotated[str, StringConstraints(min_length=2, max_length=200)] = titled(
        "机构名称", "Name", from_register="organisation.name"
    )
    code: Annotated[str, AfterValidator(credit_code)] = titled(
        "统一社会信用代码", "Unified social credit code", from_register="organisation.code"
    )
    sort: Sort = titled("机构类型", "Kind", from_register="organisation.sort")
    division: str = titled(
        "所在行政区划代码",
        "Administrative division",
        pattern=r"^[1-9][0-9]{5}$",
        from_register="organisation.division",
    )
    contact: str = titled(
        "联系人", "Contact person", min_length=2, max_length=100, from_register="contact.name"
    )
    scope: str = titled(
        "业务范围", "Scope of business", default="", max_length=4000, from_register="organisation.scope"
    )


def code_is_free(facts: Facts) -> Text | None:
    """One organisation has one entry; a name variant is merged by an officer."""
    taken = facts.setting.known.get("credit_codes", ())
    code = stated(facts).get("code")
    return (
        Text("该统一社会信用代码已登记", "this credit code is registered already") if code in taken else None
    )


def division_lies_here(facts: Facts) -> Text | None:
    """Let an office verify only what lies in its division."""
    division, here = stated(facts).get("division"), facts.case.division
    while here.endswith("00"):
        here = here[:-2]
    if division is None or str(division).startswith(here):
        return None
    return Text("机构所在地须在受理地区之内", "it must lie in the division in which the case was begun")


def stated(facts: Facts) -> Mapping[str, object]:
    """Return what is being filled in, else what was handed in last."""
    return dict(facts.form) if facts.form is not None else facts.case.said("submit", "resubmit") or {}


def entry(facts: Facts) -> dict[str, object]:
    """Return what the register keeps of it."""
    return dict(facts.case.said("submit", "resubmit") or {})


def verified(_: Facts) -> dict[str, object]:
    """Return the standing of an organisation that may act."""
    return {"standing": "verified"}


def suspended(_: Facts) -> dict[str, object]:
    """Return the standing of an organisation that may not act."""
    return {"standing": "suspended"}


_SOUND = (code_is_free, division_lies_here)

procedure = Procedure(
    code="organisation",
    version=1,
    title=Text("机构入驻与核验", "An organisation joins and is verified"),
    law=(Law("平台自设程序", grade=Grade.NOBODY),),
    subject="party",
    valid_from=date(2026, 1, 1),
    open_to_unverified=frozenset({"submit", "resubmit"}),
    steps=(
        draft(Organisation, "intake", checks=_SOUND),
        *intake(
            "verified",
            days="intake.period",
            form=Organisation,
            done=(Effect(Kind.CERTIFY, entry),),
            sound=_SOUND,
        ),
        Step(
            "verified",
            Phase.IN_FORCE,
            Text("已核验", "Verified"),
            (
                Act(
                    "suspend",
                    Text("暂停", "Suspend"),
                    OFFICE,
                    "suspended",
                    Reason,
                    serves=True,
                    effects=(Effect(Kind.GRADE, suspended),),
                ),
                Act("leave", Text("退出", "Leave"), (Role.APPLICANT,), "fulfilled", Reason),
            ),
        ),
        Step(
            "suspended",
            Phase.IN_FORCE,
            Text("已暂停", "Suspended"),
            (
                Act(
                    "reinstate",
                    Text("恢复", "Reinstate"),
                    OFFICE,
                    "verified",
                    Reason,
                    serves=True,
                    effects=(Effect(Kind.GRADE, verified),),
                ),
                Act("revoke", Text("撤销", "Revoke"), OFFICE, "lapsed", Reason, serves=True),
                Act("leave", Text("退出", "Leave"), (Role.APPLICANT,), "fulfilled", Reason),
            ),
        ),
        *endings(Outcome.REFUSED, Outcome.WITHDRAWN, Outcome.LAPSED, Outcome.FULFILLED),
    ),
)
