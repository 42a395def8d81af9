"""What the interface says to whom it does not know, to too many, and to what it cannot read."""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from api_house import NEED, House, Program, nobody
from django.test import Client
from django.utils import timezone

from qixi.api.models import Scope, Token
from qixi.api.problems import MEDIA_TYPE
from qixi.api.services import issue_token
from qixi.core import Refused
from qixi.registry.services import close_account


def problem(answer: Any, status: int, kind: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, MEDIA_TYPE)
    told: dict[str, Any] = answer.json()
    assert told["type"].endswith(f"#problem-{kind}")
    assert told["status"] == status
    assert told["messages"]["zh"]
    assert told["messages"]["en"]
    return told


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ("{", 400, "malformed"),
        (b"\xff\xfe{}", 400, "malformed"),
        ('{"division": NaN}', 400, "malformed"),
        ('{"subject": "a\\u0000b"}', 400, "malformed"),
        ('{"procedure": "need", "division": "330102", "division": "3302"}', 400, "malformed"),
        ('{"procedure": "need", "division": "330102", "subject": {"a": 1, "a": 2}}', 400, "malformed"),
        ('{"a\\u0000b": 1}', 400, "malformed"),
        ('{"subject": "\\ud800"}', 400, "malformed"),
        ("[" * 100_000, 400, "malformed"),
        ('{"a":' * 30 + "1" + "}" * 30, 400, "malformed"),
        ("9" * 10_000, 400, "malformed"),
        ("[]", 422, "invalid"),
        ("null", 422, "invalid"),
        ("{}", 422, "invalid"),
        ('{"procedure": "need", "division": "330102", "more": 1}', 422, "invalid"),
        ('{"procedure": "need", "division": "330102", "party": "me"}', 422, "invalid"),
        (json.dumps({"procedure": "need", "division": "330102", "subject": "x" * 101}), 422, "invalid"),
        ('{"procedure": "no-such", "division": "330102"}', 404, "not-found"),
        ('{"procedure": "need", "division": "999999"}', 422, "invalid"),
        ("x" * (6 * 2**20), 413, "too-large"),
    ],
)
def test_a_body_that_is_no_good(house: House, body: Any, status: int, kind: str):
    problem(house.token("handler").post("/cases", body), status, kind)


def test_every_fault_under_the_root_is_a_problem_in_both_languages(house: House):
    problem(nobody().get("/no-such"), 404, "not-found")
    problem(nobody().get("/"), 404, "not-found")
    answer = nobody().post("/procedures")
    problem(answer, 405, "method")
    assert answer.headers["Allow"] == "GET"
    problem(nobody().get("/procedures", Host="evil.example"), 400, "malformed")
    typed = Client().post("/api/cases", {"a": 1}, headers=house.token("handler").heads)
    problem(typed, 415, "media-type")
    faulty = problem(house.token("handler").get("/cases?limit=0&phase=x&due_before=y"), 422, "invalid")
    assert {each["column"] for each in faulty["problems"]} == {"limit", "phase", "due_before"}


def test_the_language_of_the_detail_is_the_one_asked_for(house: House):
    for asked, language in (
        ("en", "en"),
        ("fr, en;q=0.8, zh;q=0.7", "en"),
        ("zh-CN,en;q=0.5", "zh"),
        ("", "zh"),
    ):
        answer = nobody().get("/me", **{"Accept-Language": asked})
        assert answer.json()["detail"] == answer.json()["messages"][language]
        assert answer.headers["Content-Language"] == language


