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

from qixi.procedures.catalogue import sources
from qixi.procedures.guide import form_of
from qixi.procedures.values import Act, Clock, Procedure, Step

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def lines(procedures: Iterable[Procedure]) -> list[str]:
    """Return a line for each act and clock of each version, with a digest of what it declares.

    One more is for its file in the catalogue, whose functions may call each other; words of explanation are
    no part of it.
    """
    found = []
    written = sources()
    for procedure in procedures:
        name = f"{procedure.code}@{procedure.version}"
        found.append(f"{name} {_digest(_head(procedure))}")
        source = written.get((procedure.code, procedure.version))
        if source is not None:
            found.append(f"{name} file {_digest(_tree(ast.parse(source)))}")
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
        str(procedure.authority),
        procedure.valid_from.isoformat(),
        sorted(procedure.open_to_unverified),
        [step.name for step in procedure.steps],
        [[each.name, str(each.title), each.after, each.shows] for each in procedure.papers],
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
        [[str(effect.kind), _code(effect.what), effect.record_only] for effect in act.effects],
        act.serves,
        act.extends,
        act.in_person,
    ]


def _clock(clock: Clock) -> Any:
    return [str(clock.title), clock.days, str(clock.waits), clock.then, clock.on_service, clock.extension]


def _code(function: Callable[..., Any]) -> Any:
    """Return what a check does, however it is laid out; what it calls is the kernel's, or its own file's."""
    return _tree(ast.parse(textwrap.dedent(inspect.getsource(function))))


def _tree(node: Any) -> Any:
    """Return a program as JSON, the same under every Python: without docstrings, layout and what is empty."""
    if isinstance(node, list):
        return [_tree(each) for each in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = dict(ast.iter_fields(node))
    if isinstance(node, _DOCUMENTED) and ast.get_docstring(node) is not None:
        fields["body"] = node.body[1:]
    return [
        type(node).__name__,
        {name: _tree(each) for name, each in fields.items() if each not in (None, [])},
    ]


def _digest(plain: Any) -> str:
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
