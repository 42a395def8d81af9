"""Trying open cases on a new version before it is published: what would break, and where each would stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from qixi.core import Text
from qixi.procedures.guide import form_of
from qixi.procedures.values import STAY, Case, Event, Procedure


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What becomes of one case: the step it would stand in, None where it breaks, and what breaks it."""

    number: str
    step: str | None
    breaks: tuple[Text, ...]


def rehearse(
    cases: Sequence[Case], to: Procedure, renamed: Mapping[str, str] | None = None
) -> tuple[Rehearsal, ...]:
    """Replay cases against the version `to`; `renamed` gives its name for a step that is called otherwise.

    Acts that took place are not judged again: they are looked up, their forms are read, and they must lead
    where the case went.
    """
    names = dict(renamed or {})
    return tuple(_of_case(case, to, names) for case in cases)


def _of_case(case: Case, to: Procedure, names: Mapping[str, str]) -> Rehearsal:
    breaks = [text for event in case.events[1:] for text in _of_event(event, to, names)]
    step = names.get(case.step, case.step)
    if not breaks and step not in {each.name for each in to.steps}:
        breaks.append(Text(f"新版没有环节“{step}”", f"the new version has no step {step!r}"))
    return Rehearsal(case.number, None if breaks else step, tuple(breaks))


def _of_event(event: Event, to: Procedure, names: Mapping[str, str]) -> list[Text]:
    came, went = (names.get(step, step) for step in (event.step, event.to))
    steps = {step.name: step for step in to.steps}
    where = f"#{event.seq}"
    if came not in steps:
        return [Text(f"{where} 新版没有环节“{came}”", f"{where} the new version has no step {came!r}")]
    act = steps[came].act(event.verb)
    if act is None:
        return [
            Text(
                f"{where} 环节“{came}”不再有“{event.verb}”",
                f"{where} the step {came!r} has no act {event.verb!r}",
            )
        ]
    found = []
    leads = act.to if act.to != STAY else came
    if leads != went:
        found.append(
            Text(
                f"{where} “{event.verb}”改为进入“{leads}”",
                f"{where} {event.verb!r} leads to {leads!r}, not {went!r}",
            )
        )
    form = form_of(steps[came], act)
    if form is not None:
        try:
            form.model_validate(dict(event.data))
        except ValidationError as error:
            fields = ", ".join(str(each["loc"][0]) for each in error.errors() if each["loc"])
            found.append(
                Text(
                    f"{where} 已填内容不合新表单：{fields}",
                    f"{where} what was filled in does not fit: {fields}",
                )
            )
    return found
