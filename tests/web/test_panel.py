"""The draw of a panel and the experts' pages: each side does its part, sees what it may, and checks it."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from web_house import House
from web_panel import PANELLED, enrolled, put_in_catalogue, under_review

from qixi.casework.models import Draw, Event
from qixi.cli import cli
from qixi.core import Refused
from qixi.procedures.draw import promise
from qixi.registry.models import Conflict, Expert

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(house: House, monkeypatch: pytest.MonkeyPatch) -> str:
    put_in_catalogue(monkeypatch, PANELLED)
    return under_review(house)


def said(answer: object) -> str:
    return answer.content.decode()


def post(house: House, who: str, case: str, do: str, **sent: str) -> str:
    return said(house.client(who).post(f"/cases/{case}/panel", {"do": do, **sent}, follow=True))


def kept_draw(house: House, number: str) -> None:
    post(house, "officer", number, "begin")
    post(house, "handler", number, "keep")
    post(house, "officer", number, "commit")


def test_a_draw_goes_from_the_first_promise_to_the_opinions(house: House, number: str):
    enrolled(house, 5)
    page = f"/cases/{number}/panel"
    assert page in said(house.client("handler").get(f"/cases/{number}"))
    assert "等待经办人员开始抽取" in said(house.client("handler").get(page))
    assert "申请人有一段时间承诺随机数" in said(house.client("officer").get(page))
    post(house, "officer", number, "begin")
    assert "请承诺随机数" in said(house.client("handler").get("/inbox"))
    assert "申请人尚未作出承诺" in post(house, "officer", number, "commit")
    own = CliRunner().invoke(cli, ["--language", "en", "draw", "promise", house.firm]).stdout
    value, digest = re.findall(r"\t([0-9a-f]{64})\n", own)
    assert digest == promise(house.firm, bytes.fromhex(value))
    assert "不是 SHA-256 摘要" in post(house, "handler", number, "promise", digest="")
    post(house, "handler", number, "promise", digest=digest)
    assert "尚未公布" in post(house, "officer", number, "commit")
    assert "请公布您承诺的随机数" in said(house.client("handler").get("/inbox"))
    assert "与承诺不符" in post(house, "handler", number, "reveal", number="00" * 32)
    assert value not in said(house.client("officer").get(page))
    assert "已重算，结果一致" in post(house, "handler", number, "reveal", number=value)
    seen = said(house.client("officer").get(page))
    assert "确定评审专家" in seen
    assert house.client("officer").get(f"/cases/{number}/acts/appoint").url == page
    post(house, "officer", number, "appoint")
    panel = Draw.objects.get().record["panel"]
    assert Event.objects.get(verb="appoint").data["experts"] == panel
    assert house.client("officer").post(page, {"do": "appoint"}).status_code == 404
    for who, user in house.people.items():
        if who.startswith("expert") and str(user.number) in panel:
            mine = house.client(who)
            assert number in said(mine.get(f"/experts/{user.number}"))
            assert mine.get(f"/cases/{number}/acts/opine").status_code == 200
            sent = {"score": "80", "words": f"{who} 的看法", "seen": str(Event.objects.count())}
            assert mine.get(page).status_code == 404
            assert mine.post(f"/cases/{number}/acts/opine", sent).status_code == 302
    opinions = [event.data["words"] for event in Event.objects.filter(verb="opine")]
    assert len(opinions) == 3
    assert all(words in said(house.client("officer").get(f"/cases/{number}")) for words in opinions)


def test_no_expert_reads_another_opinion_before_all_are_in(house: House, number: str):
    enrolled(house, 4)
    kept_draw(house, number)
    post(house, "officer", number, "appoint")
    panel = [u for u in house.people if str(house.people[u].number) in Draw.objects.get().record["panel"]]
    sent = {"score": "80", "words": "第一份看法", "seen": str(Event.objects.count())}
    house.client(panel[0]).post(f"/cases/{number}/acts/opine", sent)
    for who in (panel[1], "handler", "officer"):
        assert "第一份看法" not in said(house.client(who).get(f"/cases/{number}"))
    assert "第一份看法" in said(house.client(panel[0]).get(f"/cases/{number}"))
    assert house.people[panel[0]].name not in said(house.client(panel[1]).get(f"/cases/{number}"))


def test_what_the_record_proves_depends_on_who_may_see_the_roster(house: House, number: str, tmp_path):
    enrolled(house, 5)
    kept_draw(house, number)
    place = f"/cases/{number}/panel/{Draw.objects.get().number}.json"
    for who, words in (("officer", "gives the same panel"), ("handler", "not open to you")):
        answer = house.client(who).get(place)
        file = tmp_path / f"{who}.json"
        file.write_bytes(answer.content)
        assert words in CliRunner().invoke(cli, ["--language", "en", "draw", "check", str(file)]).stdout
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(house.client("handler").get(place).content)["roster"] is None
    record = json.loads((tmp_path / "officer.json").read_text("utf-8"))
    record["panel"] = record["panel"][::-1]
    for wrong in (json.dumps(record), "[]", "{}", "null", "x", '{"promises": 3, "numbers": {}}'):
        (tmp_path / "wrong.json").write_text(wrong)
        with pytest.raises(Refused):
            cli.main(["draw", "check", str(tmp_path / "wrong.json")], standalone_mode=False)
    for who in ("outsider", "expert0", "elsewhere"):
        assert house.client(who).get(place).status_code == 404
        assert house.client(who).get(f"/cases/{number}/panel").status_code == 404


def test_where_no_panel_is_possible_the_page_names_the_rule(house: House, number: str):
    page = f"/cases/{number}/panel"
    assert "需要 3 名专家，名单 0 人中回避后只有 0 人" in said(house.client("officer").get(page))
    enrolled(house, 4)
    Expert.objects.update(organisation=Expert.objects.first().organisation)
    assert "no more experts of one organisation" in said(house.client("officer", "en").get(page))
    post(house, "officer", number, "begin")
    post(house, "handler", number, "keep")
    assert "同一单位专家不超过上限" in post(house, "officer", number, "commit")
    assert "无法组成" not in said(house.client("handler").get(page))
    assert "请说明理由" in post(house, "officer", number, "end")
    assert "已终止" in post(house, "officer", number, "end", reason="专家不足")
    assert house.client("officer").post(page, {"do": "nothing"}).status_code == 404


def test_a_case_without_a_panel_has_no_such_page(house: House):
    number = house.need()
    for who in ("handler", "officer"):
        assert house.client(who).get(f"/cases/{number}/panel").status_code == 404
        assert "/panel" not in said(house.client(who).get(f"/cases/{number}"))


def test_officers_keep_the_roster_of_their_division(house: House):
    user = house.people["outsider"]
    sent = {"person": str(user.number), "organisation": house.firm, "fields": "微藻、装备\n材料"}
    for who in ("handler", "outsider", "operator"):
        assert house.client(who).post("/desk/experts", sent).status_code == 404
    assert "没有这条记录" in said(house.client("elsewhere").post("/desk/experts", sent, follow=True))
    client = house.client("officer")
    assert "没有这个人员或机构" in said(client.post("/desk/experts", sent | {"person": "x"}, follow=True))
    assert "已办理" in said(client.post("/desk/experts", sent, follow=True))
    assert Expert.objects.get().fields == ["微藻", "装备", "材料"]
    assert "陈路人" in said(client.get("/desk/experts?field=装备"))
    assert "陈路人" not in said(client.get("/desk/experts?field=医药"))
    assert "陈路人" not in said(house.client("elsewhere").get("/desk/experts"))
    page = f"/experts/{user.number}"
    client.post(page, {"do": "enrol", "organisation": house.firm, "fields": "医药"})
    assert Expert.objects.get().fields == ["医药"]
    client.post(page, {"do": "retire"})
    assert "陈路人" not in said(client.get("/desk/experts"))
    assert "陈路人" in said(client.get("/desk/experts?retired=yes"))


def test_an_expert_declares_what_it_is_not_free_of_and_nobody_else_does(house: House):
    (user,) = enrolled(house, 1)
    page, client = f"/experts/{user.number}", house.client("expert0")
    assert page in said(client.get("/me"))
    firm = {"do": "declare", "party": house.firm, "reason": "曾任顾问"}
    assert "没有这个人员或机构" in said(client.post(page, firm | {"party": "nobody"}, follow=True))
    assert "晨光生物科技有限公司" in said(client.post(page, firm, follow=True))
    assert house.client("officer").post(page, firm).status_code == 404
    assert "曾任顾问" in said(house.client("officer").get(page))
    for who in ("handler", "outsider", "elsewhere", "operator"):
        assert house.client(who).get(page).status_code == 404
    client.post(page, {"do": "free", "party": house.firm})
    assert Conflict.objects.get().until is not None
    assert "已退出专家库" in said(client.post(page, {"do": "retire"}, follow=True))
