"""Writing the report: the template filled in, made safe, and put in its place whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from qixi.core import Asset, Need, Text
from qixi.core.text import Language
from qixi.match.explain import Explanation
from qixi.match.ranking import Ranking
from qixi.match.report.views import NeedView, Viewer
from qixi.match.report.wording import HEADER, STATUS, WORDS, YES_NO
from qixi.match.settings import FitWeights
from qixi.tables.placing import placed

Entry = tuple[Need, Ranking, Sequence[Explanation]]

# What HTML cannot hold: NUL, and halves of surrogate pairs, which UTF-8 cannot hold either.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_ENGLISH = re.compile("[a-z]{2}")
_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


LONG = 60
"""Pages beyond which matches without reasons are not printed; on the screen they stay."""


def write_report(
    path: Path,
    rankings: Sequence[Entry],
    *,
    header: Mapping[str, str],
    language: Language = "zh",
    notes: Sequence[Text] = (),
    assets: Mapping[str, Asset] | None = None,
    weights: FitWeights | None = None,
) -> None:
    """Write one self-contained HTML page: needs in the given order, matches by rank.

    Each entry is a need, its ranking and the explanations of some of its matches; a match without
    one is listed without reasons. `header` tells what made the results (engine, settings, corpus,
    technologies, ...), `notes` what the reader must know of the run. `assets` gives by id the
    technologies that are only listed, folded or withheld, which are otherwise shown by id alone;
    `weights` are those of the run, to be shown. The page asks for nothing from anywhere and runs no
    script; the same input gives the same bytes. Characters that HTML cannot hold (NUL, lone
    surrogates) appear as U+FFFD. Raises Refused where the file cannot be written.
    """
    weights = weights or FitWeights()
    viewer = Viewer(assets or {})
    needs = [_view(viewer, number, entry) for number, entry in enumerate(rankings, 1)]
    whys = [why for _, _, explanations in rankings for why in explanations]
    words = {name: text.in_language(language) for name, text in WORDS.items()}
    style = _style()
    page = _environment(language).get_template("page.html")
    parts = page.generate(
        language=language,
        w=words,
        style=Markup(style),  # noqa: S704  the package's own style sheet
        style_digest=_digest(style),
        needs=needs,
        brief=_pages(needs) > LONG,
        statuses=STATUS,
        shown=sum(len(ranking.matches) for _, ranking, _ in rankings),
        withheld=sum(len(ranking.withheld) for _, ranking, _ in rankings),
        technologies=header.get("technologies") or (str(len(assets)) if assets else None),
        header=[_line(name, value) for name, value in header.items()],
        notes=notes,
        weights=_shares(weights),
        sources=list(dict.fromkeys(why.suggestion.source for why in whys)),
    )
    _place(Path(path), parts)


def _pages(needs: Sequence[NeedView]) -> float:
    """Return on about how many pages the needs print with all their matches, as measured on the sample."""
    return sum(0.5 + 0.45 * len(view.reasoned) + len(view.further) / 35 for view in needs)


def _place(path: Path, parts: Iterator[str]) -> None:
    with placed(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(parts)


def _view(viewer: Viewer, number: int, entry: Entry) -> NeedView:
    need, ranking, explanations = entry
    return viewer.need(number, need, ranking, {why.asset.id: why for why in explanations})


def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=PackageLoader("qixi.match.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["say"] = lambda value: (
        value.in_language(language) if isinstance(value, Text) else value
    )
    environment.filters["fill"] = lambda words, **values: words.format(**values)
    environment.filters["tongue"] = lambda text: _tongue(text, language)
    return environment


def _safe(value: object) -> Markup:
    """Return `value` escaped so that a reader of the page gets back the very characters."""
    if isinstance(value, Markup):
        return value
    text = _UNWRITABLE.sub("\ufffd", str(value))
    # A bare carriage return would be read as a line feed.
    return Markup(str(escape(text)).replace("\r", "&#13;"))  # noqa: S704  escaped just now


def _tongue(text: str, page: Language) -> str:
    """Return the language tag of a record's words, by which fonts and voices are chosen."""
    if _CHINESE.search(text):
        return "zh-CN"
    return "en" if page == "en" or _ENGLISH.search(text) else "zh-CN"


def _style() -> str:
    return "\n" + (files("qixi.match.report") / "page" / "page.css").read_text(encoding="utf-8")


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")


def _line(name: str, value: str) -> tuple[Text, str | Text]:
    return HEADER.get(name, Text(name, name)), YES_NO.get(value, value)


def _shares(weights: FitWeights) -> Mapping[str, str]:
    total = weights.business + weights.need + weights.portfolio
    parts = {"need": weights.need, "business": weights.business, "portfolio": weights.portfolio}
    return {name: f"{value / total:.0%}" for name, value in parts.items()}
