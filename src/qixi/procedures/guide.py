"""What a procedure says of itself to people and programs: service guide, diagram, JSON Schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from qixi.core import Refused, Text
from qixi.core.text import Language
from qixi.policy import Rules
from qixi.procedures.forms import title_of
from qixi.procedures.values import STAY, Act, Clock, Competence, Procedure, Role, Step

ROLES = {
    Role.APPLICANT: Text("申请人", "applicant"),
    Role.AGENT: Text("代理人", "agent"),
    Role.PARTNER: Text("共同申请人", "co-applicant"),
    Role.OFFICER: Text("经办人员", "officer"),
    Role.EXPERT: Text("专家", "expert"),
    Role.OBJECTOR: Text("异议人", "objector"),
    Role.TIME: Text("期限届满", "time"),
}
_COMPETENCE = {
    Competence.DECIDED: Text("本机关办理并作出决定", "decided here"),
    Competence.FORWARDED: Text("本机关受理并转报", "accepted here and forwarded to"),
    Competence.RECORDED: Text("本机关登记其他机关的决定", "recorded here, as decided by"),
    Competence.OWN: Text("由申请单位自行决定并公示", "decided and announced by the unit itself"),
}
_IN_PERSON = Text("，须本人办理，不得委托代理", ", in person and not through an agent")
_HEADS = {
    "law": Text("依据", "Law"),
    "competence": Text("办理权限", "Competence"),
    "steps": Text("办理流程", "Steps"),
    "materials": Text("需填写的内容", "What to fill in"),
    "clocks": Text("期限", "Periods"),
    "diagram": Text("流程图", "Diagram"),
    "required": Text("必填", "required"),
    "optional": Text("选填", "optional"),
}


def guide(procedure: Procedure, rules: Rules, language: Language) -> str:
    """Return the service guide in Markdown, with the rules in force on their day."""
    return "\n".join(_guide(procedure, rules, language)) + "\n"


def _guide(procedure: Procedure, rules: Rules, language: Language) -> Iterator[str]:
    def head(name: str) -> str:
        return f"\n## {_HEADS[name].in_language(language)}\n"

    yield f"# {procedure.title.in_language(language)}"
    yield head("law")
    yield from (f"- {law.cited().in_language(language)}" for law in procedure.law)
    yield head("competence")
    yield authority_said(procedure).in_language(language)
    yield head("materials")
    form = first_form(procedure)
    for field, about in form.model_fields.items() if form is not None else ():
        needed = _HEADS["required" if about.is_required() else "optional"].in_language(language)
        yield f"- {title_of(field, about).in_language(language)} ({needed})"
    yield head("steps")
    for step in procedure.steps:
        acts = [_said(act, procedure, language) for act in step.acts]
        yield f"- **{step.title.in_language(language)}**" + (f": {'; '.join(acts)}" if acts else "")
    yield head("clocks")
    for step in procedure.steps:
        for clock in step.clocks:
            period = period_said(clock, rules).in_language(language)
            yield f"- {clock.title.in_language(language)}: {period}"
    yield head("diagram")
    yield f"```mermaid\n{diagram(procedure, language)}```"


def first_form(procedure: Procedure) -> type[BaseModel] | None:
    """Return the form that a case begins with: its first field says what the case is called."""
    return next((act.form for act in procedure.steps[0].acts if act.form is not None), None)


def titles_of_acts(procedure: Procedure) -> dict[str, Text]:
    """Return the titles of a procedure's acts by their verbs."""
    return {act.verb: act.title for step in procedure.steps for act in step.acts}


def authority_said(procedure: Procedure) -> Text:
    """Return who decides what the procedure is about."""
    said, authority = _COMPETENCE[procedure.competence], procedure.authority
    return said if authority is None else Text(f"{said.zh}{authority.zh}", f"{said.en} {authority.en}")


def period_said(clock: Clock, rules: Rules) -> Text:
    """Return how long a period is and where that is laid down, or that no rule says so on that day."""
    try:
        return rules[clock.days].said()
    except Refused as no:
        return no.problems[0].reason


def _said(act: Act, procedure: Procedure, language: Language) -> str:
    who = "、".join if language == "zh" else ", ".join
    by = who(ROLES[role].in_language(language) for role in act.by)
    by += _IN_PERSON.in_language(language) if act.in_person else ""
    to = f" → {procedure.step(act.to).title.in_language(language)}" if act.to != STAY else ""
    return f"{act.title.in_language(language)} ({by}){to}"


def diagram(procedure: Procedure, language: Language) -> str:
    """Return the procedure as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {procedure.steps[0].name}"]
    for step in procedure.steps:
        lines.append(f"    {step.name} : {_plain(step.title, language)}")
        lines += [
            f"    {step.name} --> {act.to} : {_plain(act.title, language)}" for act in step.acts if act.to
        ]
        if step.outcome is not None:
            lines.append(f"    {step.name} --> [*]")
    return "\n".join(lines) + "\n"


def schemas(procedure: Procedure) -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each act that takes a form, by step and verb: "draft/submit"."""
    found: dict[str, dict[str, Any]] = {}
    for step in procedure.steps:
        for act in step.acts:
            form = form_of(step, act)
            if form is not None:
                found[f"{step.name}/{act.verb}"] = form.model_json_schema()
    return found


def form_of(step: Step, act: Act) -> type[BaseModel] | None:
    """Return the form that an act of a step takes."""
    return step.panel.form if step.panel is not None and act.verb == "opine" else act.form


def _plain(text: Text, language: Language) -> str:
    return "".join(" " if c in ":;{}[]\n" else c for c in text.in_language(language))
