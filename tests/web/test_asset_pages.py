"""Assets on pages: entered, confirmed, changed by one at a time, encumbered; outsiders see what is public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from web_house import House, credit_code, today

from qixi.procedures.application_number import check_character
from qixi.registry.domain.asset import AssetKind
from qixi.registry.models import Asset, Encumbrance, Entry, Organisation, Post, Share
from qixi.registry.services import enter_organisation, give_post

pytestmark = pytest.mark.django_db
NUMBER = f"202010123456.{check_character('202010123456')}"


def said(answer: Any) -> str:
    return answer.content.decode()


@pytest.fixture
def school(house: House) -> Organisation:
    """Let the firm's handler approve too, and somebody else run the transfer office of a university."""
    body = enter_organisation("江南大学堂", credit_code("12330100MA2AXG500"), "university", "3301")
    give_post(house.people["outsider"], body, Post.Title.TRANSFER, today().replace(month=1, day=1))
    firm = Organisation.objects.get(number=house.firm)
    give_post(house.people["handler"], firm, Post.Title.APPROVER, today().replace(month=1, day=1))
    return body


def form(*holders: tuple[str, str], **more: str) -> dict[str, str]:
    rows = {
        f"holders-{n}-{key}": each[i]
        for n, each in enumerate(holders)
        for i, key in enumerate(("party", "part"))
    }
    return {
        "kind": "patent",
        "title": "一种微藻采收装置",
        "number": NUMBER,
        "summary": "公开的简介",
        "confidential": "不公开的诀窍",
        "division": "3301",
        "public": "yes",
        "inventors-0-name": "顾某",
        **rows,
        **more,
    }


def entered(house: House, school: Organisation, **more: str) -> Asset:
    sent = form((str(school.credit_code), "2/3"), ("91330100MA2AXGMD2" + _last(house), "1/3"), **more)
    answer = house.client("outsider").post(f"/assets/of/{school.number}/new", sent)
    assert answer.status_code == 302, said(answer)
    return Asset.objects.order_by("-id")[0]


def _last(house: House) -> str:
    return str(Organisation.objects.get(number=house.firm).credit_code)[-1]


def test_a_lead_editor_enters_an_asset_and_the_other_holder_confirms(house: House, school: Organisation):
    page = f"/assets/of/{school.number}"
    assert f"{page}/new" in said(house.client("outsider").get(page))
    asset = entered(house, school)
    assert asset.register_number == f"CN{NUMBER}"
    assert asset.inventors.get().name == "顾某"
    place = f"/assets/{asset.number}"
    seen = said(house.client("handler").get(place))
    assert "确认份额" in seen
    assert "2/3" in seen
    assert place in said(house.client("handler").get("/inbox"))
    assert "确认份额</button>" not in said(house.client("outsider").get(place))
    house.client("handler").post(place, {"do": "confirm", "party": house.firm})
    assert Share.objects.get(party=house.firm).standing == "confirmed"
    sent = {"do": "dispute", "party": house.firm, "reason": ""}
    assert "请写明异议理由" in said(house.client("outsider").post(place, sent, follow=True))
    house.client("outsider").post(place, sent | {"reason": "份额有误"})
    assert "份额有误" in said(house.client("handler").get(place))
    assert house.client("handler").post(place, {"do": "nothing"}).status_code == 404


