"""What the interface says of itself is what it does: the snapshot, and requests made up from it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from api_house import NEED, House, Program, today
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi import checks

from qixi.api.door import api
from qixi.api.problems import KINDS
from qixi.casework.services import act_for, attach
from qixi.procedures.catalogue import catalogue

ROOT = Path(__file__).parents[2]
PATHS = api.get_openapi_schema()["paths"]
OPERATIONS = [(method, path) for path, methods in PATHS.items() for method in methods]
BY_SESSION = [
    (method, path) for method, path in OPERATIONS if PATHS[path][method].get("security") == [{"Session": []}]
]
CODES = sorted({code for code, _ in catalogue()})
# A body that fits the document may still not fit the form of an act, so that 422 is a fair answer to it.
LEFT_OUT = [checks.positive_data_acceptance]
AIMED = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]


def test_the_snapshot_is_what_the_interface_says():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "openapi.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"},
    )
    assert done.returncode == 0, done.stderr


def test_acts_have_no_routes_of_their_own():
    """A new procedure changes no route: what an act is called stands in a parameter."""
    acts = [path for _, path in OPERATIONS if "/acts/" in path]
    assert acts == ["/api/cases/{number}/acts/{verb}"]
    assert ("post", "/api/cases/{number}/acts/{verb}") in OPERATIONS


class Made:
    """The interface asked by made-up requests, as somebody who may do much."""

    def __init__(self, house: House, method: str, path: str) -> None:
        self.house = house
        document = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
        self.operation = document[path][method]
        if (method, path) in BY_SESSION:
            page = house.session("handler")
            cookies = "; ".join(f"{name}={each.value}" for name, each in page.client.cookies.items())
            self.heads = page.heads | {"Cookie": cookies}
        else:
            self.heads = house.token("handler").heads

    def sent(self, most: int) -> None:
        """Send requests that fit the document, and each again at something that is there."""
        dice, there = random.Random(7), self._there()

        @settings(
            max_examples=most,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=self.operation.as_strategy())
        def send(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=self.heads, excluded_checks=LEFT_OUT)
            aimed = {name: dice.choice(there[name]) for name in case.path_parameters if name in there}
            if aimed:
                case.path_parameters |= aimed
                case.call_and_validate(headers=self.heads, checks=AIMED)

        send()

    def _there(self) -> dict[str, list[str]]:
        """Return what of each kind is there to be named in a path."""
        house, path = self.house, self.operation.path
        number = house.need()
        attached = attach(house.actor("handler"), number, "a.txt", b"a", today())
        firm, person = str(house.firm.number), str(house.users["handler"].number)
        of_kind = {
            "/api/cases/": [number, house.need(submitted=False)],
            "/api/organisations/": [firm],
            "/api/assets/": [house.asset()],
        }
        found = next((each for start, each in of_kind.items() if path.startswith(start)), [])
        return {
            "verb": ["submit", "withdraw", "publish", "resubmit"],
            "file": [str(attached.number)],
            "party": [firm, person],
            "person": [person],
        } | ({"number": found} if found else {})


@pytest.fixture
def unhurried(settings: Any) -> Iterator[None]:
    """Let as much be sent as it takes, within the transaction of the test."""
    settings.API_RATE = settings.API_RATE_ANONYMOUS = "9999999/h"
    signals = (request_started, request_finished)
    for signal in signals:  # a test's connection stays open from one request to the next
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_made_up_requests_get_the_answers_that_are_documented(
    house: House, unhurried: None, method: str, path: str
):
    Made(house, method, path).sent(25)


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_many_made_up_requests(house: House, unhurried: None, method: str, path: str):
    Made(house, method, path).sent(250)


STRANGE: list[Any] = [
    None,
    True,
    -1,
    10**30,
    1.5,
    "",
    " ",
    "x" * 9000,
    "=1+1",
    "🧪",
    "\u202ertl",
    "9999-99-99",
    "0001-01-01",
    "1e999",
    "NaN",
    [],
    ["a"] * 200,
    [[["a"]]],
    {},
    {"a": {"b": [1]}},
]


def strange(schema: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Fill a form in with what nobody expects, some fields as they should be."""
    good: dict[str, Any] = {
        "string": "微藻培养与采收技术的成果转化事项说明",
        "boolean": False,
        "integer": 7,
        "number": "12.5",
        "array": ["张三", "李四"],
    }
    found: dict[str, Any] = {}
    for name, said in schema.get("properties", {}).items():
        about = next((each for each in said.get("anyOf", ()) if each.get("type") != "null"), said)
        about = schema["$defs"][about["$ref"].rsplit("/", 1)[1]] if "$ref" in about else about
        right = about["enum"][0] if "enum" in about else good.get(about.get("type", ""), "x")
        right = today().isoformat() if about.get("format") == "date" else right
        if (roll := dice.random()) < 0.85:
            found[name] = right if roll < 0.5 else dice.choice(STRANGE)
    if dice.random() < 0.2:
        found[dice.choice(("more", "", "__proto__", "a" * 300, "键"))] = dice.choice(STRANGE)
    return found


def fuzzed(house: House, code: str, rounds: int) -> None:
    """Let handler and officer do whatever they see, filled in strangely; nothing may break."""
    dice, programs = random.Random(code), {who: house.token(who) for who in ("handler", "officer")}
    number = ""
    for _ in range(rounds):
        if not number or dice.random() < 0.05:
            number = house.begun(code)
            if code == "need" and dice.random() < 0.5:
                act_for(house.actor("handler"), number, "submit", NEED, today())
        number = _do_something(programs, number, dice)


def _do_something(programs: dict[str, Program], number: str, dice: random.Random) -> str:
    who = dice.choice(list(programs))
    shown = programs[who].get(f"/cases/{number}")
    if who == "officer" and shown.status_code == 404:
        return number  # a draft is none of its business
    assert shown.status_code == 200, shown.content
    acts = shown.json()["acts"]
    if not acts:
        return "" if shown.json()["phase"] == "closed" else number
    act = dice.choice(acts)
    body = strange(act["form"], dice) if act["form"] else dice.choice(({}, {}, {"a": 1}))
    answer = programs[who].post(f"/cases/{number}/acts/{act['verb']}", body)
    assert answer.status_code in {201, 403, 409, 422}, (act["verb"], body, answer.content)
    if answer.status_code != 201:
        assert all(each["reason"]["zh"] and each["remedy"]["en"] for each in answer.json()["problems"])
    return number


@pytest.mark.parametrize("code", CODES)
def test_strange_content_of_an_act_is_refused_or_kept_but_never_breaks(
    house: House, unhurried: None, code: str
):
    fuzzed(house, code, 60)


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
def test_much_strange_content(house: House, unhurried: None, code: str):
    fuzzed(house, code, 1_000)


def test_the_reference_names_every_operation_and_every_problem():
    page = (ROOT / "docs" / "reference" / "api.md").read_text("utf-8")
    for method, path in OPERATIONS:
        assert path in page, (method, path)
    assert all(f"`{kind.name}`" in page and f"| {kind.status} |" in page for kind in KINDS.values())
