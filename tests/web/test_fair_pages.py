"""Pages of a matchmaking event: the organiser's, a guest's, everybody's; papers; check-in by code."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import docx
import pytest
from django.utils import timezone
from pypdf import PdfReader
from web_house import NEED, House, today

from qixi.casework.work import swept
from qixi.market.models import Fair, Guest, Meeting
from qixi.registry.models import Post, User
from qixi.registry.services import enter_organisation, give_post

pytestmark = pytest.mark.django_db
PLACE = "会展中心三号厅"


def text_of(answer):
    return answer.content.decode()


def stated(**more):
    day = (today() + timedelta(days=7)).isoformat()
    form = {"title": "秋季对接会", "place": PLACE, "day": day, "starts": "09:30"}
    return form | {"minutes": "20", "slots": "3", "tables": "2"} | more


def office_of(house: House) -> str:
    return next(iter(house.actor("officer").posts))


def team(house: House) -> str:
    """Return the number of a university, of which `teacher` is."""
    made = enter_organisation("某某大学", "123300004700956789", "university", "3301")
    user = User.objects.create_user("teacher", "t@qixi.example", "secret-words", name="张老师")
    give_post(user, made, Post.Title.HANDLER, today() - timedelta(days=9))
    house.people["teacher"] = user
    return str(made.number)


def prepared(house: House) -> Fair:
    """Return an event of the office with a need, to which the firm and a university are invited."""
    client = house.client("officer")
    need = house.case("need", ("handler", "submit", NEED), ("officer", "publish", {}))
    swept(today(), timezone.now())
    page = client.post("/fairs/new", stated(party=office_of(house)))
    address = page.headers["Location"]
    client.post(address, {"do": "needs", "need": [need]})
    client.post(address, {"do": "invite", "guest": [f"firm {house.firm}"]})
    client.post(address, {"do": "add", "party": team(house), "role": "team"})
    return Fair.objects.get()


def met(house: House) -> Fair:
    """Return the same with its timetable told."""
    fair = prepared(house)
    firm, school = fair.guests.get(role="firm"), fair.guests.get(role="team")
    for who, guest, other in (("handler", firm, school), ("teacher", school, firm)):
        address, client = f"/fairs/{fair.number}/guests/{guest.number}", house.client(who)
        client.post(address, {"do": "answer", "coming": "yes", "away": ["0"]})
        client.post(address, {"do": "wish", "other": [str(other.number)], "weight": ["3"]})
    officer = house.client("officer")
    officer.post(f"/fairs/{fair.number}", {"do": "announce"})
    officer.post(f"/fairs/{fair.number}", {"do": "solve"})
    assert "每五秒刷新" in text_of(officer.get(f"/fairs/{fair.number}"))
    swept(today(), timezone.now())
    officer.post(f"/fairs/{fair.number}", {"do": "tell"})
    fair.refresh_from_db()
    return fair


def test_an_event_is_prepared_and_run_on_its_pages(house):
    fair = met(house)
    meeting = Meeting.objects.get()
    assert (meeting.slot, meeting.table, meeting.fixed) == (1, 1, True)
    for language, words in (("zh", "1 场会面"), ("en", "Meetings: 1.")):
        page = text_of(house.client("officer", language).get(f"/fairs/{fair.number}"))
        assert words in page
        assert "晨光生物科技有限公司 × 某某大学" in page
        assert "微藻采收成本" in page
    page = text_of(house.client("handler").get(f"/fairs/{fair.number}"))
    assert "09:50–10:10" in page
    assert "某某大学" in page
    assert "回访" not in page
    letter = text_of(house.client("handler").get("/inbox"))
    assert f'href="/fairs/{fair.number}"' in letter


def test_others_see_what_when_and_where_and_no_more(house):
    fair = met(house)
    for who in (None, "outsider", "elsewhere", "operator"):
        page = text_of(house.client(who).get(f"/fairs/{fair.number}"))
        assert PLACE in page
        assert "某某大学" not in page
        assert "晨光" not in page
    assert "秋季对接会" in text_of(house.client().get("/fairs"))


def test_an_event_that_is_not_announced_is_no_page_for_others(house):
    fair = prepared(house)
    for who in (None, "outsider", "elsewhere", "operator"):
        assert house.client(who).get(f"/fairs/{fair.number}").status_code == 404
        assert "秋季对接会" not in text_of(house.client(who).get("/fairs"))
    assert house.client("handler").get(f"/fairs/{fair.number}").status_code == 200


def test_nobody_else_changes_or_fetches_anything(house):
    fair = met(house)
    guest, other = fair.guests.get(role="firm"), fair.guests.get(role="team")
    before = list(Guest.objects.values()), list(Fair.objects.values())
    for who in ("handler", "outsider", "elsewhere", "operator"):
        client = house.client(who)
        for do in ("change", "announce", "needs", "invite", "add", "solve", "tell", "follow_up"):
            data = stated(do=do, version="1", guest=[f"firm {house.firm}"], party=house.firm)
            assert client.post(f"/fairs/{fair.number}", data).status_code in {302, 404}
        data = {"do": "answer", "coming": "no"}
        assert client.post(f"/fairs/{fair.number}/guests/{other.number}", data).status_code == 404
        for name in ("brochure.pdf", "brochure.docx", "cards.pdf"):
            assert client.get(f"/fairs/{fair.number}/papers/{name}").status_code == 404
        address = f"/fairs/{fair.number}/in/{guest.code}"
        assert client.get(address).status_code == 404
        client.post(address)
        assert client.get("/fairs/new").status_code == (200 if who == "elsewhere" else 404)
    assert house.client().get(f"/fairs/{fair.number}/in/{guest.code}").status_code == 302
    assert (list(Guest.objects.values()), list(Fair.objects.values())) == before


@pytest.mark.parametrize(
    "wrong",
    [{"day": "2026-02-30"}, {"starts": "25:00"}, {"slots": "x"}, {"title": ""}, {"tables": "9" * 40}],
)
def test_what_is_wrong_is_said_beside_its_field(house, wrong):
    page = house.client("officer").post("/fairs/new", stated(party=office_of(house)) | wrong)
    assert page.status_code == 422
    assert PLACE in text_of(page)
    assert "还不能办理" in text_of(page)
    assert not Fair.objects.exists()


def test_nobody_prepares_for_an_organisation_of_others(house):
    page = house.client("officer").post("/fairs/new", stated(party=house.firm))
    assert page.status_code in {404, 422}
    assert not Fair.objects.exists()


def test_guests_are_checked_in_by_the_code_on_their_card(house):
    fair = met(house)
    Fair.objects.update(day=today())
    guest, client = fair.guests.get(role="firm"), house.client("officer")
    address = f"/fairs/{fair.number}/in/{guest.code}"
    assert "晨光生物科技有限公司" in text_of(client.get(address))
    assert "已签到" in text_of(client.post(address, follow=True))
    guest.refresh_from_db()
    assert guest.checked_in_at is not None
    for code in ("x", "x" * 22, "x" * 3000, "%00", "..%2f..", "%F0%9F%90%A6" * 22, "' OR 1=1"):
        assert client.get(f"/fairs/{fair.number}/in/{code}").status_code == 404
        assert client.post(f"/fairs/{fair.number}/in/{code}").status_code == 404


def test_one_writes_down_what_came_of_a_meeting(house):
    fair = met(house)
    Guest.objects.update(checked_in_at=timezone.now())
    Fair.objects.update(day=today() - timedelta(days=31))
    client, meeting = house.client("officer"), Meeting.objects.get()
    data = {"do": "follow_up", "meeting": meeting.pk, "days": "30", "said": "已到访，拟签合同"}
    assert "待回访" in text_of(client.get(f"/fairs/{fair.number}"))
    assert "已到访" in text_of(client.post(f"/fairs/{fair.number}", data, follow=True))


def test_the_brochure_has_what_is_public_and_who_meets_whom(house):
    fair, client = met(house), house.client("officer")
    made = client.get(f"/fairs/{fair.number}/papers/brochure.pdf").content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    written = docx.Document(io.BytesIO(client.get(f"/fairs/{fair.number}/papers/brochure.docx").content))
    cells = [cell.text for table in written.tables for row in table.rows for cell in row.cells]
    for found in (re.sub(r"\s", "", text), "".join(cells)):
        assert "某某大学" in found
        assert "09:50–10:10" in found
        assert NEED["problem"] in found
        assert NEED["confidential"] not in found
    assert client.get(f"/fairs/{fair.number}/papers/brochure.exe").status_code == 404


def test_each_guest_has_a_card(house):
    fair = met(house)
    made = house.client("officer").get(f"/fairs/{fair.number}/papers/cards.pdf").content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert "某某大学" in text
    assert "晨光生物科技有限公司" in re.sub(r"\s", "", text)
