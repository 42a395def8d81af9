"""Who may what through the interface: each operation, each kind of person. What is not here is not open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from api_house import NEED, House, Program, nobody, today
from test_openapi import BY_SESSION, OPERATIONS

from qixi.casework.services import attach, invite, propose_for, set_chain
from qixi.procedures.catalogue import newest
from qixi.registry.models import Asset, Post
from qixi.registry.services import give_post
from qixi.registry.services import invite as offer_post

WHO = ("nobody", "outsider", "elsewhere", "officer", "handler", "leader")


def _need(house: House) -> dict[str, str]:
    return {"number": house.need()}


def _draft(house: House) -> dict[str, str]:
    return {"number": house.need(submitted=False)}


def _with_file(house: House) -> dict[str, str]:
    number = house.need()
    kept = attach(house.actor("handler"), number, "a.txt", b"a", today())
    return {"number": number, "file": str(kept.number)}


def _price(house: House) -> dict[str, str]:
    return {"number": house.price(), "name": newest("price").papers[0].name}


def _asked(house: House) -> dict[str, str]:
    """A case that the firm is asked to join, by its handler's own hand."""
    number = house.need_of("alone")
    consent = invite(house.actor("alone"), number, str(house.firm.number), today())
    return {"number": number, "invitation": str(consent.number)}


def _asking(house: House) -> dict[str, str]:
    number, party = house.need(), house.actor("alone").number
    invite(house.actor("handler"), number, party, today())
    return {"number": number, "party": party}


def _mandated(house: House) -> dict[str, str]:
    number, party = house.need(), house.actor("alone").number
    house.mandate(number, party)
    return {"number": number, "party": party}


def _proposed(house: House) -> dict[str, str]:
    firm = str(house.firm.number)
    number = house.need(submitted=False)
    set_chain(house.actor("leader"), firm, "need", ["leader"], ["submit"], today())
    made = propose_for(house.actor("handler"), number, "submit", NEED, today())
    return {"proposal": str(made.number)}


def _firm(house: House) -> dict[str, str]:
    return {
        "number": str(house.firm.number),
        "person": house.actor("handler").number,
        "title": "handler",
    }


def _posted(house: House) -> dict[str, str]:
    give_post(house.users["handler"], house.firm, Post.Title.HANDLER, today())
    return _firm(house)


def _offered(house: House) -> dict[str, str]:
    made, _ = offer_post(house.actor("leader"), str(house.firm.number), "legal", today())
    return _firm(house) | {"offer": str(made.number)}


def _asset(house: House) -> dict[str, str]:
    return {"number": house.asset()}


def _stocked(house: House) -> dict[str, str]:
    house.stock()
    number = house.published()
    return {"number": str(Asset.objects.get().number), "case": number}


def _matched(house: House) -> dict[str, str]:
    there = _stocked(house)
    return {"number": there["case"], "technology": there["number"]}


def _nothing(house: House) -> dict[str, str]:
    return {"code": "need", "mark": "00000000"}


