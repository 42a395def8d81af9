"""Patents that an institution has inventoried enter its transfer library: 存量专利入库."""

from __future__ import annotations

from datetime import date

from qixi.core import Grade, Law, Text
from qixi.procedures.forms import Choice, Form, titled
from qixi.procedures.shapes import APPLYING, Reason, endings, nothing, withdrawal
from qixi.procedures.values import Act, Competence, Effect, Facts, Kind, Outcome, Phase, Procedure, Role, Step


class Looked(Choice):
    """What a look for secrets and controlled technology came to."""

    CLEAR = "clear", "已审查，可以公开和转让", "Looked at: may be published and transferred"
    OPEN = "open", "尚未审查或存在疑问", "Not looked at, or doubtful"


class Entering(Form):
    """Which patents are to enter, and that they may."""

    title: str = titled("批次名称", "Name of the batch", min_length=2, max_length=200)
    secrecy: Looked = titled("保密审查", "Secrecy")
    export: Looked = titled("出口管制审查", "Export control")
    remark: str = titled("说明", "Remark", default="", max_length=4000)


def may_be_shown(facts: Facts) -> Text | None:
    """Let nothing enter that has not been looked at for secrets and controlled technology."""
    form = facts.form
    if isinstance(form, Entering) and Looked.OPEN in {form.secrecy, form.export}:
        return Text(
            "未完成保密审查和出口管制审查的专利不能入库", "what has not been looked at for both stays outside"
        )
    return None


_TAKEN_OUT = (Effect(Kind.WITHDRAW, nothing),)

procedure = Procedure(
    code="library",
    version=1,
    title=Text("存量专利入库", "Entering patents into the transfer library"),
    law=(Law("高校和科研机构存量专利盘活工作方案", "", "国知发运字〔2024〕5号", Grade.OFFICIAL),),
    subject="list",
    valid_from=date(2024, 1, 26),
    competence=Competence.OWN,
    steps=(
        Step(
            "draft",
            Phase.DRAFT,
            Text("院系筛选", "Chosen by the college"),
            (
                Act("submit", Text("提交", "Submit"), APPLYING, "review", Entering, (may_be_shown,)),
                withdrawal(),
            ),
        ),
        Step(
            "review",
            Phase.REVIEW,
            Text("学校审核", "Looked at by the institution"),
            (
                Act(
                    "enter",
                    Text("审核通过并入库", "Approve and enter"),
                    (Role.APPLICANT,),
                    "entered",
                    effects=(Effect(Kind.PUBLISH, nothing),),
                    in_person=True,
                ),
                Act(
                    "return",
                    Text("退回重选", "Send back"),
                    (Role.APPLICANT,),
                    "draft",
                    Reason,
                    in_person=True,
                ),
                withdrawal(),
            ),
        ),
        Step(
            "entered",
            Phase.IN_FORCE,
            Text("已入库", "In the library"),
            (
                Act(
                    "take_out",
                    Text("移出转化库", "Take out"),
                    APPLYING,
                    "lapsed",
                    Reason,
                    effects=_TAKEN_OUT,
                ),
            ),
        ),
        *endings(Outcome.WITHDRAWN, Outcome.LAPSED),
    ),
)
