"""Walks through procedures: forms filled in at random, and parties that do whatever they may."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from qixi.core import Refused
from qixi.policy import default_calendar, default_parameters
from qixi.procedures import Case, Procedure, Role, Setting, Standing, begin, decide, evolve, may_now, options
from qixi.procedures.credit_code import check_character

DIVISION = "330100"
PARTIES = {
    Role.APPLICANT: "firm",
    Role.AGENT: "agency",
    Role.PARTNER: "partner",
    Role.OFFICER: "officer",
    Role.EXPERT: "expert",
    Role.OBJECTOR: "neighbour",
}


def setting(today: date, began: date | None = None, **known: Any) -> Setting:
    rules = default_parameters().on(began or today, DIVISION)
    return Setting(today, default_calendar(), rules, {"applicant_verified": True, **known})


def sample(form: type[BaseModel], dice: random.Random, today: date) -> dict[str, Any]:
    """Fill in a form by its JSON schema, optional fields now and then."""
    schema = form.model_json_schema()
    needed = set(schema.get("required", ()))
    named = schema.get("properties", {})
    return {
        name: _value(name, about, schema.get("$defs", {}), dice, today)
        for name, about in named.items()
        if name in needed or dice.random() < 0.5
    }


def _value(name: str, about: dict[str, Any], defs: dict[str, Any], dice: random.Random, today: date) -> Any:
    while "anyOf" in about:  # an amount or nothing, and the amount a number or its digits
        about = next(each for each in about["anyOf"] if each.get("type") != "null")
    if "$ref" in about:
        about = defs[about["$ref"].rsplit("/", 1)[1]]
    if "enum" in about:
        return dice.choice(about["enum"])
    stem = "".join(dice.choice("0123456789ABCDEFGH") for _ in range(17))
    special = {
        "code": stem + check_character(stem),
        "division": "330102",
    }
    kinds = {
        "array": [f"甲{n}" for n in range(max(about.get("minItems", 0), dice.randint(0, 3)))],
        "boolean": dice.random() < 0.5,
        "integer": dice.randint(1, 10**6),
        "number": dice.randint(1, 10**6),
        "string": "微藻培养与采收技术的成果转化事项说明",
    }
    if about.get("format") == "date":
        return (today + timedelta(days=dice.choice((-9, 0, 40)))).isoformat()
    return special.get(name, kinds[about["type"]])


def walk(procedure: Procedure, seed: int, acts: int = 40) -> tuple[Case, list[str]]:
    """Let parties act at random, time passing between; returns the case and what was refused."""
    dice = random.Random(seed)
    today = date(2026, 1, 5)
    case = begin(procedure, "1", DIVISION, Standing(PARTIES[Role.APPLICANT], Role.APPLICANT), today)
    refused: list[str] = []
    for _ in range(acts):
        today += timedelta(days=dice.choice((0, 0, 1, 3, 12, 40)))
        now = setting(today, case.opened)
        for verb in may_now(procedure, case, now)[:1]:
            case = evolve(case, decide(procedure, case, Standing("", Role.TIME), verb, {}, now).event)
        standing = Standing(PARTIES[role := dice.choice(list(PARTIES))], role)
        open_ = [option.act for option in options(procedure, case, standing, now) if not option.why_not]
        if not open_:
            continue
        act = dice.choice(open_)
        panel = procedure.step(case.step).panel
        form = panel.form if panel is not None and act.verb == "opine" else act.form
        data = sample(form, dice, today) if form is not None else {}
        if act.verb == "appoint":
            data = {"experts": [PARTIES[Role.EXPERT], "second", "third", "fourth", "fifth"]}
        try:
            case = evolve(case, decide(procedure, case, standing, act.verb, data, now).event)
        except Refused as no:
            refused.extend(str(problem.message()) for problem in no.problems)
    return case, refused