TABLE = {
    ("get", "/procedures"): (_nothing, None, (200,) * 6),
    ("get", "/procedures/{code}"): (_nothing, None, (200,) * 6),
    ("get", "/parameters"): (_nothing, None, (200,) * 6),
    ("get", "/cases"): (_nothing, None, (401, 200, 200, 200, 200, 200)),
    ("post", "/cases"): (
        _nothing,
        {"procedure": "need", "division": "330102"},
        (401, 201, 201, 201, 201, 201),
    ),
    ("get", "/cases/{number}"): (_need, None, (401, 404, 404, 200, 200, 200)),
    ("get", "/cases/{number}/events"): (_need, None, (401, 404, 404, 200, 200, 200)),
    ("post", "/cases/{number}/acts/{verb}"): (_draft, NEED, (401, 404, 404, 404, 201, 201)),
    ("get", "/cases/{number}/files"): (_need, None, (401, 404, 404, 200, 200, 200)),
    ("post", "/cases/{number}/files"): (_need, b"a", (401, 404, 404, 201, 201, 201)),
    ("get", "/cases/{number}/files/{file}"): (_with_file, None, (401, 404, 404, 200, 200, 200)),
    # A price under notice is public, so that everybody may object; what is inside is not.
    ("get", "/cases/{number}/papers"): (_price, None, (401, 200, 200, 200, 200, 200)),
    ("get", "/cases/{number}/papers/{name}"): (_price, None, (401, 404, 404, 200, 200, 200)),
    ("get", "/cases/{number}/file.pdf"): (_need, None, (401, 404, 404, 200, 200, 200)),
    ("get", "/cases/{number}/bundle.zip"): (_need, None, (401, 404, 404, 200, 200, 200)),
    ("post", "/cases/{number}/receipt"): (_need, None, (401, 404, 404, 200, 200, 200)),
    ("get", "/cases/{number}/parties"): (_need, None, (401, 404, 404, 200, 200, 200)),
    ("post", "/cases/{number}/invitations"): (_need, {"party": "alone"}, (401, 404, 404, 403, 201, 201)),
    ("delete", "/cases/{number}/invitations/{party}"): (_asking, None, (401, 404, 404, 403, 204, 204)),
    ("get", "/invitations"): (_asked, None, (401, 200, 200, 200, 200, 200)),
    ("post", "/invitations/{invitation}/accept"): (_asked, None, (401, 404, 404, 404, 200, 200)),
    ("post", "/invitations/{invitation}/decline"): (_asked, None, (401, 404, 404, 404, 200, 200)),
    ("post", "/cases/{number}/mandates"): (_need, {"party": "alone"}, (401, 404, 404, 403, 201, 201)),
    ("delete", "/cases/{number}/mandates/{party}"): (_mandated, None, (401, 404, 404, 403, 204, 204)),
    ("post", "/cases/{number}/leave"): (_need, None, (401, 404, 404, 403, 403, 403)),
    ("get", "/cases/{number}/draws"): (_need, None, (401, 404, 404, 200, 200, 200)),
    ("post", "/cases/{number}/draws"): (_need, None, (401, 404, 404, 409, 403, 403)),
    ("post", "/cases/{number}/draws/promise"): (_need, {}, (401, 404, 404, 409, 409, 409)),
    ("post", "/cases/{number}/draws/roster"): (_need, {}, (401, 404, 404, 409, 403, 403)),
    ("post", "/cases/{number}/draws/reveal"): (_need, {"value": "00"}, (401, 404, 404, 409, 409, 409)),
    ("post", "/cases/{number}/draws/end"): (_need, {"reason": "x"}, (401, 404, 404, 409, 403, 403)),
    ("get", "/proposals"): (_proposed, None, (401, 200, 200, 200, 200, 200)),
    ("post", "/proposals/{proposal}/approve"): (_proposed, None, (401, 404, 404, 404, 403, 200)),
    ("post", "/proposals/{proposal}/return"): (_proposed, {"reason": "x"}, (401, 404, 404, 404, 403, 200)),
    ("post", "/proposals/{proposal}/withdraw"): (_proposed, None, (401, 404, 404, 404, 200, 403)),
    ("get", "/assets"): (_asset, None, (401, 200, 200, 200, 200, 200)),
    ("get", "/assets/{number}"): (_asset, None, (401, 404, 404, 200, 200, 200)),
    ("put", "/assets/{number}"): (_asset, {"title": "工艺"}, (401, 404, 404, 403, 200, 200)),
    ("get", "/technologies"): (_nothing, None, (200,) * 6),
    ("get", "/technologies/search"): (_nothing, {"q": "采收"}, (200,) * 6),
    ("get", "/technologies/{number}"): (_stocked, None, (200,) * 6),
    ("get", "/needs/{number}/matches"): (_matched, None, (401, 200, 200, 200, 200, 200)),
    ("put", "/needs/{number}/grades/{technology}"): (
        _matched,
        {"prospects": 3},
        (401, 403, 403, 403, 200, 200),
    ),
    ("get", "/clocks"): (_nothing, None, (401, 200, 200, 200, 200, 200)),
    ("get", "/organisations/{number}"): (_firm, None, (401, 404, 404, 200, 200, 200)),
    ("get", "/organisations/{number}/posts"): (_firm, None, (401, 404, 404, 200, 200, 200)),
    ("post", "/organisations/{number}/posts"): (
        _firm,
        {"person": "handler", "title": "legal"},
        (401, 404, 404, 422, 403, 201),
    ),
    ("delete", "/organisations/{number}/posts/{person}/{title}"): (
        _posted,
        None,
        (401, 404, 404, 422, 204, 204),
    ),
    ("post", "/organisations/{number}/offers"): (_firm, {"title": "legal"}, (401, 404, 404, 422, 403, 201)),
    ("delete", "/organisations/{number}/offers/{offer}"): (_offered, None, (401, 404, 404, 204, 403, 204)),
    ("post", "/offers/take"): (_nothing, {"token": "x"}, (401, 422, 422, 422, 422, 422)),
    ("get", "/inbox"): (_nothing, None, (401, 200, 200, 200, 200, 200)),
    ("post", "/inbox/read"): (_nothing, {"messages": [1]}, (401, 200, 200, 200, 200, 200)),
    ("get", "/me"): (_nothing, None, (401, 200, 200, 200, 200, 200)),
    ("get", "/tokens"): (_nothing, None, (401, 200, 200, 200, 200, 200)),
    ("post", "/tokens"): (_nothing, {"name": "x", "scopes": ["read"]}, (401, 201, 201, 201, 201, 201)),
    ("delete", "/tokens/{mark}"): (_nothing, None, (401, 404, 404, 404, 404, 404)),
}  # fmt: skip


def test_the_table_knows_every_operation():
    assert {(method, f"/api{path}") for method, path in TABLE} == set(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), list(TABLE))
def test_each_person_gets_the_answer_that_is_written_down(house: House, method: str, path: str):
    house.leader()
    house.person("alone", "独立发明人")
    (there, sent, said), found = TABLE[method, path], []
    body = _filled(house, sent)
    for who in WHO:
        place = path.format(**{"verb": "submit"} | there(house))
        found.append(_answer(_program(house, who, method, path), method, place, body))
    assert tuple(found) == said


def _program(house: House, who: str, method: str, path: str) -> Program:
    if who == "nobody":
        return nobody()
    return house.session(who) if (method, f"/api{path}") in BY_SESSION else house.token(who)


def _answer(program: Program, method: str, place: str, body: Any) -> int:
    ways: dict[str, Callable[[], Any]] = {
        "get": lambda: program.get(f"{place}?{urlencode(body)}" if body else place),
        "put": lambda: program.put(place, body),
        "delete": lambda: program.delete(place),
        "post": lambda: (
            program.hand_in(place, "a.txt", body) if isinstance(body, bytes) else program.post(place, body)
        ),
    }
    return int(ways[method]().status_code)


def _filled(house: House, body: Any) -> Any:
    """Return a body in which people stand by their numbers."""
    if not isinstance(body, dict):
        return body
    return {
        name: house.actor(value).number if name in {"party", "person"} else value
        for name, value in body.items()
    }
