"""What belongs to a case beside its acts, for programs: files, papers, parties, approvals, messages."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from api_house import House
from test_refusing import problem

from qixi.casework import models
from qixi.casework.effects import perform_waiting
from qixi.casework.services import act_for
from qixi.core import Text
from qixi.registry.services import tell

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"


def test_a_file_is_handed_in_once_listed_and_fetched(house: House):
    number, handler = house.need(), house.token("handler")
    handed_in = handler.hand_in(f"/cases/{number}/files", "说明.pdf", PDF, "k1")
    assert handed_in.status_code == 201, handed_in.content
    told = handed_in.json()
    assert (told["name"], told["kind"], told["size"], told["role"]) == (
        "说明.pdf",
        "pdf",
        len(PDF),
        "applicant",
    )
    assert told["party_name"] == "晨光生物科技有限公司"
    again = handler.hand_in(f"/cases/{number}/files", "说明.pdf", PDF, "k1")
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (told, "true")
    problem(handler.hand_in(f"/cases/{number}/files", "说明.pdf", PDF + b"%%EOF", "k1"), 422, "invalid")
    assert handler.hand_in(f"/cases/{number}/files", "说明.pdf", PDF).json()["number"] == told["number"]
    (listed,) = house.token("officer").get(f"/cases/{number}/files").json()["items"]
    assert listed == told
    fetched = house.token("officer").get(handed_in.headers["Location"].removeprefix("/api"))
    assert fetched.content == PDF
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert fetched.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ"),
        ("a.exe", b"MZ"),
        ("a.pdf", b""),
        ("a.pdf", b"%PDF-1.7 /JavaScript (x) %%EOF"),
        ("a.docx", b"PK\x03\x04"),
        ("a.txt", b"\x00"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_with_the_reason(house: House, name: str, content: bytes):
    number = house.need()
    told = problem(house.token("handler").hand_in(f"/cases/{number}/files", name, content), 422, "invalid")
    assert told["problems"][0]["remedy"]["en"]
    assert not models.Evidence.objects.exists()


def test_what_is_no_file_or_too_large_is_told_so(house: House, settings: Any):
    settings.UPLOAD_MOST = 1000
    number, handler = house.need(), house.token("handler")
    path = f"/api/cases/{number}/files"
    problem(handler.hand_in(f"/cases/{number}/files", "a.txt", b"x" * 1001), 413, "too-large")
    problem(handler.post(f"/cases/{number}/files", {"file": "x"}), 415, "media-type")
    problem(handler.client.post(path, {"other": "x"}, headers=handler.heads), 422, "invalid")
    broken = handler.client.post(path, b"x", content_type="multipart/form-data", headers=handler.heads)
    problem(broken, 400, "malformed")
    settings.BODY_MOST = 100
    problem(handler.hand_in(f"/cases/{number}/files", "a.txt", b"x" * 500), 413, "too-large")


def test_files_come_in_pages(house: House):
    number, handler = house.need(), house.token("handler")
    for n in range(3):
        handler.hand_in(f"/cases/{number}/files", f"{n}.txt", f"{n}".encode())
    first = handler.get(f"/cases/{number}/files?limit=2").json()
    second = handler.get(f"/cases/{number}/files?limit=2&cursor={first['next']}").json()
    assert [each["name"] for each in first["items"] + second["items"]] == ["0.txt", "1.txt", "2.txt"]
    assert second["next"] is None
    problem(handler.get(f"/cases/{number}/files?cursor=eA"), 422, "invalid")


def test_papers_are_listed_and_fetched_in_either_form(house: House):
    number, handler = house.price(), house.token("handler")
    told = handler.get(f"/cases/{number}/papers").json()
    name = told["items"][0]["name"]
    assert told["items"][0]["title"]["en"]
    pdf = handler.get(f"/cases/{number}/papers/{name}")
    assert (pdf.content[:5], pdf.headers["Content-Type"]) == (b"%PDF-", "application/pdf")
    docx = handler.get(f"/cases/{number}/papers/{name}?format=docx")
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(docx.content)).namelist()
    problem(handler.get(f"/cases/{number}/papers/{name}?format=xlsx"), 422, "invalid")
    problem(handler.get(f"/cases/{number}/papers/none"), 404, "not-found")
    assert handler.get(f"/cases/{number}/file.pdf").content.startswith(b"%PDF-")
    bundle = handler.get(f"/cases/{number}/bundle.zip")
    assert "file.pdf" in zipfile.ZipFile(io.BytesIO(bundle.content)).namelist()


def test_what_was_served_is_opened_once(house: House):
    number, handler = house.need(), house.token("handler")
    act_for(house.actor("officer"), number, "refuse", {"reason": "与目录不符，不予发布"}, house.day())
    (served,) = handler.get(f"/cases/{number}/papers").json()["served"]
    assert (served["party"], served["opened_on"]) == (str(house.firm.number), None)
    assert handler.post(f"/cases/{number}/receipt").json() == {"opened": 1}
    assert handler.post(f"/cases/{number}/receipt").json() == {"opened": 0}
    (served,) = house.token("officer").get(f"/cases/{number}/papers").json()["served"]
    assert served["opened_on"] == house.day().isoformat()


def test_a_co_applicant_is_asked_agrees_and_leaves(house: House):
    number, handler, other = house.need(), house.token("handler"), house.token("outsider")
    party = house.actor("outsider").number
    made = handler.post(f"/cases/{number}/invitations", {"party": party}, "k1")
    assert made.status_code == 201
    assert handler.post(f"/cases/{number}/invitations", {"party": party}, "k1").json() == made.json()
    problem(handler.post(f"/cases/{number}/invitations", {"party": party}), 409, "refused")
    problem(handler.post(f"/cases/{number}/invitations", {"party": str(uuid4())}), 409, "refused")
    (asked,) = other.get("/invitations").json()["items"]
    assert (asked["case"], asked["answer"]) == (number, "asked")
    problem(other.get(f"/cases/{number}"), 404, "not-found")
    problem(handler.post(f"/invitations/{asked['number']}/accept"), 404, "not-found")
    assert other.post(f"/invitations/{asked['number']}/accept").json()["answer"] == "accepted"
    problem(other.post(f"/invitations/{asked['number']}/decline"), 409, "refused")
    assert other.get(f"/cases/{number}").status_code == 200
    shown = handler.get(f"/cases/{number}/parties").json()
    assert {(each["name"], each["role"]) for each in shown["items"]} == {
        ("晨光生物科技有限公司", "applicant"),
        ("陈路人", "partner"),
    }
    assert shown["invitations"][0]["answer"] == "accepted"
    assert other.post(f"/cases/{number}/leave").status_code == 204
    problem(other.get(f"/cases/{number}"), 404, "not-found")


def test_an_invitation_is_declined_or_taken_back(house: House):
    number, handler, other = house.need(), house.token("handler"), house.token("outsider")
    party = house.actor("outsider").number
    asked = handler.post(f"/cases/{number}/invitations", {"party": party}).json()["number"]
    assert other.post(f"/invitations/{asked}/decline").json()["answer"] == "declined"
    handler.post(f"/cases/{number}/invitations", {"party": party})
    assert handler.delete(f"/cases/{number}/invitations/{party}").status_code == 204
    problem(handler.delete(f"/cases/{number}/invitations/{party}"), 409, "refused")
    assert other.get("/invitations").json()["items"] == []


def test_a_mandate_is_given_for_some_acts_and_ended(house: House):
    number, handler, other = house.need(submitted=False), house.token("handler"), house.token("outsider")
    party = house.actor("outsider").number
    assert "propose" in handler.get(f"/cases/{number}/parties").json()["verbs"]
    given = handler.post(f"/cases/{number}/mandates", {"party": party, "verbs": ["propose"]})
    assert (given.status_code, given.json()["mandate"]) == (201, ["propose"])
    acts = {each["verb"]: each["why_not"] for each in other.get(f"/cases/{number}").json()["acts"]}
    assert acts["propose"] == []
    problem(handler.post(f"/cases/{number}/mandates", {"party": party, "verbs": ["x"]}), 409, "refused")
    problem(handler.post(f"/cases/{number}/mandates", {"party": party, "verbs": []}), 409, "refused")
    assert other.delete(f"/cases/{number}/mandates/{party}").status_code == 204
    problem(other.get(f"/cases/{number}"), 404, "not-found")
    problem(handler.delete(f"/cases/{number}/mandates/{party}"), 409, "refused")


def test_the_inbox_is_ones_own_and_is_marked_as_read(house: House):
    house.need()
    perform_waiting()
    for n in range(3):
        tell(str(house.firm.number), Text(f"第{n}条", f"message {n}"), "", f"inbox {n}")
    handler = house.token("handler")
    first = handler.get("/inbox?limit=2").json()
    assert [each["text"]["en"] for each in first["items"]] == ["message 2", "message 1"]
    rest = handler.get(f"/inbox?limit=2&cursor={first['next']}").json()["items"]
    assert rest[0]["text"]["zh"] == "第0条"
    numbers = [each["number"] for each in first["items"]]
    assert house.token("outsider").post("/inbox/read", {"messages": numbers}).json() == {"read": 0}
    assert handler.post("/inbox/read", {"messages": numbers}).json() == {"read": 2}
    assert handler.post("/inbox/read", {"messages": numbers}).json() == {"read": 0}
    assert not {each["number"] for each in handler.get("/inbox?unread=true").json()["items"]} & set(numbers)
    for cursor in ("eA", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"):
        problem(handler.get(f"/inbox?cursor={cursor}"), 422, "invalid")
    problem(handler.post("/inbox/read", {"messages": [2**63]}), 422, "invalid")


def test_posts_are_given_offered_taken_and_ended(house: House):
    house.leader()
    leader, page, place = (
        house.token("leader"),
        house.session("leader"),
        f"/organisations/{house.firm.number}",
    )
    person = house.actor("handler").number
    given = leader.post(f"{place}/posts", {"person": person, "title": "finance"})
    assert (given.status_code, given.json()["name"]) == (201, "李晓")
    problem(leader.post(f"{place}/posts", {"person": str(uuid4()), "title": "finance"}), 422, "invalid")
    problem(
        house.token("handler").post(f"{place}/posts", {"person": person, "title": "legal"}), 403, "denied"
    )
    titles = {(each["name"], each["title"]) for each in leader.get(f"{place}/posts").json()["items"]}
    assert titles == {("李晓", "handler"), ("李晓", "finance"), ("沈总", "leader")}
    assert leader.delete(f"{place}/posts/{person}/finance").status_code == 204
    problem(leader.delete(f"{place}/posts/{person}/finance"), 422, "invalid")
    problem(leader.post(f"{place}/offers", {"title": "handler"}), 401, "unauthenticated")
    offered = page.post(f"{place}/offers", {"title": "handler"}).json()
    taken = house.session("outsider").post("/offers/take", {"token": offered["token"]})
    assert taken.json()["organisation"] == str(house.firm.number)
    problem(house.session("elsewhere").post("/offers/take", {"token": offered["token"]}), 422, "invalid")
    other = page.post(f"{place}/offers", {"title": "handler"}).json()
    assert leader.delete(f"{place}/offers/{other['number']}").status_code == 204


def test_an_asset_is_described_by_its_lead_and_others_see_what_is_public(house: House):
    number, handler = house.asset(), house.token("handler")
    assert [each["number"] for each in handler.get("/assets").json()["items"]] == [number]
    shown = handler.get(f"/assets/{number}").json()
    assert (shown["confidential"], shown["holders"][0]["part"]) == ("絮凝剂配比", "1")
    other = house.token("outsider")
    problem(other.get(f"/assets/{number}"), 404, "not-found")
    problem(other.put(f"/assets/{number}", {"title": "盗用"}), 404, "not-found")
    change = {"title": "微藻采收新工艺", "confidential": "絮凝剂配比", "public": True}
    assert handler.put(f"/assets/{number}", change).json()["title"] == change["title"]
    seen = other.get(f"/assets/{number}")
    assert "絮凝剂" not in seen.content.decode()
    assert (seen.json()["inside"], seen.json()["holders"], seen.headers.get("ETag")) == (False, [], None)
    problem(other.put(f"/assets/{number}", change), 403, "denied")
    problem(handler.put(f"/assets/{number}", {"title": "短\u202e"}), 422, "invalid")
