"""Every page by role: who sees what, in both languages, and what the acts on it do."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from web_house import DECISION, NEED, PRICE, SECRET, House, today

from qixi.casework.models import Case, Event
from qixi.casework.services import act_for
from qixi.registry.services import enter_asset

pytestmark = pytest.mark.django_db


def text_of(answer: object) -> str:
    return answer.content.decode()


def seen(number: str) -> str:
    return str(Case.objects.get(number=number).length)


def test_public_pages_answer_everybody_in_both_languages(house: House):
    number = house.price()
    pages = ["/", "/procedures", "/procedures/need", "/procedures/price", "/notices", f"/notices/{number}"]
    for language, word in (("zh", "公示"), ("en", "Notices")):
        client = house.client(language=language)
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert word in text_of(answer)
            assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in text_of(answer)


def test_a_notice_says_what_its_procedure_publishes_and_no_more(house: House):
    number = house.price()
    said = text_of(house.client().get(f"/notices/{number}"))
    assert "一种微藻采收装置" in said
    assert "1,200,000" in said
    assert PRICE["buyer"] not in said
    assert "张三" not in said
    assert house.client().get(f"/notices/{house.need()}").status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(house: House):
    number = house.need()
    for page in (
        "/cases",
        "/cases/new",
        f"/cases/{number}",
        "/cases/2026-need-999999",
        "/desk",
        "/desk/figures",
    ):
        answer = house.client().get(page)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login")), page


@pytest.mark.parametrize("who", ["outsider", "elsewhere", "operator"])
def test_an_outsider_is_told_the_same_of_what_exists_and_of_what_does_not(house: House, who: str):
    number = house.need()
    client = house.client(who)
    for page in ("/cases/{}", "/cases/{}/acts/publish", "/cases/{}/acts/nothing"):
        there, not_there = client.get(page.format(number)), client.get(page.format("2026-need-999999"))
        assert there.status_code == not_there.status_code == 404
        hidden = re.compile(r"name=\"(csrfmiddlewaretoken|next)\" value=\"[^\"]*\"|\?next=[^\"]*")
        assert hidden.sub("", text_of(there)) == hidden.sub("", text_of(not_there))
        assert NEED["title"] not in text_of(there)
    posted = client.post(f"/cases/{number}/acts/publish", {"seen": "2"})
    assert (
        posted.status_code == client.post("/cases/2026-need-999999/acts/publish", {"seen": "2"}).status_code
    )
    assert posted.status_code == 404


def test_the_desk_is_there_for_officers_alone(house: House):
    number = house.need()
    for who in ("handler", "outsider", "operator"):
        assert house.client(who).get("/desk").status_code == 404
        assert house.client(who).get("/desk/figures").status_code == 404
        assert house.client(who).post("/desk/together").status_code == 404
    assert number in text_of(house.client("officer").get("/desk"))
    assert number not in text_of(house.client("elsewhere").get("/desk"))


def test_a_case_is_begun_once_however_often_the_button_is_pressed(house: House):
    client = house.client("handler")
    page = client.get("/cases/new/need")
    assert f'value="{house.firm}" checked' in text_of(page)
    sent = {"party": house.firm, "division": "330102"}
    first, second = client.post("/cases/new/need", sent), client.post("/cases/new/need", sent)
    assert first.status_code == 302
    assert first.url == second.url
    assert Case.objects.count() == 1
    assert client.get(first.url).status_code == 200
    assert client.post("/cases/new/nothing", sent).status_code == 404


def test_nobody_begins_a_case_as_another_or_nowhere(house: House):
    for who, sent in (
        ("outsider", {"party": house.firm, "division": "330102"}),
        ("handler", {"party": house.firm, "division": "999999"}),
        ("handler", {}),
    ):
        answer = house.client(who).post("/cases/new/need", sent)
        assert answer.status_code == 422
        assert 'role="alert"' in text_of(answer)
    assert not Case.objects.exists()


def test_an_officer_begins_one_for_a_firm_which_has_to_confirm(house: House):
    client = house.client("officer")
    assert client.post("/cases/new/need", {"code": "nonsense", "division": "330102"}).status_code == 422
    code = "91330100MA2AXGMD2"
    full = next(line for line in _codes() if line.startswith(code))
    begun = client.post("/cases/new/need", {"code": full, "division": "330102"})
    assert begun.status_code == 302
    number = Case.objects.get().number
    page = f"/cases/{number}/acts/propose"
    assert client.post(page, NEED | {"seen": "1"}).status_code == 302
    assert "待企业确认" in text_of(house.client("handler").get(f"/cases/{number}"))
    assert house.client("handler").post(f"/cases/{number}/acts/confirm", {"seen": "2"}).status_code == 302
    assert Case.objects.get().step == "curation"


def _codes() -> list[str]:
    from qixi.registry.models import Organisation  # noqa: PLC0415

    return list(Organisation.objects.values_list("credit_code", flat=True))


def test_an_act_is_done_once_and_its_faults_stand_beside_the_fields(house: House):
    number = house.need(submitted=False)
    client, page = house.client("handler"), f"/cases/{number}/acts/submit"
    wrong = client.post(page, NEED | {"title": "短", "budget": "-1", "seen": "1"})
    said = text_of(wrong)
    assert wrong.status_code == 422
    assert '<p class="fault" id="title-fault">至少 4 个字符</p>' in said
    assert 'aria-invalid="true"' in said
    assert NEED["problem"] in said
    english = house.client("handler", "en").post(page, NEED | {"title": "x", "seen": "1"})
    assert "it should have at least 4 characters" in text_of(english)
    assert Case.objects.get().length == 1
    first, second = client.post(page, NEED | {"seen": "1"}), client.post(page, NEED | {"seen": "1"})
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url == f"/cases/{number}"
    assert Event.objects.count() == 2


def test_an_act_that_stays_is_not_done_twice_by_one_page(house: House):
    number = house.case("need", ("handler", "submit", NEED), ("officer", "publish", {}))
    client, page = house.client("handler"), f"/cases/{number}/acts/renew"
    for _ in range(2):
        assert client.post(page, {"seen": "3"}).status_code == 302
    assert Event.objects.filter(verb="renew").count() == 1


def test_a_page_made_before_the_case_went_on_decides_nothing(house: House):
    number = house.need()
    act_for(house.actor("officer"), number, "correct", {"points": ["日处理量"]}, today())
    act_for(house.actor("handler"), number, "resubmit", NEED | {"title": "微藻采收成本过高"}, today())
    answer = house.client("officer").post(f"/cases/{number}/acts/refuse", {"seen": "2", "reason": "超出范围"})
    assert answer.status_code == 409
    assert "超出范围" in text_of(answer)
    assert Case.objects.get().step == "curation"
    gone = house.client("handler").post(f"/cases/{number}/acts/submit", NEED | {"seen": "7"}, follow=True)
    assert "现在不能办理" in text_of(gone)


def test_a_correction_is_prefilled_and_shown_as_a_difference(house: House):
    number = house.need()
    act_for(house.actor("officer"), number, "correct", {"points": ["请补充日处理量"]}, today())
    client, page = house.client("handler"), f"/cases/{number}/acts/resubmit"
    form = text_of(client.get(page))
    assert NEED["problem"] in form
    assert "请补充日处理量" in form
    assert '<option value="development" selected>' in form
    client.post(page, NEED | {"targets": "日处理量不低于 50 吨", "seen": "3"})
    said = text_of(house.client("officer").get(f"/cases/{number}"))
    assert "<ins>日处理量不低于 50 吨</ins>" in said
    assert "改动 1 处" in said


def test_the_page_of_a_case_says_what_can_be_done_and_why_not(house: House):
    number = house.need()
    said = text_of(house.client("officer").get(f"/cases/{number}"))
    assert "发布" in said
    assert "届满" in said
    assert SECRET in said
    price = house.case("price", ("handler", "submit", PRICE | {"route": "auction"}))
    said = text_of(house.client("handler", "en").get(f"/cases/{price}"))
    assert "only a price by agreement is announced here" in said
    answer = house.client("handler").post(
        f"/cases/{price}/acts/announce",
        {"held_on": today().isoformat(), "members": "张三\n李四", "result": DECISION["result"], "seen": "2"},
    )
    assert answer.status_code == 409
    assert "挂牌或拍卖定价无需公示" in text_of(answer)
    assert "张三" in text_of(answer)


def test_anybody_who_signs_in_may_object_to_a_notice(house: House):
    number = house.price()
    client = house.client("outsider")
    said = text_of(client.get(f"/cases/{number}"))
    assert "提出异议" in said
    assert PRICE["buyer"] not in said
    assert "李晓" not in said
    objected = client.post(f"/cases/{number}/acts/object", {"seen": seen(number), "reason": "价格过低"})
    assert objected.status_code == 302
    assert Case.objects.get(number=number).step == "objection"
    assert "价格过低" in text_of(client.get(f"/cases/{number}"))


def test_the_desk_finds_filters_and_pages(house: House):
    numbers = [house.need() for _ in range(3)]
    price = house.price()
    Case.objects.filter(number=numbers[0]).update(due_on="2020-01-01")
    client = house.client("officer")

    def found(**asked: str) -> set[str]:
        return {n for n in [*numbers, price] if f"/cases/{n}" in text_of(client.get("/desk", asked))}

    assert found() == {*numbers, price}
    assert found(code="price") == found(phase="notice") == found(text="定价") == {price}
    assert found(due="overdue") == {numbers[0]}
    assert found(waits="officer") == set(numbers)
    assert found(waits="expert") == set()
    assert found(text=numbers[1]) == {numbers[1]}
    assert found(code="x", phase="x", due="x", waits="x", page="x") == {*numbers, price}
    board = text_of(client.get("/desk"))
    assert board.index(numbers[0]) < board.index(numbers[1])
    assert "逾期" in board


def test_several_cases_are_decided_at_once_and_each_result_is_shown(house: House):
    ready, price = [house.need() for _ in range(2)], house.price()
    client = house.client("officer")
    chosen = {"case": [*ready, price, "2026-need-999999"], "verb": "publish"}
    page = text_of(client.post("/desk/together", chosen))
    assert page.count("现在不能办理") == 2
    assert not Event.objects.filter(verb="publish").exists()
    said = text_of(client.post("/desk/together", chosen | {"confirmed": "1"}))
    assert "2 件已办理，共 4 件" in said
    assert Event.objects.filter(verb="publish").count() == 2
    again = house.need()
    needing = {"case": [again], "verb": "refuse", "confirmed": "1"}
    answer = client.post("/desk/together", needing)
    assert (answer.status_code, 'id="reason-fault"' in text_of(answer)) == (422, True)
    client.post("/desk/together", needing | {"reason": "不属于技术需求"})
    assert Case.objects.get(number=again).outcome == "refused"
    assert client.post("/desk/together", {"case": [again], "verb": "nothing"}).status_code == 409
    assert client.post("/desk/together", {}).status_code == 302


def test_figures_count_what_lies_in_the_division(house: House):
    house.need()
    house.price()
    Case.objects.filter(code="need").update(due_on="2020-01-01")
    said = text_of(house.client("officer").get("/desk/figures"))
    assert "1 件逾期" in said
    elsewhere = text_of(house.client("elsewhere").get("/desk/figures"))
    assert "件逾期" not in elsewhere


def test_the_language_is_kept_and_leads_nowhere_else(house: House):
    client = house.client()
    answer = client.post("/language", {"language": "en", "next": "/procedures"})
    assert (answer.url, client.cookies["qixi_language"].value) == ("/procedures", "en")
    for evil in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert client.post("/language", {"language": "zh", "next": evil}).url == "/"
    assert client.get("/language").status_code == 405


def test_what_waits_for_the_reader_stands_on_the_front_page(house: House):
    number = house.need()
    assert number not in text_of(house.client("handler").get("/"))
    act_for(house.actor("officer"), number, "correct", {"points": ["日处理量"]}, today())
    assert number in text_of(house.client("handler").get("/"))
    assert number not in text_of(house.client("outsider").get("/"))


def test_a_price_is_begun_about_a_registered_result_whose_name_is_filled_in(house: House):
    form = {
        "kind": "patent",
        "title": "微藻气浮采收装置",
        "number": "ZL 2020 1 9900173.1",
        "division": "3301",
        "holders": [{"party": house.firm, "part": "1"}],
    }
    asset = str(enter_asset(house.actor("handler"), house.firm, form, today()).number)
    client = house.client("handler")
    assert asset in text_of(client.get("/cases/new/price"))
    assert asset not in text_of(client.get("/cases/new/need"))
    begun = {"party": house.firm, "division": "330102", "subject": asset}
    page = client.post("/cases/new/price", begun)
    assert page.status_code == 302
    assert Case.objects.get().subject == asset
    assert "微藻气浮采收装置" in text_of(client.get(page["Location"]))
    strange = client.post("/cases/new/price", begun | {"subject": "x"})
    assert strange.status_code == 422
    assert "申请方没有这项办理对象" in text_of(strange)
