"""The lock of published versions: what a procedure declares cannot change under cases that began with it."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import textwrap
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import Any

from qixi.procedures.guide import form_of
from qixi.procedures.values import Act, Clock, Procedure, Step


def lines(procedures: Iterable[Procedure]) -> list[str]:
    """Return a line for each act and clock of each version, with a digest of what it declares."""
    found = []
    for procedure in procedures:
        name = f"{procedure.code}@{procedure.version}"
        found.append(f"{name} {_digest(_head(procedure))}")
        for step in procedure.steps:
            found.append(f"{name} {step.name} {_digest(_step(step))}")
            found += [f"{name} {step.name}/{act.verb} {_digest(_act(step, act))}" for act in step.acts]
            found += [f"{name} {step.name}:{clock.name} {_digest(_clock(clock))}" for clock in step.clocks]
    return sorted(found)


def published() -> list[str]:
    """Return the lines of the lock that is shipped, `procedures/lock.txt`."""
    return (files("qixi.procedures") / "lock.txt").read_text("utf-8").splitlines()


def changed(now: Iterable[str], locked: Iterable[str]) -> tuple[str, ...]:
    """Return what of a locked version is gone, other, or more: the places, without digests."""
    there, held = _by_place(now), _by_place(locked)
    versions = {place.split(" ", 1)[0] for place in held}
    places = {place for place in there.keys() | held.keys() if place.split(" ", 1)[0] in versions}
    return tuple(sorted(place for place in places if there.get(place) != held.get(place)))


def _by_place(rows: Iterable[str]) -> Mapping[str, str]:
    return dict(row.rsplit(" ", 1) for row in rows if row)


def _head(procedure: Procedure) -> Any:
    return [
        str(procedure.title),
        [str(law) for law in procedure.law],
        procedure.subject,
        str(procedure.competence),
        [step.name for step in procedure.steps],
    ]


def _step(step: Step) -> Any:
    panel = step.panel
    return [
        str(step.phase),
        str(step.title),
        step.pauses,
        str(step.outcome),
        [panel.form.model_json_schema(), panel.seats, panel.blind] if panel else None,
    ]


def _act(step: Step, act: Act) -> Any:
    form = form_of(step, act)
    return [
        str(act.title),
        [str(role) for role in act.by],
        act.to,
        form.model_json_schema() if form is not None else None,
        [_code(check) for check in act.checks],
        [[str(effect.kind), _code(effect.what)] for effect in act.effects],
        act.serves,
        act.extends,
    ]


def _clock(clock: Clock) -> Any:
    return [str(clock.title), clock.days, str(clock.waits), clock.then, clock.on_service, clock.extension]


def _code(function: Callable[..., Any]) -> str:
    """Return what a check does, however it is laid out; what it calls is the kernel's, or its own file's."""
    return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(function))))


def _digest(plain: Any) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
