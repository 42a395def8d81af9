"""A running service, looked at through a browser."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext
from web_house import House


class Live:
    """A running service with a small province, looked at through a browser."""

    def __init__(self, house: House, address: str, browser: Browser) -> None:
        self.house, self.address, self._browser = house, address, browser
        self._open: list[BrowserContext] = []

    def context(self, who: str | None = None, language: str = "zh", **settings: object) -> BrowserContext:
        """Return a browser's window in which `who` is signed in; what is set may switch scripts off."""
        context = self._browser.new_context(base_url=self.address, **settings)
        cookies = {"qixi_language": language}
        if who is not None:
            cookies["sessionid"] = self.house.client(who).cookies["sessionid"].value
        context.add_cookies([{"name": k, "value": v, "url": self.address} for k, v in cookies.items()])
        self._open.append(context)
        return context

    def close(self) -> None:
        for context in self._open:
            context.close()
