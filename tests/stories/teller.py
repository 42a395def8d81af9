"""Tells a story in a real browser: everybody does at its page what the story says, day by day."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.test import Client
from django.utils import timezone
from matched import NEED, matched
from playwright.sync_api import Browser, BrowserContext, Page
from pypdf import PdfReader
from story import Happening, Said, Story

from qixi.casework.models import Case
from qixi.casework.queries import case_of, procedure_of
from qixi.casework.work import swept
from qixi.core import Text
from qixi.core.text import Language
from qixi.procedures import Act, Role
from qixi.procedures.guide import ROLES, form_of
from qixi.registry.demo import ACCOUNTS, person_called, sample_province
from qixi.registry.models import Organisation
from qixi.web.components.forms import fields

TIME = ROLES[Role.TIME].zh
_WORDS = {
    "next": Text("下一步", "Next"),
    "mandate": Text("委托", "Give the mandate"),
    "look": Text("上传并核对", "Hand in and look"),
    "ask": Text("请求对接", "Ask for an introduction"),
    "file": Text("全部案卷（PDF）", "The whole file (PDF)"),
}


@dataclass
class Teller:
    """Tells one story in one language; `turn` makes it another day for the whole service."""

    story: Story
    language: Language
    address: str
    browser: Browser
    turn: Callable[[date], None]
    today: date = date.min
    number: str = ""
    _windows: dict[str, tuple[BrowserContext, Page]] = field(default_factory=dict)

    def tell(self) -> Case:
        """Let everything happen, and return the case in the end."""
        self._go_to(self.story.happenings[0].day)
        sample_province(self.today)
        for happening in self.story.happenings:
            try:
                self._happens(happening)
            except Exception as fault:
                fault.add_note(f"{self.story.title.zh}（{self.language}）: {happening}")
                raise
        return self._row()

    def file(self, who: str) -> str:
        """Return the words of the case's file as PDF, which `who` fetches from the case's page."""
        page = self._page(who)
        page.goto(f"/cases/{self.number}")
        with page.expect_download() as fetched:
            page.get_by_role("link", name=self._in_words("file"), exact=True).click()
        reader = PdfReader(io.BytesIO(Path(fetched.value.path()).read_bytes()))
        return "".join("".join(each.extract_text().split()) for each in reader.pages)

    def close(self) -> None:
        """Close what was opened in the browser."""
        for context, _ in self._windows.values():
            context.close()

    def _happens(self, each: Happening) -> None:
        length = len(case_of(self._row()).events) if self.number else 0
        if each.who == TIME:
            self._time_acts(each)
        else:
            self._go_to(each.day)
        if each.begins_as is not None:
            self._begin(each)
        if each.asks_for is not None:
            self._ask(each)
        if each.mandated is not None:
            self._mandate(each)
        if each.does is not None and each.who != TIME:
            self._act(each)
        swept(self.today, timezone.now())  # what the service does beside its pages
        if each.refused is not None:
            assert len(case_of(self._row()).events) == length
        if each.then is not None:
            self._stands(each)
        if each.organisation is not None:
            self._look_up(each)

    def _go_to(self, day: date | None) -> None:
        if day is not None:
            assert day >= self.today
            self.today = day
            self.turn(day)

    def _time_acts(self, each: Happening) -> None:
        """Let time act, on that day and not on the day before."""
        assert each.day is not None
        before = each.day - timedelta(days=1)
        if before > self.today:
            self._go_to(before)
        swept(before, timezone.now())
        assert self._title_of_last() != each.does
        self._go_to(each.day)
        swept(each.day, timezone.now())
        assert self._title_of_last() == each.does

    def _begin(self, each: Happening) -> None:
        page = self._page(each.who)
        if each.listed:
            self._take_stock(page, each)
            return
        page.goto("/cases/new")
        page.get_by_role("link", name=self._said(self.story.declared().title), exact=True).click()
        body = Organisation.objects.filter(name=each.begins_as).first()
        as_whom = page.get_by_role("radio", name=each.begins_as or "", exact=True)
        if body is not None and not as_whom.count():
            page.locator("#code").fill(body.credit_code)  # for an organisation that is not one's own
        elif body is not None:
            as_whom.check()
        else:
            page.locator("[name=party]").first.check()  # for oneself
        page.locator("#division").select_option(each.division)
        page.get_by_role("button", name=self._in_words("next"), exact=True).click()
        found = re.search(r"/cases/([^/]+)", page.url)
        assert found is not None, page.url
        assert page.locator(".messages .warning").count() == 0, page.locator(".messages").inner_text()
        self.number = found[1]

    def _take_stock(self, page: Page, each: Happening) -> None:
        """Hand a list in, have it taken in, and begin the case about it from its page."""
        page.goto("/lists")
        page.locator("#party").select_option(label=each.begins_as)
        content = "\n".join(each.listed).encode()
        page.locator("#file").set_input_files({"name": "清单.csv", "mimeType": "text/csv", "buffer": content})
        page.get_by_role("main").get_by_role("button", name=self._in_words("look"), exact=True).click()
        for do in ("begin", "library"):
            swept(self.today, timezone.now())
            page.reload()
            page.locator(f"button[value={do}]").click()
        self.number = page.url.rsplit("/", 1)[1]

    def _ask(self, each: Happening) -> None:
        """Ask, on the page of a need, to meet the holder of what was shown for it just now."""
        matched(each.asks_for or "", self.today)
        page = self._page(each.who)
        page.goto("/needs")
        page.get_by_role("link", name=NEED["title"]).first.click()
        page.get_by_role("button", name=f"{self._in_words('ask')}").first.click()
        found = re.search(r"/cases/([^/]+)", page.url)
        assert found is not None, page.url
        self.number = found[1]

    def _mandate(self, each: Happening) -> None:
        page = self._page(each.who)
        page.goto(f"/cases/{self.number}/parties")
        page.locator("#agent").fill(Organisation.objects.get(name=each.mandated).credit_code)
        for title in each.acts:
            page.get_by_role("checkbox", name=self._said(self._act_titled(title).title), exact=True).check()
        page.get_by_role("button", name=self._in_words("mandate"), exact=True).click()
        assert each.mandated in page.get_by_role("main").inner_text()

    def _act(self, each: Happening) -> None:
        """Do an act from the case's page, or on its own page where a fault was shown just now."""
        assert each.does is not None
        page, step = self._page(each.who), procedure_of(self._row()).step(self._row().step)
        act = next(act for act in step.acts if act.title.zh == each.does)
        title, form = self._said(act.title), form_of(step, act)
        if not page.url.endswith(f"/cases/{self.number}/acts/{act.verb}"):
            page.goto(self._entrance(act))
            page.get_by_role("link", name=title, exact=True).click()
        known = {declared.title.zh: declared for declared in fields(form)} if form is not None else {}
        for name, words in each.filled.items():
            declared = known[name]
            values = {said.zh: value for value, said in declared.choices}
            box = page.locator(f"[name={declared.name}]")
            lines = [words] if isinstance(words, str) else words
            if declared.kind == "choice":
                box.select_option(values[lines[0]])
            elif declared.kind in {"flag", "choices"}:
                for line in lines:
                    page.locator(f"[name={declared.name}][value={values[line]}]").check()
            else:
                box.fill("\n".join(lines))
        page.get_by_role("main").get_by_role("button", name=title, exact=True).click()
        if each.refused is not None:
            assert self._said(each.refused) in page.get_by_role("alert").inner_text()
        else:
            assert page.get_by_role("alert").count() == 0, page.get_by_role("alert").inner_text()
            assert page.url.endswith(f"/cases/{self.number}"), page.url
        marked = page.locator("ins").all_inner_texts() if each.changed else []
        assert [words for words in each.changed if words not in marked] == [], marked

    def _entrance(self, act: Act) -> str:
        """Return where somebody begins: whoever objects reads the notice, all others the case's page."""
        return f"/notices/{self.number}" if act.by == (Role.OBJECTOR,) else f"/cases/{self.number}"

    def _stands(self, each: Happening) -> None:
        """The case stands in that step, and its page says so."""
        row = self._row()
        step = procedure_of(row).step(row.step)
        assert step.title.zh == each.then
        who = next(e.who for e in reversed(self._before(each)) if e.who != TIME)
        page = self._page(who)
        if not page.url.endswith(f"/cases/{self.number}") or each.who == TIME:
            page.goto(f"/cases/{self.number}")
        assert page.locator("#now").inner_text() == self._said(step.title)
        if each.due is not None:
            assert row.due_on == each.due, row.due_on
            assert each.due.isoformat() in page.locator(".clock").inner_text()

    def _before(self, each: Happening) -> list[Happening]:
        return self.story.happenings[: self.story.happenings.index(each) + 1]

    def _look_up(self, each: Happening) -> None:
        page = self._page(each.who)
        page.goto("/desk/organisations")
        page.locator("#name").fill(each.organisation or "")
        page.locator("#name").press("Enter")
        page.get_by_role("link", name=each.organisation, exact=True).wait_for()
        labels = [str(label).split(" / ") for label in Organisation.Standing.labels]
        english = dict(labels)[each.standing]
        assert (each.standing if self.language == "zh" else english) in page.locator("li").filter(
            has_text=each.organisation
        ).inner_text()

    def _page(self, who: str) -> Page:
        """Return the window in which somebody is signed in."""
        if who not in self._windows:
            context = self.browser.new_context(base_url=self.address)
            cookies = {"qixi_language": self.language, "sessionid": _session(who)}
            context.add_cookies([{"name": k, "value": v, "url": self.address} for k, v in cookies.items()])
            self._windows[who] = context, context.new_page()
        return self._windows[who][1]

    def _row(self) -> Case:
        return Case.objects.get(number=self.number)

    def _title_of_last(self) -> str:
        row = self._row()
        event, procedure = case_of(row).events[-1], procedure_of(row)
        act = procedure.step(event.step).act(event.verb) if event.step else None
        return act.title.zh if act is not None else ""

    def _act_titled(self, title: str) -> Act:
        steps = self.story.declared().steps
        return next(act for step in steps for act in step.acts if act.title.zh == title)

    def _in_words(self, key: str) -> str:
        return self._said(_WORDS[key])

    def _said(self, words: Text | Said) -> str:
        return words.zh if self.language == "zh" else words.en


def _session(who: str) -> str:
    """Return the session of one of the sample's people."""
    account, client = next(each for each in ACCOUNTS if each.name == who), Client()
    client.force_login(person_called(account.username), "django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value
