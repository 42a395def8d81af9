"""Takes the pictures of README from the real report of the sample province; needs a Chromium browser.

The report is cut down to one need; nothing else is changed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "examples" / "province"
PICTURES = ROOT / "docs" / "images"
SHOWN = {"zh": "D001", "en": "D074"}
sys.path.insert(0, str(ROOT / "tests"))

from browser import Chromium, chromium_path  # noqa: E402


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


def main() -> int:
    """Write the pictures; return 1 where there is no browser."""
    program = chromium_path()
    if program is None:
        sys.stderr.write("no Chromium browser is installed\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for language, need_id in SHOWN.items():
            page = one_need(report(Path(folder), language), need_id)
            out = PICTURES / f"report-{language}.png"
            Chromium(program).screenshot(page, out, 1100, 1000)
            sys.stdout.write(f"{out.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
