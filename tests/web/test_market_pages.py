"""Pages of the market: lists, technologies and needs, each as far as the reader may see it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from web_house import LIST, NEED, House, today

from qixi.casework.work import swept
from qixi.market.models import Intake, Opinion
from qixi.registry.models import Asset

pytestmark = pytest.mark.django_db


def text_of(answer):
    return answer.content.decode()


def published(house: House) -> str:
    number = house.case("need", ("handler", "submit", NEED), ("officer", "publish", {}))
    swept(today(), timezone.now())
    return number


def sent(house, content=None, name="清单.csv", who="handler", party=None):
    file = SimpleUploadedFile(name, LIST.encode() if content is None else content)
    return house.client(who).post("/lists", {"party": party or house.firm, "file": file}, follow=True)


def test_a_list_is_handed_in_looked_at_taken_in_and_undone(house):
    page = sent(house)
    assert "读取中" in text_of(page)
    swept(today(), timezone.now())
    client, address = house.client("handler"), f"/lists/{Intake.objects.get().number}"
    page = text_of(client.get(address))
    assert "导入 1 行" in page
    assert "专利申请号不正确" in page
    assert "自定列" in page
    client.post(address, {"do": "begin"})
    swept(today(), timezone.now())
    page = text_of(client.get(address))
    assert "已导入" in page
    assert "申请入转化库" in page
    case = client.post(address, {"do": "library"}).headers["Location"]
    assert "请先撤回" in text_of(client.post(address, {"do": "undo"}, follow=True))
    client.post(f"{case}/acts/withdraw", {"reason": "重新整理", "seen": "1"})
    client.post(address, {"do": "undo"})
    swept(today(), timezone.now())
    assert "已撤销" in text_of(client.get(address))
    assert not Asset.objects.exists()


def test_columns_are_assigned_on_the_page(house):
    sent(house, LIST.replace("专利名称", "叫法").encode())
    swept(today(), timezone.now())
    client, address = house.client("handler"), f"/lists/{Intake.objects.get().number}"
    page = text_of(client.get(address))
    client.post(address, {"do": "assign", "head": ["叫法", "自定列"], "field": ["title", ""]})
    swept(today(), timezone.now())
    assert "微藻气浮采收装置" in text_of(client.get(address))
    wrong = client.post(address, {"do": "assign", "head": ["叫法"], "field": ["no such"]}, follow=True)
    assert "没有字段" in text_of(wrong)
    assert page


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04\x00", b"\xff\xfe\x00", b"a" * 100, b"=cmd()|1,2\n1,2"])
@pytest.mark.parametrize("name", ["a.xlsx", "b.csv", "../../c.parquet", "d.exe", "x" * 300 + ".csv"])
def test_bad_files_end_in_a_clear_answer(house, content, name):
    page = sent(house, content, name)
    assert page.status_code == 200
    swept(today(), timezone.now())
    found = Intake.objects.first()
    if found is not None:
        page = house.client("handler").get(f"/lists/{found.number}")
        assert page.status_code == 200
        assert "无法读取" in text_of(page)


def test_others_do_not_learn_of_a_list(house):
    number = house.stock()
    for who in ("outsider", "elsewhere", "operator", "officer"):
        assert house.client(who).get(f"/lists/{number}").status_code == 404
        assert house.client(who).post(f"/lists/{number}", {"do": "undo"}).status_code == 404
    assert house.client().get(f"/lists/{number}").status_code == 302
    assert "没有" in text_of(sent(house, who="outsider")) or not Intake.objects.filter(name="清单.csv")[1:]


def test_what_is_in_the_base_library_is_on_no_page(house):
    sent(house)
    swept(today(), timezone.now())
    client, intake = house.client("handler"), Intake.objects.get()
    client.post(f"/lists/{intake.number}", {"do": "begin"})
    swept(today(), timezone.now())
    assert client.get(f"/technologies/{Asset.objects.get().number}").status_code == 404
    assert "微藻气浮" not in text_of(client.get("/technologies"))


def test_everybody_finds_what_is_on_offer(house):
    house.stock()
    for language, words in (("zh", "最契合的在前"), ("en", "the best first")):
        page = text_of(house.client(language=language).get("/technologies?q=微藻采收成本"))
        assert "微藻气浮采收装置" in page
        assert words in page
    assert "微藻气浮" in text_of(house.client().get("/technologies?division=3301"))
    assert "微藻气浮" not in text_of(house.client().get("/technologies?division=44"))
    assert house.client().get("/technologies?ipc=((&q=x").status_code == 200


def test_a_match_is_shown_to_those_concerned_alone(house):
    house.stock()
    number, asset = published(house), Asset.objects.get().number
    for who, sees in (("handler", True), ("officer", True), ("outsider", False), ("elsewhere", False)):
        page = text_of(house.client(who).get(f"/needs/{number}"))
        assert ("可能契合的技术" in page) is sees
    # the firm's own patents answer no need of its own
    page = text_of(house.client("handler").get(f"/needs/{number}"))
    assert "目前没有可供转让的技术" in page or str(asset) in page


def test_a_firm_asks_for_an_introduction_beside_a_match(house):
    need, asset = house.matched()
    address, door = f"/needs/{need}", f"/needs/{need}/introductions/{asset}"
    firm, holder = house.client("handler"), house.client("holder")
    assert "请求对接" in text_of(firm.get(address))
    assert "Ask for an introduction" in text_of(house.client("handler", "en").get(address))
    assert "请求对接" not in text_of(holder.get(address))
    assert house.client().post(door).status_code == 302
    case = firm.post(door).headers["Location"]
    assert firm.post(door).headers["Location"] == case
    assert "主轴热误差在线补偿装置" in text_of(firm.get(case))
    assert holder.get(case).status_code == 404
    assert "对接" not in text_of(holder.get(address)).partition("可能契合的技术")[2]
    firm.post(f"{case}/acts/submit", {"purpose": "了解补偿装置", "seen": "1"})
    swept(today(), timezone.now())
    for page in (text_of(firm.get(address)), text_of(holder.get(address))):
        assert "对接：待持有人答复" in page
        assert door not in page
    assert case.removeprefix("/cases/") in text_of(holder.get("/inbox"))
    assert case in text_of(holder.get("/cases"))
    holder.post(f"{case}/acts/accept", {"seen": "2"})
    assert "对接：洽谈" in text_of(firm.get(address))
    for who in ("outsider", "elsewhere", "holder"):
        other = house.client(who).post(door, follow=True)
        assert case not in text_of(other) or who == "holder"


def test_officers_see_three_amounts_and_what_is_behind_each(house):
    number = house.introduction()
    client = house.client("officer")
    page = text_of(client.get("/introductions"))
    assert "已签合同" in page
    assert page.count("300000.00") == 6
    assert f'?kind=arrived&amp;case={number}"' in page
    behind = text_of(client.get(f"/introductions?kind=arrived&case={number}"))
    assert "回单 1" in behind
    assert number in behind
    assert "合同 1" not in behind
    assert "没有这类金额" in text_of(client.get("/introductions?kind=recognised"))
    for rubbish in ("kind=x", "kind=arrived&division=9", "page=x", "kind=arrived&case=%27"):
        assert client.get(f"/introductions?{rubbish}").status_code == 200
    assert "300000" not in text_of(house.client("elsewhere").get("/introductions"))
    for who in ("handler", "holder", "outsider", "operator"):
        assert house.client(who).get("/introductions").status_code == 404
    assert house.client().get("/introductions").status_code == 302


def test_nobody_grades_for_a_firm_of_others(house):
    house.stock()
    number, asset = published(house), Asset.objects.get().number
    for who in ("outsider", "officer", "elsewhere"):
        house.client(who).post(f"/needs/{number}/grades/{asset}", {"prospects": "3"})
    assert not Opinion.objects.exists()
    assert house.client().post(f"/needs/{number}/grades/{asset}").status_code == 302
