"""Stories in a real browser: by keyboard and without scripts, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page
from web_house import NEED
from web_live import Live

from qixi.casework.models import Case

WORDS = {
    "zh": {
        "begin": "下一步",
        "submit": "提交",
        "correct": "要求补正",
        "resubmit": "提交补正",
        "publish": "发布",
        "points": "需补正的内容",
        "done": "已办理",
    },
    "en": {
        "begin": "Next",
        "submit": "Submit",
        "correct": "Ask for corrections",
        "resubmit": "Submit corrections",
        "publish": "Publish",
        "points": "What to correct",
        "done": "Done",
    },
}


def press(page: Page, words: str, role: str = "button") -> None:
    """Go to a button or link by the Tab key alone, and press Enter."""
    wanted = page.get_by_role(role, name=words, exact=True)
    assert wanted.count() == 1, f"{wanted.count()} times {words} on {page.url}"
    for _ in range(200):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            break
    else:
        pytest.fail(f"the Tab key does not reach {words}")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, field: str, words: str) -> None:
    """Go to a field by the Tab key alone, and write in it."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == field:
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.insert_text(words)
            return
    pytest.fail(f"the Tab key does not reach {field}")


def opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    assert not errors, errors
    return page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_need_is_submitted_corrected_and_published_by_keyboard_without_scripts(live: Live, language: str):
    words = WORDS[language]
    applicant = live.context("handler", language, java_script_enabled=False)
    officer = live.context("officer", language, java_script_enabled=False)
    page = opened(applicant, "/cases/new/need")
    press(page, words["begin"])
    write(page, "title", NEED["title"])
    write(page, "problem", NEED["problem"])
    page.keyboard.press("Tab")
    write(page, "way", "")  # the list of ways: typed in below, as one does in a select
    page.get_by_role("combobox").press("ArrowDown")
    press(page, words["submit"])
    number = Case.objects.get().number
    assert words["done"] in page.content()

    desk = opened(officer, "/desk")
    press(desk, NEED["title"], "link")
    press(desk, words["correct"], "link")
    write(desk, "points", "请补充日处理量")
    press(desk, words["correct"])

    page.goto(f"/cases/{number}")
    press(page, words["resubmit"], "link")
    assert page.locator("#problem").input_value() == NEED["problem"]
    write(page, "targets", "日处理量不低于 50 吨")
    press(page, words["resubmit"])
    assert page.locator("ins").inner_text() == "日处理量不低于 50 吨"

    desk.goto(f"/cases/{number}")
    assert desk.locator("ins").inner_text() == "日处理量不低于 50 吨"
    press(desk, words["publish"], "link")
    press(desk, words["publish"])
    assert Case.objects.get().step == "published"


def test_a_fault_is_announced_and_leads_to_its_field(live: Live):
    number = live.house.need(submitted=False)
    page = opened(live.context("handler"), f"/cases/{number}/acts/submit")
    page.get_by_role("button", name="提交", exact=True).click()
    alert = page.get_by_role("alert")
    assert "需求名称" in alert.inner_text()
    alert.get_by_role("link", name="需求名称").click()
    assert page.evaluate("document.activeElement.id") == "title"
    described = page.locator("#title").get_attribute("aria-describedby")
    assert described is not None
    assert "title-fault" in described


def test_the_desk_filters_in_place_with_scripts_and_by_its_button_without(live: Live):
    need, price = live.house.need(), live.house.price()
    for scripts in (True, False):
        page = opened(live.context("officer", java_script_enabled=scripts), "/desk")
        assert page.locator("tbody tr").count() == 2
        page.locator("#code").select_option("price")
        if not scripts:
            page.get_by_role("button", name="筛选").click()
        page.wait_for_url("**code=price**")
        page.locator(f"a[href='/cases/{need}']").wait_for(state="detached")
        assert page.locator(f"a[href='/cases/{price}']").count() == 1


def test_several_are_chosen_on_the_desk_and_decided(live: Live):
    for _ in range(2):
        live.house.need()
    page = opened(live.context("officer"), "/desk")
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    page.locator("#verb").select_option("publish")
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="对以上 2 件办理").click()
    assert "2 件已办理，共 2 件" in page.content()
    assert set(Case.objects.values_list("step", flat=True)) == {"published"}


def test_signing_in_and_out_by_the_pages(live: Live):
    page = opened(live.context(), "/cases")
    page.locator("#id_login").fill("handler")
    page.locator("#id_password").fill("a river of stars")
    page.get_by_role("main").get_by_role("button", name="登录").click()
    page.wait_for_url("**/cases")
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="Sign out").click()
    assert page.get_by_role("link", name="Sign in").count() == 1


def test_the_first_stop_of_the_tab_key_leads_to_the_content(live: Live):
    page = opened(live.context(), "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
