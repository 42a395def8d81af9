"""What belongs to a case beside its acts, and what is the reader's own."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from web_house import NEED, House, today

from qixi.casework.effects import perform_waiting
from qixi.casework.models import Case, Consent, Evidence, Holding, Proposal
from qixi.casework.services import act_for, open_for, set_chain
from qixi.core import Text
from qixi.procedures.catalogue import newest
from qixi.registry.models import Message, Organisation, Post, User
from qixi.registry.services import give_post, tell

pytestmark = pytest.mark.django_db


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def text_of(answer: object) -> str:
    return answer.content.decode()


def test_files_are_handed_in_and_served_to_those_who_may_see_them(house: House):
    number = house.need()
    client = house.client("handler")
    files = {"file": [upload("说明.txt", "日处理量 50 吨".encode()), upload("macro.exe", b"MZ")]}
    said = text_of(client.post(f"/cases/{number}/files", files, follow=True))
    assert "已收到：说明.txt" in said
    assert "不接受这种文件" in said
    kept = Evidence.objects.get()
    page = f"/cases/{number}/files/{kept.number}"
    for who in ("handler", "officer"):
        answer = house.client(who).get(page)
        assert answer.content == "日处理量 50 吨".encode()
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert house.client("outsider").get(page).status_code == 404
    assert house.client("outsider").post(f"/cases/{number}/files", files).status_code == 404
    assert client.get(f"/cases/{number}/files/00000000-0000-0000-0000-000000000000").status_code == 404
    assert "请先选择文件" in text_of(client.post(f"/cases/{number}/files", follow=True))


def test_papers_of_a_case_are_served_to_its_parties(house: House):
    number = house.price()
    client = house.client("handler")
    assert client.get(f"/cases/{number}/file.pdf").content.startswith(b"%PDF-")
    assert zipfile.ZipFile(io.BytesIO(client.get(f"/cases/{number}/bundle.zip").content)).namelist()
    assert client.get(f"/cases/{number}/papers/nothing.pdf").status_code == 404
    assert client.get(f"/cases/{number}/papers/nothing.exe").status_code == 404
    assert house.client("operator").get("/cases/2026-need-999999/file.pdf").status_code == 404


def test_an_agent_is_named_by_its_credit_code_and_acts_within_its_mandate(house: House):
    number = house.need(submitted=False)
    client, page = house.client("handler"), f"/cases/{number}/parties"
    office = Organisation.objects.create(
        name="代理机构", kind="service", division_id="3301", credit_code="AGENT1"
    )
    give_post(house.people["outsider"], office, Post.Title.HANDLER, today().replace(month=1, day=1))
    assert "没有这个机构或人员" in text_of(
        client.post(page, {"do": "mandate", "party": "nobody", "all": "yes"}, follow=True)
    )
    nothing = client.post(page, {"do": "mandate", "party": "AGENT1"}, follow=True)
    assert "尚未选择委托事项" in text_of(nothing)
    assert not Holding.objects.filter(role="agent").exists()
    client.post(page, {"do": "mandate", "party": "AGENT1", "all": "yes"})
    assert Holding.objects.get(role="agent").mandate is None
    client.post(page, {"do": "mandate", "party": "AGENT1", "verb": ["propose"]})
    assert Holding.objects.get(role="agent", ended_on=None).mandate == ["propose"]
    agent = house.client("outsider")
    said = text_of(agent.get(f"/cases/{number}"))
    assert "代填后请企业确认" in said
    assert f"/cases/{number}/acts/withdraw" not in said
    assert "代理机构" in text_of(client.get(page))
    client.post(page, {"do": "end", "party": str(office.number)})
    assert agent.get(f"/cases/{number}").status_code == 404
    assert client.post(page, {"do": "nothing"}).status_code == 404


def test_a_co_applicant_is_asked_and_answers(house: House):
    number = house.need(submitted=False)
    partner = house.people["outsider"]
    page = f"/cases/{number}/parties"
    house.client("handler").post(page, {"do": "invite", "party": str(partner.number)})
    consent = Consent.objects.get()
    client = house.client("outsider")
    assert client.get(f"/cases/{number}").status_code == 404
    assert "晨光生物科技有限公司" in text_of(client.get("/cases"))
    assert (
        house.client("operator").post(f"/invitations/{consent.number}", {"answer": "yes"}).status_code == 404
    )
    assert client.post(f"/invitations/{consent.number}", {"answer": "yes"}).url == f"/cases/{number}"
    assert "共同申请人" in text_of(client.get(f"/cases/{number}"))
    client.post(page, {"do": "leave"})
    assert client.get(f"/cases/{number}").status_code == 404


def test_an_organisation_approves_before_an_act_is_done(house: House):
    number = house.need(submitted=False)
    firm = Organisation.objects.get(number=house.firm)
    boss = User.objects.create_user("boss", name="周总")
    house.people["boss"] = boss
    give_post(boss, firm, Post.Title.APPROVER, today().replace(month=1, day=1))
    set_chain(house.actor("boss"), house.firm, "need", ["approver"], None, today())
    page = f"/cases/{number}/acts/submit"
    assert "本单位须先审批" in text_of(house.client("handler").get(page))
    said = text_of(house.client("handler").post(page, NEED | {"seen": "1"}, follow=True))
    assert "已提交本单位审批" in said
    assert Case.objects.get().step == "draft"
    proposal = Proposal.objects.get()
    door = f"/cases/{number}/proposals/{proposal.number}"
    refused = text_of(house.client("handler").post(door, {"do": "approve"}, follow=True))
    assert "审批人" in refused
    assert Case.objects.get().step == "draft"
    assert house.client("outsider").post(door, {"do": "approve"}).status_code == 404
    assert house.client("boss").post(door, {"do": "dance"}).status_code == 404
    house.client("boss").post(door, {"do": "approve"})
    assert Case.objects.get().step == "curation"


def test_what_was_served_is_confirmed_by_whom_it_was_served_on(house: House):
    number = house.need()
    act_for(house.actor("officer"), number, "correct", {"points": ["日处理量"]}, today())
    assert "尚未签收" in text_of(house.client("officer").get(f"/cases/{number}"))
    client = house.client("handler")
    assert "确认收到" in text_of(client.get(f"/cases/{number}"))
    client.post(f"/cases/{number}/receipt")
    assert "确认收到" not in text_of(client.get(f"/cases/{number}"))
    assert "尚未签收" not in text_of(house.client("officer").get(f"/cases/{number}"))


def test_the_inbox_counts_and_marks(house: House):
    tell(house.firm, Text("请补正", "please correct"), "", "test-1")
    client = house.client("handler")
    assert '<span class="count">1' in text_of(client.get("/"))
    said = text_of(client.get("/inbox"))
    assert "请补正" in said
    assert "please correct" in text_of(house.client("handler", "en").get("/inbox"))
    assert "请补正" not in text_of(house.client("outsider").get("/inbox"))
    key = Message.objects.get().pk
    house.client("outsider").post("/inbox", {"message": [key]})
    assert '<span class="count">1' in text_of(client.get("/"))
    client.post("/inbox", {"message": [key, "x", "9" * 40]})
    assert '<span class="count">' not in text_of(client.get("/"))


def test_a_published_need_is_read_by_everybody_without_its_confidential_part(house: House):
    house.case("need", ("handler", "submit", NEED), ("officer", "publish", {}))
    perform_waiting()
    said = text_of(house.client().get("/needs"))
    assert NEED["title"] in said
    assert NEED["confidential"] not in said
    assert "委托或合作开发" in said


def test_people_correct_export_and_close_what_is_theirs(house: House):
    client = house.client("handler")
    assert "晨光生物科技有限公司" in text_of(client.get("/me"))
    client.post("/me", {"name": "李晓明", "phone": "0571-0000", "language": "zh"})
    assert User.objects.get(username="handler").name == "李晓明"
    wrong = client.post("/me", {"name": "x" * 101, "phone": "", "language": "fr"}, follow=True)
    assert "姓名过长" in text_of(wrong)
    names = zipfile.ZipFile(io.BytesIO(client.get("/me/export").content)).namelist()
    assert any(name.endswith(".json") for name in names)
    client.post("/me/close", {"username": "somebody"})
    assert User.objects.filter(username="handler", is_active=True).exists()
    client.post("/me/close", {"username": "handler"})
    assert not User.objects.filter(username="handler").exists()
    assert client.get("/me").status_code == 302


def test_the_registers_fill_in_what_they_know(house: House):
    number = open_for(house.actor("handler"), newest("organisation"), house.firm, "330102", today()).number
    said = text_of(house.client("handler").get(f"/cases/{number}/acts/submit"))
    assert 'value="晨光生物科技有限公司"' in said
    assert '<option value="enterprise" selected>' in said


def test_figures_open_to_the_divisions_below(house: House):
    house.need()
    client = house.client("officer")
    said = text_of(client.get("/desk/figures"))
    assert "?division=330102" in said
    assert "上城区" in text_of(client.get("/desk/figures?division=330102"))
    for strange in ("32", "x", "3", "330"):
        assert client.get(f"/desk/figures?division={strange}").status_code == 200


def test_the_privacy_notice_is_public(house: House):
    assert "隐私声明" in text_of(house.client().get("/privacy"))
    assert "Privacy notice" in text_of(house.client(language="en").get("/privacy"))


def test_an_approver_gives_posts_invites_and_sets_a_chain(house: House):
    boss = house.people["boss"] = User.objects.create_user("boss", name="周总")
    firm = Organisation.objects.get(number=house.firm)
    give_post(boss, firm, Post.Title.APPROVER, today().replace(month=1, day=1))
    page = f"/organisations/{house.firm}"
    assert house.client("outsider").get(page).status_code == 404
    assert "以链接邀请" not in text_of(house.client("handler").get(page))
    client = house.client("boss")
    person = house.people["handler"]
    client.post(page, {"do": "appoint", "person": str(person.number), "title": "finance"})
    assert person.posts.filter(title="finance", until__isnull=True).exists()
    client.post(page, {"do": "dismiss", "person": str(person.number), "title": "finance"})
    assert not person.posts.filter(title="finance", until__isnull=True).exists()
    said = text_of(client.post(page, {"do": "invite", "title": "handler"}, follow=True))
    link = re.search(r"/invited/[^<]+", said)[0]
    assert "/invited/" not in text_of(client.get(page))
    assert house.client("operator").get(link).status_code == 200
    assert house.client("operator").post(link).url == page
    again = text_of(house.client("outsider").post(link, follow=True))
    assert 'class="error"' in again
    client.post(page, {"do": "chain", "code": "need", "title": ["approver", "", ""]})
    assert "审批人" in text_of(client.get(page))
    client.post(page, {"do": "unchain", "code": "need"})
    refused = text_of(house.client("handler").post(page, {"do": "invite", "title": "handler"}, follow=True))
    assert "由本机构的审批人办理" in refused
    assert client.post(page, {"do": "nothing"}).status_code == 404


def test_an_officer_finds_merges_and_parts_names_of_one_organisation(house: House):
    variant = Organisation.objects.create(name="晨光生物", kind="enterprise", division_id="330102")
    variant.name_key = "晨光生物"
    variant.save()
    client = house.client("officer")
    found = text_of(client.get("/desk/organisations", {"name": "晨光"}))
    assert found.count("晨光生物") >= 2
    assert house.client("handler").get("/desk/organisations").status_code == 404
    page = f"/organisations/{house.firm}"
    assert str(variant.number) in text_of(client.get(page))
    client.post(page, {"do": "merge", "variant": str(variant.number), "reason": "简称"})
    variant.refresh_from_db()
    assert str(variant.merged_into.number) == house.firm
    client.post(f"/organisations/{variant.number}", {"do": "part", "reason": "查错了"})
    variant.refresh_from_db()
    assert variant.merged_into is None


def test_people_choose_how_they_are_told(house: House):
    client, user = house.client("handler"), house.people["handler"]
    assert "本平台尚未开通" in text_of(client.get("/me"))
    for ways, wanted in ((["sms"], (False, True)), ([], (False, False)), (["mail", "sms"], (True, True))):
        client.post("/me", {"do": "ways", "way": ways})
        user.refresh_from_db()
        assert (user.mail_wanted, user.sms_wanted) == wanted
