"""What is wrong with a declared procedure, before anybody opens a case of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from qixi.core import Text
from qixi.policy import Parameters
from qixi.procedures.forms import title_of
from qixi.procedures.guide import form_of
from qixi.procedures.values import LONGEST_CODE, STAY, Act, Clock, Panel, Paper, Phase, Procedure, Role, Step

MOST_STEPS, MOST_ACTS = 9, 7
"""More of either, endings not counted, and a procedure is two."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def faults(procedure: Procedure, parameters: Parameters) -> tuple[str, ...]:
    """Return what is wrong with a procedure, in English, for its author; nothing where it is sound."""
    return tuple(_faults(procedure, parameters))


def _faults(procedure: Procedure, parameters: Parameters) -> Iterator[str]:
    if not _CODE.fullmatch(procedure.code):
        yield f"the code {procedure.code!r} is not written-like-this"
    if len(procedure.code) > LONGEST_CODE:
        yield f"the code {procedure.code!r} has more than {LONGEST_CODE} characters"
    if not procedure.law:
        yield "it names no law"
    names = [step.name for step in procedure.steps]
    yield from (
        f"the step {name!r} is there twice" for name in sorted({n for n in names if names.count(n) > 1})
    )
    steps = {step.name: step for step in procedure.steps}
    if sum(step.phase is not Phase.CLOSED for step in procedure.steps) > MOST_STEPS:
        yield f"it has more than {MOST_STEPS} steps"
    if procedure.steps[0].phase is not Phase.DRAFT:
        yield "its first step is no draft"
    for step in procedure.steps:
        yield from (f"step {step.name!r}: {fault}" for fault in _of_step(step, steps, parameters))
    verbs = {act.verb for step in procedure.steps for act in step.acts}
    yield from (
        f"{verb!r} is open to the unverified, and no act"
        for verb in sorted(procedure.open_to_unverified - verbs)
    )
    yield from _reach(procedure, steps)
    yield from (
        f"the paper {paper.name!r}: {fault}"
        for paper in procedure.papers
        for fault in _of_paper(paper, procedure)
    )
    yield from (f"the title {text} is not in both languages" for text in _texts(procedure) if not _both(text))


def _of_paper(paper: Paper, procedure: Procedure) -> Iterator[str]:
    acts = {act.verb: form_of(step, act) for step in procedure.steps for act in step.acts}
    yield from (f"there is no act {verb!r}" for verb in paper.after if verb not in acts)
    for verb, fields in paper.shows:
        form = acts.get(verb)
        if verb not in acts:
            yield f"there is no act {verb!r}"
        yield from (
            f"{verb!r} has no field {name!r}" for name in fields if not form or name not in form.model_fields
        )


def _of_step(step: Step, steps: Mapping[str, Step], parameters: Parameters) -> Iterator[str]:
    if not _NAME.fullmatch(step.name):
        yield "its name is not written_like_this"
    if (step.phase is Phase.CLOSED) != (step.outcome is not None):
        yield "a closed step has an outcome, and no other has one"
    if step.phase is Phase.CLOSED and (step.acts or step.clocks):
        yield "nothing happens in a closed step"
    if len(step.acts) > MOST_ACTS:
        yield f"it has more than {MOST_ACTS} acts"
    verbs = [act.verb for act in step.acts]
    yield from (
        f"the act {verb!r} is there twice" for verb in sorted({v for v in verbs if verbs.count(v) > 1})
    )
    for act in step.acts:
        yield from _of_act(act, step, steps)
    for clock in step.clocks:
        yield from _of_clock(clock, step, parameters)
    if step.panel is not None:
        yield from _of_panel(step, step.panel, parameters)


def _of_act(act: Act, step: Step, steps: Mapping[str, Step]) -> Iterator[str]:
    if act.to != STAY and act.to not in steps:
        yield f"the act {act.verb!r} leads to {act.to!r}, which is no step"
    if act.in_person and (Role.AGENT in act.by or Role.APPLICANT not in act.by):
        yield f"the act {act.verb!r} is done in person, and so by the applicant and no agent"
    if not act.by:
        yield f"nobody may do {act.verb!r}"
    if act.extends is not None and step.clock(act.extends) is None:
        yield f"the act {act.verb!r} extends {act.extends!r}, which is no clock of the step"
    if Role.TIME in act.by and act.verb not in {clock.then for clock in step.clocks}:
        yield f"time does {act.verb!r}, but no clock says when"
    if Role.TIME in act.by and act.form is not None:
        yield f"time cannot fill in the form of {act.verb!r}"
    if any(
        function.__name__ == "<lambda>" for function in (*act.checks, *(each.what for each in act.effects))
    ):
        yield f"a check or effect of {act.verb!r} has no name"
    yield from _of_form(act.form)


def _of_clock(clock: Clock, step: Step, parameters: Parameters) -> Iterator[str]:
    then = step.act(clock.then) if clock.then is not None else None
    if clock.then is not None and (then is None or Role.TIME not in then.by):
        yield f"the clock {clock.name!r} does {clock.then!r}, which is no act of time"
    for key in filter(None, (clock.days, clock.extension)):
        units = {each.unit for each in parameters if each.key == key}
        if not units:
            yield f"the clock {clock.name!r} rests on the parameter {key!r}, which does not exist"
        elif not units <= {"days", "working_days"}:
            yield f"the clock {clock.name!r} rests on the parameter {key!r}, which is no number of days"


def _of_panel(step: Step, panel: Panel, parameters: Parameters) -> Iterator[str]:
    if step.act("opine") is None or step.act("appoint") is None:
        yield "a panel is appointed and gives opinions: the acts appoint and opine"
    if panel.seats not in parameters:
        yield f"the panel rests on the parameter {panel.seats!r}, which does not exist"
    yield from _of_form(panel.form)


def _of_form(form: type[BaseModel] | None) -> Iterator[str]:
    for name, field in form.model_fields.items() if form is not None else ():
        if not _both(title_of(name, field)):
            yield f"the field {name!r} of {form.__name__ if form else ''} has no title in both languages"


def _reach(procedure: Procedure, steps: Mapping[str, Step]) -> Iterator[str]:
    """Yield steps that nothing leads to, and steps that lead to no end."""
    onward = {
        name: {act.to for act in step.acts if act.to != STAY and act.to in steps}
        for name, step in steps.items()
    }
    reached, waiting = set[str](), [procedure.steps[0].name]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(onward[name])
    yield from (f"nothing leads to the step {name!r}" for name in steps if name not in reached)
    ending = {name for name, step in steps.items() if step.phase is Phase.CLOSED}
    while True:
        more = {name for name in steps if name not in ending and onward[name] & ending}
        if not more:
            break
        ending |= more
    yield from (f"the step {name!r} leads to no end" for name in steps if name not in ending)


def _texts(procedure: Procedure) -> Iterator[Text]:
    yield procedure.title
    for step in procedure.steps:
        yield step.title
        yield from (act.title for act in step.acts)
        yield from (clock.title for clock in step.clocks)


def _both(text: Text) -> bool:
    chinese = any("\u3400" <= c <= "\u9fff" for c in text.zh)
    return chinese and bool(text.en) and not any("\u3400" <= c <= "\u9fff" for c in text.en)
