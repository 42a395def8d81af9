"""A crawler follows every link as each kind of person, and posts rubbish to every form: nothing fails."""

from __future__ import annotations

import os
import random
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from web_house import DECISION, NEED, PRICE, House, today
from web_panel import PANELLED, enrolled, held, put_in_catalogue, under_review

from qixi.casework.effects import perform_waiting
from qixi.core import Text
from qixi.registry.services import tell

pytestmark = pytest.mark.django_db
MOST = 400
RUBBISH = (
    "", "0", "-1", "x" * 9000, "\x00", "'; DROP TABLE cases; --", "<script>alert(1)</script>", "中文",
    "2026-02-30", "９９", "NaN", "Infinity", "1e999", "[]", "{}", "../../etc/passwd", "{{ 7*7 }}",
    "/\r\nSet-Cookie: a=b", "𠮷\u202e", "yes", "need",
)  # fmt: skip


@dataclass
class Form:
    """A form as it stands on a page."""

    method: str = "get"
    action: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "form":
            self.forms.append(Form(found.get("method", "get").lower(), found.get("action", "")))
        if tag == "select":
            self._select = found.get("name", "")
        if not self.forms:
            return
        if tag == "option" and self._select:
            self.forms[-1].fields.setdefault(self._select, []).append(found.get("value", ""))
        if tag == "input" and found.get("type") == "file":
            self.forms[-1].files.append(found["name"])
        elif tag in {"input", "textarea", "button"} and found.get("name"):
            self.forms[-1].fields.setdefault(found["name"], []).append(found.get("value", ""))


def is_ours(path: str) -> bool:
    return not path.startswith(("/static/", "/office/jsi18n", "/account/logout", "/me/close"))


def pages(client: Client, start: str) -> list[tuple[str, Page]]:
    """Return every page that can be reached from `start` by links, each of which must answer."""
    seen, waiting, found = {start}, [start], []
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        answer = client.get(address)
        assert answer.status_code in {200, 302, 404}, (address, answer.status_code)
        assert answer.status_code != 404, f"a link leads nowhere: {address}"
        if answer.status_code == 302 or "text/html" not in answer.headers["Content-Type"]:
            continue
        page = Page(answer.content.decode())
        found.append((address, page))
        for link in page.links:
            parts = urlsplit(urljoin(f"http://testserver{address}", link))
            onward = parts.path + (f"?{parts.query}" if parts.query else "")
            if parts.netloc == "testserver" and is_ours(onward) and onward not in seen:
                seen.add(onward)
                waiting.append(onward)
    return found


@pytest.fixture
def full(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return the province with a case in each state that a page shows differently."""
    put_in_catalogue(monkeypatch, PANELLED)
    house.need(submitted=False)
    house.need()
    house.price()
    house.case("need", ("handler", "submit", NEED), ("officer", "correct", {"points": ["日处理量"]}))
    shown = house.case("need", ("handler", "submit", NEED), ("officer", "publish", {}))
    house.case("need", ("handler", "submit", NEED), ("officer", "refuse", {"reason": "不属于需求"}))
    objected = house.case("price", *_to_notice(), ("outsider", "object", {"reason": "价格过低"}))
    tell(house.firm, Text("请查看", "please look"), objected, "crawl")
    perform_waiting()
    enrolled(house, 4)
    held(house)
    under_review(house)
    house.stock()
    house.fair(shown)
    house.introduction()
    house.introduction(paid=False)
    house.matched()
    return house


def _to_notice() -> list[tuple[str, str, dict[str, object]]]:
    return [
        ("handler", "submit", PRICE),
        ("handler", "announce", DECISION | {"held_on": today().isoformat()}),
    ]


@pytest.mark.parametrize("who", [None, "handler", "officer", "outsider", "expert0", "operator"])
def test_every_link_answers_and_no_rubbish_fails(full: House, who: str | None) -> None:
    chance = random.Random(int(os.environ.get("QIXI_FUZZ_SEED", "7")))
    client = full.client(who)
    client.raise_request_exception = False
    found = pages(client, "/")
    assert len(found) >= 8
    forms: dict[tuple[str, ...], tuple[str, Form]] = {}
    for address, page in found:
        for form in page.forms:
            shape = re.sub(r"[0-9a-f-]{8,}|\d+", "#", urljoin(address, form.action))
            if is_ours(form.action):
                forms.setdefault((shape, *sorted(form.fields)), (address, form))
    for address, form in forms.values():
        target = urljoin(f"http://testserver{address}", form.action)
        for wild in (False, True, True):
            data = {name: _value(chance, values, wild=wild) for name, values in form.fields.items()}
            data |= {
                name: SimpleUploadedFile(chance.choice(["a.pdf", "b", "../c.docx"]), b"PK\x03\x04\x00rubbish")
                for name in form.files
            }
            fresh = full.client(who)  # what one form does, as signing out, holds no other up
            fresh.raise_request_exception = False
            answer = fresh.post(target, data) if form.method == "post" else fresh.get(target, data)
            assert answer.status_code < 500, (who, target, data)


def _value(chance: random.Random, values: list[str], *, wild: bool) -> str:
    return chance.choice(RUBBISH if wild else values)


@pytest.mark.parametrize(
    "query", ["page=x", "page=-1", "page=999999", "division=%00", "text=%00%ff", "phase[]=1"]
)
def test_strange_queries_fail_nowhere(full: House, query: str) -> None:
    client = full.client("officer")
    client.raise_request_exception = False
    for page in (
        "/",
        "/assets",
        "/desk/experts",
        "/contracts",
        "/cases",
        "/desk",
        "/desk/figures",
        "/notices",
        "/needs",
        "/inbox",
        "/procedures/need",
        "/lists",
        "/technologies",
        "/fairs",
    ):
        assert client.get(f"{page}?{query}").status_code == (400 if "%00" in query else 200)


@pytest.mark.parametrize("number", ["%00", "x" * 300, "..", "2026-need-000001%0a", "%F0%9F%90%A6"])
def test_strange_addresses_fail_nowhere(full: House, number: str) -> None:
    client = full.client("officer")
    client.raise_request_exception = False
    for page in ("/cases/{}", "/cases/{}/acts/x", "/notices/{}", "/procedures/{}", "/cases/new/{}", "/{}"):
        assert client.get(page.format(number)).status_code in {302, 404}
        assert client.post(page.format(number)).status_code in {302, 404, 405}
