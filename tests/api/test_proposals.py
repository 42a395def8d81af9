"""An act that an organisation approves first is proposed, approved and done by programs as by pages."""

from __future__ import annotations

from datetime import date

import pytest
from api_house import NEED, House

from qixi.casework import models
from qixi.casework.services import set_chain


@pytest.fixture
def chained(house: House) -> House:
    """Return the house with a firm whose leader approves what is handed in."""
    house.leader()
    leader = house.actor("leader")
    set_chain(leader, str(house.firm.number), "need", ["leader"], ["submit"], date(2026, 1, 1))
    return house


def test_an_act_under_a_chain_is_proposed_once_and_done_by_the_last_approval(chained: House):
    number, handler = chained.need(submitted=False), chained.token("handler")
    acts = {each["verb"]: each["chain"] for each in handler.get(f"/cases/{number}").json()["acts"]}
    assert (acts["submit"], acts["withdraw"]) == (["leader"], [])
    made = handler.post(f"/cases/{number}/acts/submit", NEED, "k1")
    again = handler.post(f"/cases/{number}/acts/submit", NEED, "k1")
    assert (made.status_code, again.status_code, again.json()) == (202, 202, made.json())
    told = made.json()
    assert (told["state"], told["waits_for"], told["event"]) == ("waiting", "leader", None)
    refused = handler.post(f"/proposals/{told['number']}/approve")
    assert refused.status_code == 403
    leader = chained.token("leader")
    (listed,) = leader.get("/proposals").json()["items"]
    assert (listed["number"], listed["why_not"], listed["data"]["title"]) == (
        told["number"],
        None,
        NEED["title"],
    )
    done = leader.post(f"/proposals/{told['number']}/approve").json()
    assert (done["state"], done["waits_for"], done["event"]) == ("performed", None, 1)
    assert models.Case.objects.get(number=number).step == "curation"
    assert leader.get("/proposals").json()["items"] == []


def test_a_proposal_is_sent_back_with_a_reason_and_outsiders_find_none(chained: House):
    number, leader = chained.need(submitted=False), chained.token("leader")
    made = chained.token("handler").post(f"/cases/{number}/acts/submit", NEED).json()["number"]
    for who in ("outsider", "officer"):
        assert chained.token(who).get("/proposals").json()["items"] == []
        assert chained.token(who).post(f"/proposals/{made}/approve").status_code == 404
    assert leader.post(f"/proposals/{made}/return", {"reason": ""}).status_code == 422
    assert leader.post(f"/proposals/{made}/return", {"reason": "请再核对"}).json()["state"] == "returned"
    assert leader.post(f"/proposals/{made}/approve").status_code == 409
    assert models.Case.objects.get(number=number).step == "draft"


def test_whoever_proposed_takes_it_back(chained: House):
    number, handler = chained.need(submitted=False), chained.token("handler")
    made = handler.post(f"/cases/{number}/acts/submit", NEED).json()["number"]
    assert chained.token("leader").post(f"/proposals/{made}/withdraw").status_code == 403
    assert chained.token("outsider").post(f"/proposals/{made}/withdraw").status_code == 404
    assert handler.post(f"/proposals/{made}/withdraw").json()["state"] == "withdrawn"
    assert handler.post(f"/proposals/{made}/withdraw").status_code == 409
    assert handler.post(f"/cases/{number}/acts/submit", NEED).status_code == 202


def test_a_case_is_about_an_asset_of_its_party_or_none(house: House):
    handler = house.token("handler")
    body = {"procedure": "price", "division": "330102", "party": str(house.firm.number)}
    for subject in ("nonsense", "1b671a64-40d5-491e-99b0-da01ff1f3341"):
        answer = handler.post("/cases", body | {"subject": subject})
        assert (answer.status_code, answer.json()["problems"][0]["column"]) == (422, "subject")
    assert handler.post("/cases", body | {"procedure": "need", "subject": "x"}).status_code == 422
    assert handler.post("/cases", body).status_code == 201
