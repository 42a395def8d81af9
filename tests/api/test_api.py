"""The interface for programs: what it shows and does, and that outsiders learn nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from api_house import NEED, House, nobody, today

from qixi.casework import models


def test_procedures_are_told_whole_to_everybody(house: House):
    listed = nobody().get("/procedures").json()["items"]
    assert {"need", "organisation", "price"} <= {each["code"] for each in listed}
    found = nobody().get("/procedures/need").json()
    assert found["title"] == {"zh": "技术需求发布", "en": "Publishing a technical need"}
    steps = {step["name"]: step for step in found["steps"]}
    submit = steps["draft"]["acts"][0]
    assert (submit["verb"], submit["by"], submit["to"], submit["form"]) == (
        "submit",
        ["applicant"],
        "curation",
        "draft/submit",
    )
    assert found["forms"]["draft/submit"]["required"] == ["title", "problem", "way"]
    clock = steps["curation"]["clocks"][0]
    assert clock["parameter"]["unit"] in {"days", "working_days"}
    assert isinstance(clock["parameter"]["confirmed"], bool)
    assert found["guide"]["zh"].startswith("# 技术需求发布")
    assert found["guide"]["en"].startswith("# Publishing")


@pytest.mark.parametrize("path", ["/procedures/no-such", "/procedures/need?version=9"])
def test_a_procedure_that_is_not_there(house: House, path: str):
    assert nobody().get(path).status_code == 404


def test_parameters_are_dated_and_sourced(house: House):
    listed = nobody().get("/parameters").json()["items"]
    assert all(each["valid_from"] and each["source"]["grade"] for each in listed)
    on = nobody().get(f"/parameters?on={today()}&division=330102").json()["items"]
    assert {each["key"] for each in on} <= {each["key"] for each in listed}
    assert len({each["key"] for each in on}) == len(on)
    assert nobody().get("/parameters?on=1900-01-01").json()["items"] == []


def test_a_need_is_opened_submitted_and_published(house: House):
    handler, officer = house.token("handler"), house.token("officer")
    opened = handler.post(
        "/cases", {"procedure": "need", "division": "330102", "party": str(house.firm.number)}
    )
    assert opened.status_code == 201
    number = opened.json()["number"]
    assert opened.headers["Location"] == f"/api/cases/{number}"
    shown = handler.get(f"/cases/{number}").json()
    submit = next(act for act in shown["acts"] if act["verb"] == "submit")
    assert submit["why_not"] == []
    assert submit["form"]["properties"]["title"]["title_en"] == "Title"

    done = handler.post(f"/cases/{number}/acts/submit", NEED)
    assert done.status_code == 201
    assert done.json() == {
        "case": number,
        "seq": 1,
        "verb": "submit",
        "on": today().isoformat(),
        "step": "draft",
        "to": "curation",
    }
    seen = officer.get(f"/cases/{number}").json()
    assert (seen["phase"], seen["step"]["name"]) == ("intake", "curation")
    assert seen["due"][0]["on"] == seen["due_on"]
    assert "from" in seen["due"][0]["said"]["en"]
    assert seen["events"][1]["name"] == "晨光生物科技有限公司"
    assert officer.post(f"/cases/{number}/acts/publish").status_code == 201
    assert [e["verb"] for e in handler.get(f"/cases/{number}/events").json()["items"]] == [
        "open",
        "submit",
        "publish",
    ]
    person = models.Event.objects.get(case__number=number, verb="submit").person
    assert person == str(house.users["handler"].number)


def test_what_cannot_be_done_says_why_and_leaves_nothing(house: House):
    number = house.need()
    refused = house.token("handler").post(f"/cases/{number}/acts/publish", **{"Accept-Language": "en-GB"})
    assert refused.status_code == 409
    told = refused.json()
    assert told["detail"] == told["messages"]["en"]
    assert "cannot be done" in told["detail"]
    assert told["problems"][0]["remedy"]["zh"]
    assert told["type"] == "/api/docs#problem-refused"
    assert models.Case.objects.get(number=number).length == 2


def test_a_form_filled_in_wrongly_names_each_field(house: House):
    number = house.need(submitted=False)
    refused = house.token("handler").post(f"/cases/{number}/acts/submit", {"title": "短", "way": "x", "z": 1})
    assert refused.status_code == 422
    assert {each["column"] for each in refused.json()["problems"]} == {"title", "problem", "way", "z"}
    assert refused.json()["detail"] == refused.json()["messages"]["zh"]


@pytest.mark.parametrize("who", ["outsider", "elsewhere"])
def test_an_outsider_learns_nothing(house: House, who: str):
    program = house.token(who)
    real, missing = house.need(), "2026-need-999999"
    for path in ("/cases/{}", "/cases/{}/events"):
        hidden, absent = program.get(path.format(real)), program.get(path.format(missing))
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content
    for verb in ("publish", "submit", "no_such"):
        hidden = program.post(f"/cases/{real}/acts/{verb}")
        absent = program.post(f"/cases/{missing}/acts/{verb}")
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content
    hidden, absent = (
        program.get(f"/organisations/{house.firm.number}"),
        program.get(f"/organisations/{uuid4()}"),
    )
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    assert program.get("/cases").json() == {"items": [], "next": None}
    ours = {"procedure": "need", "division": "330102", "party": str(house.firm.number)}
    hidden, absent = program.post("/cases", ours), program.post("/cases", ours | {"party": str(uuid4())})
    assert hidden.status_code == absent.status_code == 403
    assert hidden.content == absent.content
    assert models.Case.objects.count() == 1


def test_nobody_is_asked_to_sign_in_before_anything_is_looked_at(house: House):
    for path in (f"/cases/{house.need()}", "/cases/2026-need-999999", "/cases", "/me", "/tokens"):
        asked = nobody().get(path)
        assert asked.status_code == 401
        assert asked.headers["WWW-Authenticate"].startswith("Bearer")
        assert asked.json()["messages"]["zh"]


def test_an_officer_begins_a_case_for_an_organisation_that_is_there(house: House):
    officer = house.token("officer")
    wish = {"procedure": "need", "division": "330102"}
    assert officer.post("/cases", wish | {"party": str(house.firm.number)}).status_code == 201
    assert officer.post("/cases", wish | {"party": str(uuid4())}).status_code == 403


def test_who_one_is(house: House):
    told = house.token("officer").get("/me").json()
    assert (told["username"], told["name"], told["scopes"]) == ("officer", "王科员", ["act", "open", "read"])
    assert told["divisions"][0]["code"] == "3301"
    assert told["posts"][0]["titles"] == ["officer"]
    assert house.session("handler").get("/me").json()["scopes"] is None


def test_an_organisation_is_shown_to_its_people_and_its_officers(house: House):
    for who in ("handler", "officer"):
        told = house.token(who).get(f"/organisations/{house.firm.number}").json()
        assert (told["name"], told["standing"], told["division"]["code"]) == (
            "晨光生物科技有限公司",
            "verified",
            "330102",
        )


def test_lists_are_filtered_and_walked_while_cases_come_in(house: House):
    program = house.token("officer")
    numbers = [house.need() for _ in range(7)]
    seen, path = [], "/cases?limit=3&phase=intake&procedure=need"
    while path:
        answer = program.get(path)
        seen += [each["number"] for each in answer.json()["items"]]
        house.need()  # comes in before all of them
        following = answer.json()["next"]
        path = f"/cases?limit=3&phase=intake&procedure=need&cursor={following}" if following else ""
        assert ('rel="next"' in answer.headers.get("Link", "")) is bool(following)
    assert seen == numbers[::-1]
    assert program.get("/cases?phase=closed").json()["items"] == []
    assert program.get("/cases?due_before=2020-01-01").json()["items"] == []
    assert len(program.get("/cases?due_before=2999-01-01").json()["items"]) == len(numbers) + 3


def test_events_come_in_pages(house: House):
    program, number = house.token("handler"), house.need()
    first = program.get(f"/cases/{number}/events?limit=1").json()
    assert [e["verb"] for e in first["items"]] == ["open"]
    second = program.get(f"/cases/{number}/events?limit=1&cursor={first['next']}").json()
    assert ([e["verb"] for e in second["items"]], second["next"]) == (["submit"], None)


@pytest.mark.parametrize("cursor", ["x", "!!!", "5byg", "MjAyNi1uZWVkLTk5OTk5OQ", "A" * 200])
def test_a_cursor_of_no_page_is_refused(house: House, cursor: str):
    number = house.need()
    for path in ("/cases", f"/cases/{number}/events"):
        assert house.token("handler").get(f"{path}?cursor={cursor}").status_code == 422
    assert house.token("outsider").get("/cases?cursor=" + "MjAyNi1uZWVkLTAwMDAwMQ").status_code == 422


def test_the_page_for_people_names_every_operation(house: House):
    page = nobody().get("/docs")
    text = page.content.decode()
    for path in nobody().get("/openapi.json").json()["paths"]:
        assert path in text
    assert 'id="problem-throttled"' in text
    assert "style=" not in text
    assert "https://" not in text
