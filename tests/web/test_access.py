"""What helps everybody read: no page has a serious fault by axe, none is wider than a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from django.urls import resolve
from playwright.sync_api import Page
from web_house import NEED
from web_live import Live
from web_panel import PANELLED, enrolled, held, put_in_catalogue, under_review

from qixi.casework.effects import perform_waiting
from qixi.core import Text
from qixi.registry.models import Asset
from qixi.registry.services import tell
from qixi.web.urls import urlpatterns

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
SERIOUS = {"serious", "critical"}
NO_PAGES = {
    "healthy", "language", "attach", "file", "receipt", "whole", "bundle", "paper", "proposal", "invitation",
    "export", "close", "draw", "grade", "fair_paper", "introduce",
}  # fmt: skip
"""What gives files, or takes what was sent and leads on to a page."""
BY_HAND = {"together", "panel"}
"""What comes after a choice on another page; a test of its own goes there."""


def addresses(live: Live) -> dict[str | None, list[str]]:
    """Return every page to be looked at, by who looks."""
    house = live.house
    draft, need, price = house.need(submitted=False), house.need(), house.price()
    correcting = house.case(
        "need", ("handler", "submit", NEED), ("officer", "correct", {"points": ["日处理量"]})
    )
    shown = house.case("need", ("handler", "submit", NEED), ("officer", "publish", {}))
    perform_waiting()
    stock = house.stock()
    technology = Asset.objects.get().number
    introduced, (wanted, _) = house.introduction(), house.matched()
    tell(house.firm, Text("请查看", "please look"), need, "axe")
    perform_waiting()
    (expert,) = enrolled(house, 1)
    asset = held(house)
    fair = house.fair(shown)
    guest = fair.guests.get(role="firm")
    return {
        None: [
            "/", "/procedures", "/procedures/need", "/procedures/price", "/procedures/organisation", "/needs",
            "/notices", "/assets", f"/assets/{asset}", f"/notices/{price}", "/privacy",
            "/account/login/", "/account/signup/",
            "/account/password/reset/", "/demo",
            "/nowhere", "/procedures?x=%00", "/technologies", "/technologies?q=微藻采收",
            f"/technologies/{technology}", f"/needs/{shown}", "/fairs", f"/fairs/{fair.number}",
        ],
        "handler": [
            "/", "/cases", "/cases/new", "/cases/new/need", f"/cases/{draft}", f"/cases/{draft}/acts/submit",
            f"/cases/{correcting}", f"/cases/{correcting}/acts/resubmit", f"/cases/{need}/parties",
            f"/organisations/{house.firm}", "/invited/no-such-token",
            f"/assets/of/{house.firm}", f"/assets/of/{house.firm}/new", f"/assets/of/{house.firm}/claim",
            f"/assets/{asset}", f"/assets/{asset}/edit", f"/assets/{asset}/right",
            f"/assets/{asset}/encumber", f"/assets/{asset}/transfer", "/organisations/named", "/contracts",
            "/lists", "/clocks", f"/lists/{stock}", f"/technologies/{technology}", f"/needs/{shown}",
            f"/fairs/{fair.number}", f"/fairs/{fair.number}/guests/{guest.number}",
            f"/needs/{wanted}", f"/cases/{introduced}", f"/cases/{introduced}/acts/arrive",
            "/inbox", "/me", "/account/2fa/", "/account/email/", "/account/password/change/",
        ],
        "officer": [
            "/desk", "/desk?due=overdue", "/desk/figures", "/desk/organisations",
            f"/organisations/{house.firm}", f"/cases/{need}", f"/cases/{need}/acts/refuse",
            f"/cases/{price}", "/cases/new/need", "/desk/experts", f"/experts/{expert.number}",
            "/fairs", "/fairs/new", f"/fairs/{fair.number}", f"/fairs/{fair.number}/guests/{guest.number}",
            f"/fairs/{fair.number}/in/{guest.code}",
            "/introductions", "/introductions?kind=arrived", f"/cases/{introduced}",
        ],
        "expert0": [f"/experts/{expert.number}"],
        "outsider": [f"/cases/{price}", f"/cases/{price}/acts/object"],
        "operator": [
            "/work", "/versions", "/versions/need/1", "/office/", "/office/casework/case/",
            "/nowhere",
        ],
    }  # fmt: skip


def faults(page: Page) -> list[str]:
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{each['id']}: {node['html'][:160]}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("en", "dark")])
def test_no_page_has_a_serious_fault(live: Live, settings: Any, language: str, scheme: str):
    settings.DEMO = True
    wrong = []
    for who, pages in addresses(live).items():
        # Axe is put into the page by the test; the page itself lets no foreign script in.
        context = live.context(who, language, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        for address in pages:
            page.goto(address)
            page.evaluate(AXE)
            wrong += [f"{who} {address} {fault}" for fault in faults(page)]
    assert not wrong, "\n".join(wrong)


def test_no_page_is_wider_than_a_phone(live: Live, settings: Any):
    settings.DEMO = True
    wide = []
    for who, pages in addresses(live).items():
        page = live.context(who, "en", viewport={"width": 360, "height": 740}).new_page()
        for address in pages:
            page.goto(address)
            over = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if over > 0:
                wide.append(f"{who} {address} {over}")
    assert not wide, "\n".join(wide)


def test_no_page_is_forgotten(live: Live):
    looked_at = {
        resolve(urlsplit(address).path).url_name
        for pages in addresses(live).values()
        for address in pages
        if address != "/nowhere"
    }
    named = {each.name for each in urlpatterns}
    assert named - looked_at == NO_PAGES | BY_HAND


def test_acts_in_several_cases_and_what_came_of_them_are_as_readable(live: Live):
    live.house.need()
    live.house.need()
    page = live.context("officer", bypass_csp=True).new_page()
    page.goto("/desk")
    for box in page.locator("[name=case]").all():
        box.check()
    page.locator("#verb").select_option("publish")
    page.locator("#together button").click()
    page.evaluate(AXE)
    assert page.url.endswith("/desk/together")
    assert not faults(page)
    page.get_by_role("main").get_by_role("button").first.click()
    page.evaluate(AXE)
    assert not faults(page)
    assert (
        live.house.client("officer").get("/desk?phase=in_force").content.decode().count("微藻采收成本") >= 2
    )


def test_the_draw_of_a_panel_is_as_readable(live: Live, monkeypatch: pytest.MonkeyPatch):
    put_in_catalogue(monkeypatch, PANELLED)
    number = under_review(live.house)
    enrolled(live.house, 4)
    officer = live.context("officer", bypass_csp=True).new_page()
    firm = live.context("handler", "en", bypass_csp=True, viewport={"width": 360, "height": 740}).new_page()
    presses = ((officer, "begin"), (firm, "keep"), (officer, "commit"), (officer, "appoint"), (officer, ""))
    for page, do in presses:
        page.goto(f"/cases/{number}/panel")
        page.evaluate(AXE)
        assert not faults(page)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
        if do:
            page.locator(f"button[value={do}]").click()


def test_faults_of_a_form_are_as_readable(live: Live):
    number = live.house.need(submitted=False)
    page = live.context("handler", bypass_csp=True).new_page()
    page.goto(f"/cases/{number}/acts/submit")
    page.get_by_role("button", name="提交", exact=True).click()
    page.evaluate(AXE)
    assert not faults(page)