def test_a_failure_here_shows_no_trace(house: House, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise RuntimeError("the secret words")

    monkeypatch.setattr("qixi.api.cases.routes.visible_to", broken)
    program = house.token("handler")
    program.client.raise_request_exception = False
    assert "secret words" not in json.dumps(problem(program.get("/cases"), 500, "failed"))


SCOPED = [
    (Scope.READ, "get", "/cases", None),
    (Scope.READ, "get", "/cases/{number}", None),
    (Scope.READ, "get", "/cases/{number}/events", None),
    (Scope.READ, "get", "/organisations/{firm}", None),
    (Scope.READ, "get", "/me", None),
    (Scope.OPEN, "post", "/cases", {"procedure": "need", "division": "330102"}),
    (Scope.ACT, "post", "/cases/{number}/acts/submit", NEED),
]


@pytest.mark.parametrize("scope", Scope)
def test_a_token_does_what_its_scope_says_and_nothing_else(house: House, scope: Scope):
    for needed, method, path, body in SCOPED:
        number = house.need(submitted=False)
        place = path.format(number=number, firm=house.firm.number)
        program = house.token("handler", scope)
        answer = program.get(place) if method == "get" else program.post(place, body)
        if needed is scope:
            assert answer.status_code in {200, 201}, (place, answer.content)
        else:
            problem(answer, 403, "scope")
            assert f'scope="{needed}"' in answer.headers["WWW-Authenticate"]
    assert house.token("handler", scope).get("/procedures").status_code == 200


@pytest.mark.parametrize("path", ["/tokens"])
def test_a_token_neither_shows_nor_makes_tokens(house: House, path: str):
    program = house.token("handler")
    assert program.get(path).status_code == 401
    assert program.post(path, {"name": "x", "scopes": ["read"]}).status_code == 401


def test_tokens_are_issued_listed_and_revoked_by_session(house: House):
    page = house.session("handler")
    issued = page.post("/tokens", {"name": "每夜同步", "scopes": ["read"], "days": 7})
    assert issued.status_code == 201
    token = issued.json()
    key = token.pop("key")
    assert token["mark"] in key
    assert token["scopes"] == ["read"]
    program = Program(Client(), {"Authorization": f"Bearer {key}"})
    assert program.get("/me").json()["username"] == "handler"
    listed = page.get("/tokens")
    assert [each["mark"] for each in listed.json()["items"]] == [token["mark"]]
    assert listed.json()["items"][0]["used_at"]
    assert key not in listed.content.decode()
    assert key.rsplit("_", 1)[1] not in str(Token.objects.values().get())
    assert house.session("outsider").delete(f"/tokens/{token['mark']}").status_code == 404
    assert page.delete(f"/tokens/{token['mark']}").status_code == 204
    assert page.delete(f"/tokens/{token['mark']}").status_code == 404
    problem(program.get("/me"), 401, "unauthenticated")


def test_a_token_that_is_no_good_opens_nothing_whatever_session_there_is(house: House):
    page = house.session("handler")
    for bad in ("qixi_00000000_x", "", "a b", "é", "x" * 5000):
        answer = page.get("/me", Authorization=f"Bearer {bad}")
        problem(answer, 401, "unauthenticated")
    problem(page.get("/procedures", Authorization="Bearer x"), 401, "unauthenticated")


def test_tokens_end_with_their_time_and_with_the_account(house: House):
    program = house.token("handler")
    Token.objects.update(expires_at=timezone.now())
    problem(program.get("/me"), 401, "unauthenticated")
    program = house.token("outsider")
    close_account(house.users["outsider"], timezone.localdate())
    problem(program.get("/me"), 401, "unauthenticated")


def test_a_person_holds_so_many_tokens(house: House):
    now = timezone.now()
    for _ in range(20):
        issue_token(house.users["handler"], "x", [Scope.READ], 1, now)
    with pytest.raises(Refused, match="You hold 20 tokens"):
        issue_token(house.users["handler"], "x", [Scope.READ], 1, now)
    issue_token(house.users["handler"], "x", [Scope.READ], 1, now + timedelta(days=2))
    for name, scopes, days in ((" ", [Scope.READ], 1), ("x", [], 1), ("x", [Scope.READ], 367)):
        with pytest.raises(Refused, match="acks a name"):
            issue_token(house.users["officer"], name, scopes, days, now)


def test_a_session_without_the_sign_changes_nothing(house: House):
    page = house.session("handler")
    page.heads.clear()
    assert page.get("/me").status_code == 200
    problem(page.post("/cases", {"procedure": "need", "division": "330102"}), 403, "csrf")
    problem(page.post("/tokens", {"name": "x", "scopes": ["read"]}), 403, "csrf")
    assert not Token.objects.exists()


def test_who_asks_too_often_is_told_to_wait(house: House, settings: Any):
    settings.API_RATE, settings.API_RATE_ANONYMOUS = "3/m", "2/m"
    one, other = house.token("handler"), house.token("handler")
    assert [one.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    stopped = one.get("/me")
    problem(stopped, 429, "throttled")
    assert 1 <= int(stopped.headers["Retry-After"]) <= 60
    assert stopped.headers["RateLimit"].startswith('"default";r=0;t=')
    allowed = other.get("/me")
    assert allowed.status_code == 200
    assert allowed.headers["RateLimit-Policy"] == '"default";q=3;w=60'
    assert allowed.headers["RateLimit"].startswith('"default";r=2;t=')
    assert [nobody().get("/procedures").status_code for _ in range(3)] == [200, 200, 429]
    assert nobody().get("/me", Authorization="Bearer wrong").status_code == 429
    assert nobody().get("/procedures", **{"X-Forwarded-For": "1.2.3.4"}).status_code == 429


def test_no_key_is_ever_logged(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    caplog.set_level(logging.DEBUG)
    key = house.key("handler")
    program = Program(Client(raise_request_exception=False), {"Authorization": f"Bearer {key}"})

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("qixi.api.cases.routes.visible_to", broken)
    told = [program.get(path).content.decode() for path in ("/cases", "/me", "/no-such", "/cases/x")]
    told.append(program.post("/cases", "{").content.decode())
    secret = key.rsplit("_", 1)[1]
    assert secret not in caplog.text
    assert not any(secret in each for each in told)


def test_a_refused_host_is_logged_without_a_trace_or_secrets(house: House, monkeypatch: pytest.MonkeyPatch):
    written = io.StringIO()
    for name in ("django.security.DisallowedHost", ""):
        for handler in logging.getLogger(name).handlers:
            if type(handler) is logging.StreamHandler:  # the service's own, as it is set
                monkeypatch.setattr(handler, "stream", written)
    key = house.key("handler")
    heads = {"Authorization": f"Bearer {key}", "Cookie": "sessionid=secretsession", "Host": "evil.example"}
    problem(Client().get("/api/cases?cursor=secretcursor", headers=heads), 400, "malformed")
    (line,) = [each for each in written.getvalue().splitlines() if "evil.example" in each]
    assert "HTTP_HOST" in line
    for word in (key.rsplit("_", 1)[1], "secretsession", "secretcursor", "Traceback"):
        assert word not in written.getvalue()


def test_answers_are_kept_out_of_caches(house: House):
    answer = house.token("handler").get("/me")
    assert answer.headers["Cache-Control"] == "no-store"
    assert {"Authorization", "Cookie", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
