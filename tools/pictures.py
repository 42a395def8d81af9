"""Takes the docs' pictures of the sample province: README's report, and the exchange's pages; needs Chromium.

The report is cut down to one need; nothing else is changed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from sample_service import case_called, sample_service, session_of

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "examples" / "province"
PICTURES = ROOT / "docs" / "images"
SHOWN = {"zh": "D001", "en": "D074"}
sys.path.insert(0, str(ROOT / "tests"))

from browser import SWITCHES, Chromium, chromium_path  # noqa: E402


@dataclass(frozen=True)
class Picture:
    """A page of the exchange as somebody sees it; `height` is what is shown of it."""

    name: str
    who: str | None
    address: str
    height: int = 860
    width: int = 1280
    dark: bool = False


def report(folder: Path, language: str) -> Path:
    """Return the sample's report, matched anew."""
    page = folder / f"report-{language}.html"
    command = [sys.executable, "-m", "qixi", "--language", language, "match", "--explain", "2", "--top", "2"]
    command += ["--supply", str(SAMPLE / "technologies.jsonl"), "--demand", str(SAMPLE / "needs.csv")]
    command += ["--out", str(folder / "matches.csv"), "--report", str(page)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return page


def one_need(page: Path, need_id: str) -> Path:
    """Cut out what stands before the need's section, and the space above it."""
    front, *needs = re.split(r'(?=<section class="need")', page.read_text("utf-8"))
    found = [need for need in needs if f">{need_id}<" in need]
    if not found:
        msg = f"the report has no section of need {need_id}"
        raise ValueError(msg)
    head = front.partition('<header class="front">')[0]
    # The page's policy allows no style but its own.
    head = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", head)
    flush = "<style>.need { margin-top: 0; padding-top: 0; border-top: 0; }</style>"
    head = head.replace("</head>", flush + "</head>")
    page.write_text(f"{head}<main>{found[0]}</main></body></html>", "utf-8")
    return page


def reports(program: str) -> Iterator[Path]:
    """Take the pictures of the report."""
    with tempfile.TemporaryDirectory() as folder:
        for language, need_id in SHOWN.items():
            page = one_need(report(Path(folder), language), need_id)
            yield Chromium(program).screenshot(page, PICTURES / f"report-{language}.png", 1100, 880)


def shown() -> list[Picture]:
    """Return the pages to be taken."""
    correcting = f"/cases/{case_called('need', '数控机床主轴热误差补偿')}"
    price = case_called("price", "低温银包铜浆料及其制备方法")
    return [
        Picture("home", "demo-firm", "/"),
        Picture("case", "demo-transfer", f"/cases/{price}", 1180),
        Picture("correcting", "demo-firm", f"{correcting}/acts/resubmit", 1000),
        Picture("desk", "demo-county", "/desk"),
        Picture("notice", None, f"/notices/{price}", 760),
        Picture("guide", None, "/procedures/price", 1180),
        Picture("phone", "demo-firm", correcting, 844, 390),
        Picture("dark", "demo-county", f"/cases/{price}", 860, dark=True),
    ]


def pages(program: str) -> Iterator[Path]:
    """Take the pictures of the exchange's pages."""
    with sample_service() as address:
        asked = [(each, session_of(each.who) if each.who else "") for each in shown()]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(SWITCHES[1:]))
            for language in ("zh", "en"):
                for picture, session in asked:
                    yield taken(browser, address, picture, session, language)
            browser.close()


def taken(browser: Browser, address: str, picture: Picture, session: str, language: str) -> Path:
    """Take one picture, as somebody who is signed in by `session`."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
    )
    cookies = {"qixi_language": language, "sessionid": session}
    context.add_cookies([{"name": k, "value": v, "url": address} for k, v in cookies.items() if v])
    page = context.new_page()
    answer = page.goto(picture.address)
    if answer is None or not answer.ok:
        msg = f"{picture.address} does not answer"
        raise RuntimeError(msg)
    out = PICTURES / f"{picture.name}-{language}.png"
    page.screenshot(path=out)
    context.close()
    return out


def main() -> int:
    """Write the pictures; return 1 where there is no browser."""
    program = chromium_path()
    if program is None:
        sys.stderr.write("no Chromium browser is installed\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    for take in (reports, pages):
        for out in take(program):
            sys.stdout.write(f"{out.relative_to(ROOT)}  {out.stat().st_size // 1000} kB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