def test_every_kind_the_law_knows_can_be_entered(house: House, school: Organisation):
    for n, kind in enumerate(AssetKind):
        number = f"202010123{n:03}.{check_character(f'202010123{n:03}')}"
        sent = form((str(school.credit_code), "1"), kind=kind.value, number=number, title=f"成果{n}")
        assert house.client("outsider").post(f"/assets/of/{school.number}/new", sent).status_code == 302
    assert Asset.objects.count() == len(AssetKind)
    listed = said(house.client().get("/assets"))
    assert all(kind.text.zh in listed for kind in AssetKind)
    assert "成果3" not in said(house.client().get("/assets?kind=patent"))
    assert "成果3" in said(house.client().get("/assets?text=成果3"))
    assert "一种" not in said(house.client().get("/assets?text=202010123"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"number": "202010123456.0" if not NUMBER.endswith("0") else "202010123456.1"},
            "ot a Chinese application",
        ),
        ({"number": ""}, "application number"),
        ({"holders-0-part": "1/2"}, "one whole"),
        ({"holders-0-part": "很多"}, "row 1, Share: "),
        ({"holders-0-party": "nobody"}, "no party"),
        ({"division": "99"}, "no division"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(house: House, school, change, words):
    sent = form((str(school.credit_code), "1"), title="留住的名称") | change
    answer = house.client("outsider", "en").post(f"/assets/of/{school.number}/new", sent)
    assert answer.status_code in {409, 422}
    assert words in said(answer)
    assert "留住的名称" in said(answer)
    assert f'value="{sent["holders-0-part"]}"' in said(answer)
    assert not Asset.objects.exists()


def test_more_rows_are_given_when_they_are_asked_for(house: House, school: Organisation):
    sent = form(("a", "1/4"), ("b", "1/4"), ("c", "1/4"), ("d", "1/4")) | {"more": "holders"}
    page = said(house.client("outsider").post(f"/assets/of/{school.number}/new", sent))
    assert 'name="holders-6-party"' in page
    assert 'name="holders-7-party"' not in page
    assert not Asset.objects.exists()


def test_the_second_of_two_editors_is_told_and_overwrites_nothing_unseen(house: House, school: Organisation):
    place = f"/assets/{entered(house, school).number}"
    client = house.client("outsider", "en")
    seen = Entry.objects.filter(kind="asset").count()
    first = {"title": "第一人的名称", "summary": "甲", "public": "yes", "seen": str(seen)}
    assert f'name="seen" value="{seen}"' in said(client.get(f"{place}/edit"))
    assert client.post(f"{place}/edit", first).status_code == 302
    answer = client.post(f"{place}/edit", first | {"title": "第二人的名称"})
    assert answer.status_code == 409
    assert "has changed the asset since you looked" in said(answer)
    assert "第一人的名称" in said(answer)
    assert "第二人的名称</textarea>" in said(answer)
    assert Asset.objects.get().title == "第一人的名称"
    again = first | {"title": "第二人的名称", "seen": str(seen + 1)}
    assert client.post(f"{place}/edit", again).status_code == 302
    assert Asset.objects.get().title == "第二人的名称"
    for typed in ("", "x", "-1", "9" * 40):
        assert client.post(f"{place}/edit", first | {"seen": typed}).status_code == 409


def test_what_others_claim_holds_no_editor_up(house: House, school: Organisation):
    asset = entered(house, school)
    seen = Entry.objects.filter(kind="asset").count()
    house.client("officer").post(
        f"/assets/of/{house.actor('officer').number}/claim",
        {"kind": "patent", "number": NUMBER, "reason": "有份"},
    )
    assert Entry.objects.filter(verb="claim").exists()
    sent = {"title": "新的名称", "public": "yes", "seen": str(seen)}
    assert house.client("outsider").post(f"/assets/{asset.number}/edit", sent).status_code == 302


def test_rights_and_encumbrances_stand_with_their_days(house: House, school: Organisation):
    asset = entered(house, school)
    place, client = f"/assets/{asset.number}", house.client("outsider")
    house.client("handler").post(place, {"do": "confirm", "party": house.firm})

    def sent(act: str, **data: str) -> Any:
        seen = str(Entry.objects.filter(kind="asset").count())
        return client.post(f"{place}/{act}", {"seen": seen, **data})

    begun, now = (today() - timedelta(400)).isoformat(), today().isoformat()
    assert sent("right", status="in_force", since=begun, basis="授权公告").status_code == 302
    licence = {"kind": "exclusive", "party": house.firm, "since": now, "basis": "合同一"}
    assert "全体共有人" in said(sent("encumber", **licence))
    bank = enter_organisation("某某银行", credit_code("91330100MA2AXG700"), "bank", "3301")
    code = str(bank.credit_code)
    licence |= {"kind": "ordinary", "party": code, "until": (today() + timedelta(10)).isoformat()}
    assert sent("encumber", **licence).status_code == 302
    seen = said(client.get(place))
    for words in ("授权公告", "合同一", "普通许可", "某某银行", begun):
        assert words in seen
    before = said(client.get(f"{place}?on={begun}"))
    assert "尚未开始" in before
    assert "的情况" in before
    assert client.get(f"{place}?on=yesterday").status_code == 200
    held = Encumbrance.objects.get()
    release = {"do": "release", "encumbrance": str(held.number), "reason": "合同终止"}
    assert "须由权利人办理解除" in said(client.post(place, release, follow=True))
    assert client.post(place, release | {"encumbrance": "x"}).status_code in {302, 404}


def test_a_share_is_transferred_and_the_lead_handed_over(house: House, school: Organisation):
    asset = entered(house, school)
    Share.objects.update(since=today() - timedelta(30))
    place, client = f"/assets/{asset.number}", house.client("outsider")
    house.client("handler").post(place, {"do": "confirm", "party": house.firm})
    page = said(client.get(f"{place}/transfer"))
    assert f'<option value="{school.number}" selected>' in page
    seen = Entry.objects.filter(kind="asset").count()
    sent = {
        "giver": str(school.number),
        "receiver": house.firm,
        "part": "1/3",
        "on": today().isoformat(),
        "basis": "协议",
    }
    assert client.post(f"{place}/transfer", sent | {"seen": str(seen - 1)}).status_code == 409
    assert client.post(f"{place}/transfer", sent | {"seen": str(seen)}).status_code == 302
    client.post(place, {"do": "lead", "party": house.firm, "seen": str(seen)})
    assert Asset.objects.get().lead == str(school.number)
    client.post(place, {"do": "lead", "party": house.firm, "seen": str(seen + 1)})
    assert Asset.objects.get().lead == house.firm
    assert client.get(f"{place}/edit").status_code == 404
    assert house.client("handler").get(f"{place}/edit").status_code == 200


def test_the_public_sees_only_what_is_public(house: House, school: Organisation):
    hidden = entered(house, school, public="no", title="不公开的成果")
    shown = entered(house, school, number="", kind="secret", title="公开的成果")
    for who in (None, "elsewhere", "operator"):
        client = house.client(who)
        assert client.get(f"/assets/{hidden.number}").status_code == 404
        assert "不公开的成果" not in said(client.get("/assets"))
        page = said(client.get(f"/assets/{shown.number}"))
        assert "公开的简介" in page
        for words in ("不公开的诀窍", "江南大学堂", "2/3", "顾某", "变更记录"):
            assert words not in page
        assert client.get(f"/assets/{shown.number}/edit").status_code in {302, 404}
        assert (
            client.post(f"/assets/{shown.number}", {"do": "confirm", "party": house.firm}).status_code == 302
        )
    assert not Share.objects.filter(party=house.firm, standing="confirmed").exists()
    for who in ("handler", "outsider", "officer"):
        assert "不公开的诀窍" in said(house.client(who).get(f"/assets/{hidden.number}"))
    assert "不公开的成果" in said(house.client("officer").get(f"/assets/of/{school.number}"))
    for who in ("handler", "elsewhere", "operator"):
        assert house.client(who).get(f"/assets/of/{school.number}").status_code == 404
        assert house.client(who).get(f"/assets/of/{school.number}/new").status_code == 404


def test_who_may_only_draft_is_told_why(house: House):
    body = Organisation.objects.create(name="未核验公司", kind="enterprise", division_id="3301")
    give_post(house.people["outsider"], body, Post.Title.HANDLER, today().replace(month=1, day=1))
    assert "机构尚未通过核验" in said(house.client("outsider").get(f"/assets/of/{body.number}"))
    sent = form((str(body.number), "1"))
    answer = house.client("outsider").post(f"/assets/of/{body.number}/new", sent)
    assert answer.status_code == 403
    assert "机构尚未通过核验" in said(answer)


def test_an_organisation_that_is_not_here_is_entered_by_its_name(house: House):
    page = house.client("handler").post(
        "/organisations/named", {"name": "远方研究所", "kind": "institute", "division": "33"}
    )
    made = Organisation.objects.get(name="远方研究所")
    assert str(made.number) in said(page)
    assert made.standing == "unverified"
    wrong = house.client("handler").post("/organisations/named", {"name": "", "kind": "x", "division": "33"})
    assert "名称或类型不正确" in said(wrong)


def test_an_officer_sees_what_was_done_about_an_organisation_and_takes_invitations_back(house: House):
    firm = Organisation.objects.get(number=house.firm)
    give_post(house.people["handler"], firm, Post.Title.APPROVER, today().replace(month=1, day=1))
    client, page = house.client("handler"), f"/organisations/{house.firm}"
    client.post(page, {"do": "invite", "title": "finance"})
    offered = firm.invitations.get()
    seen = said(client.get(page))
    assert str(offered.number) in seen
    assert "发出邀请" in said(house.client("officer").get(page))
    client.post(page, {"do": "withdraw", "invitation": str(offered.number)})
    assert str(offered.number) not in said(client.get(page))
    assert "撤回邀请" in said(client.get(page))
