"""What may happen in a case, and what it comes to: decide, evolve, options. Nothing else decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from qixi.core import Problem, Refused, Text
from qixi.procedures.clocks import Due, due, due_of
from qixi.procedures.forms import filled
from qixi.procedures.panel import OPINE, opinions, seated
from qixi.procedures.values import (
    STAY,
    Act,
    Case,
    Consequence,
    Event,
    Facts,
    Kind,
    Phase,
    Procedure,
    Role,
    Setting,
    Standing,
    Step,
)

OPEN = "open"
"""The verb by which a case begins."""
_APPLYING = frozenset({Role.APPLICANT, Role.AGENT, Role.PARTNER})


@dataclass(frozen=True, slots=True)
class Decision:
    """What an act comes to: the event to append, and what it causes elsewhere."""

    event: Event
    consequences: tuple[Consequence, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """An act that a party sees in a step, and why it cannot be done now, if so."""

    act: Act
    why_not: tuple[Text, ...]


def begin(procedure: Procedure, number: str, division: str, standing: Standing, today: date) -> Case:
    """Begin a case in the first step of `procedure`."""
    first = procedure.steps[0].name
    event = Event(0, OPEN, standing.party, standing.role, today, STAY, first)
    return Case(number, procedure.code, procedure.version, division, first, (event,))


def evolve(case: Case, event: Event) -> Case:
    """Return the case after an event; raises ValueError for one that is not its next."""
    if event.seq != len(case.events) or event.step != case.step:
        msg = f"event {event.seq} of step {event.step} does not follow {len(case.events)} in {case.step}"
        raise ValueError(msg)
    return replace(case, step=event.to, events=(*case.events, event))


def handed_in(procedure: Procedure, case: Case) -> date | None:
    """Return the day on which a draft was taken to where others deal with it, None where it never was."""
    drafted = {Phase.DRAFT, Phase.CLOSED}
    return next((each.on for each in case.events if procedure.step(each.to).phase not in drafted), None)


def replay(number: str, code: str, version: int, division: str, events: Sequence[Event]) -> Case:
    """Return the case that its events make; raises ValueError where they do not follow each other."""
    case = Case(number, code, version, division, events[0].to, (events[0],))
    for event in events[1:]:
        case = evolve(case, event)
    return case


def decide(
    procedure: Procedure,
    case: Case,
    standing: Standing,
    verb: str,
    data: Mapping[str, Any],
    setting: Setting,
) -> Decision:
    """Return what an act comes to; raises Refused with every reason why it cannot be done.

    The case is not changed: `evolve` applies the event, once it is kept.
    """
    step = procedure.step(case.step)
    act = step.act(verb)
    if act is None or not _sees(step, act, standing):
        raise Refused(_not_here(procedure, step, verb))
    form = _form(step, act)
    content = filled(form, data) if form is not None else None
    if form is None:
        _takes_nothing(data, act)
    facts = Facts(case, standing, content, setting)
    reasons = _why_not(procedure, step, act, facts)
    if reasons:
        raise Refused(*(_because(act, reason) for reason in reasons))
    kept = content.model_dump(mode="json") if content is not None else {}
    to = act.to if act.to != STAY else case.step
    event = Event(len(case.events), verb, standing.party, standing.role, setting.today, case.step, to, kept)
    return Decision(event, tuple(Consequence(each.kind, each.what(facts)) for each in act.effects))


def options(procedure: Procedure, case: Case, standing: Standing, setting: Setting) -> tuple[Option, ...]:
    """Return the acts that a party sees, each with the reasons, if any, why it cannot be done now.

    Buttons, the API's list of acts and the tests all come from here; what depends on the form is
    said when it is filled in.
    """
    step = procedure.step(case.step)
    facts = Facts(case, standing, None, setting)
    return tuple(
        Option(act, _why_not(procedure, step, act, facts)) for act in step.acts if _sees(step, act, standing)
    )


def may_now(procedure: Procedure, case: Case, setting: Setting) -> tuple[str, ...]:
    """Return the verbs that time performs on that day: of clocks that have run out, the earliest first."""
    ended = [
        (found.on, clock.then)
        for clock, found in due(procedure, case, setting)
        if clock.then is not None and found.on is not None and found.on < setting.today
    ]
    return tuple(dict.fromkeys(then for _, then in sorted(ended)))


def _sees(step: Step, act: Act, standing: Standing) -> bool:
    if standing.role is Role.AGENT:
        within = standing.mandate is None or act.verb in standing.mandate
        return within and step.is_for_agents(act)
    return standing.role in act.by


def _form(step: Step, act: Act) -> type[BaseModel] | None:
    return step.panel.form if step.panel is not None and act.verb == OPINE else act.form


def _takes_nothing(data: Mapping[str, Any], act: Act) -> None:
    if data:
        raise Refused(
            Problem(
                "form",
                Text(f"“{act.title.zh}”不需要填写内容", f'"{act.title.en}" takes no content'),
                Text("请不要附带内容", "send none"),
                column=next(iter(data)),
            )
        )


def _why_not(procedure: Procedure, step: Step, act: Act, facts: Facts) -> tuple[Text, ...]:
    reasons: list[Text | None] = [check(facts) for check in act.checks]
    reasons.append(_by_verification(procedure, step, act, facts))
    reasons.append(_by_time(procedure, act, facts))
    reasons.append(_by_panel(step, act, facts))
    reasons.append(_by_extension(procedure, step, act, facts))
    return tuple(reason for reason in reasons if reason is not None)


def _by_verification(procedure: Procedure, step: Step, act: Act, facts: Facts) -> Text | None:
    """Say why an applicant may not act: one that is not verified drafts, answers what it is asked, gives up.

    That holds as well for one whose organisation was suspended since it handed in.
    """
    if facts.standing.role not in _APPLYING or facts.setting.known.get("applicant_verified", False):
        return None
    if act.verb in procedure.open_to_unverified or not binds(procedure, step, act):
        return None
    return Text(
        "机构尚未通过核验或已被暂停，只能填写草稿、答复和撤回",
        "the organisation is not verified, or is suspended: it may only draft, answer and withdraw",
    )


def binds(procedure: Procedure, step: Step, act: Act) -> bool:
    """Say whether an act takes an applicant further than to draft, to answer what is asked, and to give up.

    A step that pauses is one in which it answers.
    """
    to = step if act.to == STAY else procedure.step(act.to)
    drafts = step.phase is Phase.DRAFT and to.phase is Phase.DRAFT
    gives_up = to.phase is Phase.CLOSED and all(each.kind is Kind.WITHDRAW for each in act.effects)
    return not (drafts or gives_up or step.pauses)


def _by_time(procedure: Procedure, act: Act, facts: Facts) -> Text | None:
    """Say why time does not act: it does only what a clock that has run out says."""
    if facts.standing.role is not Role.TIME:
        return None
    if act.verb in may_now(procedure, facts.case, facts.setting):
        return None
    return Text("期限尚未届满", "the period is not over")


def _by_panel(step: Step, act: Act, facts: Facts) -> Text | None:
    """Say why an expert may not speak: it was not appointed, or has spoken."""
    if step.panel is None or act.verb != OPINE:
        return None
    if facts.standing.party not in seated(facts.case):
        return Text("您不在本案的评审专家之列", "you are not on the panel of this case")
    if facts.standing.party in opinions(facts.case):
        return Text("您的意见已经提交", "your opinion is in already")
    return None


def _by_extension(procedure: Procedure, step: Step, act: Act, facts: Facts) -> Text | None:
    """Say why a clock may not be lengthened: that is done once, while it runs."""
    if act.extends is None:
        return None
    clock = step.clock(act.extends)
    if clock is None or clock.extension is None:
        return Text("该期限不可延长", "this period cannot be extended")
    found: Due = due_of(procedure, facts.case, clock, facts.setting)
    if found.extended:
        return Text("该期限已经延长过一次", "this period was extended once already")
    if found.on is None:
        return Text("该期限没有在计算", "this period is not running")
    if found.on < facts.setting.today:
        return Text("该期限已经届满", "this period is over")
    return None


def _not_here(procedure: Procedure, step: Step, verb: str) -> Problem:
    known = {act.verb: act.title for each in procedure.steps for act in each.acts}
    title = known.get(verb, Text(verb, verb))
    return Problem(
        "act",
        Text(
            f"在“{step.title.zh}”环节不能“{title.zh}”",
            f'"{title.en}" cannot be done in the step "{step.title.en}"',
        ),
        Text("请刷新页面，查看现在可以做什么", "look at what can be done now"),
    )


def _because(act: Act, reason: Text) -> Problem:
    return Problem(
        "act",
        Text(f"不能“{act.title.zh}”：{reason.zh}", f'"{act.title.en}" cannot be done: {reason.en}'),
        Text("请先满足该条件", "meet this condition first"),
    )
