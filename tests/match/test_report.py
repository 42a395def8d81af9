"""The report as a file: what it says, that it is safe, and that a browser shows and prints it."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser import SWITCHES, Chromium
from qixi.core import Asset, LegalStatus, Licence, Need, Quote, Refused, Span, Text
from qixi.match.engine import Engine
from qixi.match.explain import Explainer, Explanation
from qixi.match.quantities import Status
from qixi.match.ranking import Match, Ranking
from qixi.match.report import write_report
from qixi.match.report.marking import pieces
from qixi.match.report.views import FURTHER
from qixi.match.report.wording import FIELD, HEADER, KIND, LEGAL, LICENCE, STATUS, WORDS, YES_NO
from qixi.match.requirements import Kind
from qixi.match.spans import Evidence
from qixi.tables import read_assets, read_needs

SAMPLE = Path(__file__).parents[2] / "examples" / "province"
VOID = {"meta", "link", "br", "hr", "img", "input", "rect", "circle", "path", "use"}
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")

Entry = tuple[Need, Ranking, Sequence[Explanation]]


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    @property
    def classes(self) -> set[str]:
        return set((self.attributes.get("class") or "").split())

    def walk(self) -> Iterator[Element]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str, class_: str | None = None) -> list[Element]:
        return [e for e in self.walk() if e.tag == tag and (class_ is None or class_ in e.classes)]


class Tree(HTMLParser):
    """Builds elements and insists that what is opened is closed, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute of {tag} is given twice"
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"{tag} is closed out of order"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(path: Path) -> Element:
    tree = Tree()
    tree.feed(path.read_bytes().decode("utf-8"))
    tree.close()
    assert tree.open == [tree.root]
    return tree.root


@dataclass(frozen=True)
class Run:
    """A run over the sample province with the two best matches of each need explained."""

    entries: list[Entry]
    assets: dict[str, Asset]


def matched(assets: Sequence[Asset], needs: Sequence[Need], top: int, explained: int) -> Run:
    engine = Engine().fit(assets)
    explainer = Explainer(engine)
    entries: list[Entry] = []
    for need, ranking in zip(needs, engine.match(needs, top), strict=True):
        entries.append((need, ranking, [explainer.explain(need, m) for m in ranking.matches[:explained]]))
    return Run(entries, {asset.id: asset for asset in assets})


@pytest.fixture(scope="module")
def run() -> Run:
    assets = read_assets([SAMPLE / "technologies.jsonl"]).records
    return matched(assets, read_needs([SAMPLE / "needs.csv"]).records, 6, 2)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(entries: Sequence[Entry], **options: Any) -> Path:
        path = tmp_path / "report.html"
        write_report(path, entries, **{"header": {"engine": "qixi 0"}, **options})
        return path

    return write


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request: pytest.FixtureRequest, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Element:
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(path, run.entries, header={"engine": "qixi 0"}, language=request.param, assets=run.assets)
    return parse(path)


HOSTILE = [
    "<script>alert(1)</script>",
    "</title></style></textarea>--><img src=x onerror=alert(1)>",
    "quotes \" ' ` & &amp; &lt;b&gt; {{ 7*7 }} {% raw %}",
    "\u202eright to left\u202c \u200f\u2067 عربي",
    "lines\r\nend\rhere\ttab \x0b \x85 \x9f",
    "逐字 “引号” ＜全角＞ \U0002070e \ufeff",
]


def hostile_run() -> Run:
    assets = [
        Asset(
            f"T<{n}>\"'",
            title=words,
            abstract=f"The device {words} removes algae from water at 95 %.",
            claims=(words,),
            applicant=words,
            price=words,
            maturity_text=words,
            publication_no=words,
        )
        for n, words in enumerate(HOSTILE)
    ]
    needs = [
        Need(
            f"D&{n}",
            title=words,
            content=f"We need a device that removes algae: {words}. At least 90 % must be removed.",
            organisation=f"{words} Ltd",
            region=words,
            budget=words,
            industry_text=words,
        )
        for n, words in enumerate(HOSTILE)
    ]
    return matched(assets, needs, 5, 2)


# Marking


@given(
    st.text("αβγ<>&\"'", min_size=1, max_size=30),
    st.integers(0, 5),
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 12), st.sampled_from(["word", "number"])), max_size=8
    ),
)
def test_pieces_mark_exactly_the_places_named(text: str, at: int, marks: list[tuple[int, int, str]]) -> None:
    quote = Quote(Span("abstract", at, at + len(text)), text)
    spans = [(Span("abstract", start, start + length), name) for start, length, name in marks]
    found = pieces(quote, spans)
    assert "".join(piece.text for piece in found) == text
    assert all(piece.text for piece in found)
    by_place = [piece.marks for piece in found for _ in piece.text]
    assert by_place == [
        tuple(sorted({name for span, name in spans if span.start <= place < span.end}))
        for place in range(at, at + len(text))
    ]


def test_pieces_ignore_marks_of_other_fields_and_items() -> None:
    quote = Quote(Span("claims", 0, 4, 1), "abcd")
    marks = [
        (Span("claims", 1, 2, 0), "word"),
        (Span("title", 1, 2, 1), "word"),
        (Span("claims", 3, 9, 1), "word"),
    ]
    assert [(p.text, p.marks) for p in pieces(quote, marks)] == [("abc", ()), ("d", ("word",))]


def test_pieces_say_where_each_of_two_touching_marks_begins() -> None:
    quote = Quote(Span("content", 0, 6), "abcdef")
    found = pieces(quote, [(Span("content", 1, 3), "1"), (Span("content", 3, 5), "2")])
    assert [(p.text, p.begins) for p in found] == [("a", ()), ("bc", ("1",)), ("de", ("2",)), ("f", ())]


# Wording


def test_words_are_chinese_in_chinese_and_not_in_english() -> None:
    tables = [WORDS, STATUS, KIND, LEGAL, LICENCE, FIELD, HEADER, YES_NO]
    for text in (text for table in tables for text in table.values()):  # type: ignore[attr-defined]
        assert CHINESE.search(text.zh), text
        assert text.en, text
        assert not CHINESE.search(text.en), text
        assert set(re.findall(r"{\w+}", text.zh)) == set(re.findall(r"{\w+}", text.en)), text


def test_words_name_every_value_a_record_can_have() -> None:
    assert set(STATUS) == set(Status)
    assert set(KIND) == set(Kind)
    assert set(LEGAL) == set(LegalStatus)
    assert set(LICENCE) == set(Licence)


def test_words_are_all_used() -> None:
    source = Path(write_report.__code__.co_filename).parent
    code = "".join(p.read_text("utf-8") for p in [*(source / "page").glob("*.html"), source / "views.py"])
    assert [name for name in WORDS if not re.search(rf'w\.{name}\b|WORDS\["{name}"\]', code)] == []


# The page


def test_page_asks_for_nothing_and_runs_nothing(page: Element) -> None:
    allowed = {"href": re.compile(r"#[a-z0-9-]+$|data:,$")}
    for element in page.walk():
        assert element.tag not in {
            "script",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "img",
            "audio",
            "video",
        }
        for name, value in element.attributes.items():
            assert not name.startswith("on")
            assert name not in {"style", "src", "srcset", "action", "xlink:href"}
            if name in allowed:
                assert allowed[name].match(value or "")
    style = page.all("style")[0].text
    assert re.findall(r"url\([^)]*\)|@import[^;]*", style) == ["url(#hatch)"]


def test_page_allows_only_its_own_style(page: Element) -> None:
    policy = next(e for e in page.all("meta") if e.attributes.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(page.all("style")[0].text.encode()).digest()).decode()
    assert policy.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert len(page.all("style")) == 1


def test_page_has_landmarks_and_headings_in_order(page: Element) -> None:
    assert [len(page.all(tag)) for tag in ("main", "nav", "footer", "h1", "title")] == [1] * 5
    levels = [int(e.tag[1]) for e in page.walk() if re.fullmatch(r"h\d", e.tag)]
    assert all(below - above <= 1 for above, below in pairwise(levels))
    ids = [e.attributes["id"] for e in page.walk() if "id" in e.attributes]
    assert len(set(ids)) == len(ids)
    links = [
        str(e.attributes["href"])[1:] for e in page.walk() if str(e.attributes.get("href")).startswith("#")
    ]
    labels = [str(e.attributes["aria-labelledby"]) for e in page.walk() if "aria-labelledby" in e.attributes]
    assert {*links, *labels} <= set(ids)


def test_page_names_every_column_table_and_picture(page: Element) -> None:
    for table in page.all("table"):
        assert table.all("caption")[0].text.strip()
        heads = table.all("thead")[0].all("th")
        assert all(head.text.strip() and head.attributes["scope"] == "col" for head in heads)
        assert {len(row.all("td") + row.all("th")) for row in table.all("tbody")[0].all("tr")} == {len(heads)}
    for picture in page.all("svg"):
        if picture.attributes.get("aria-hidden") != "true":
            assert picture.attributes["role"] == "img"
            assert re.search(r"\d\.\d\d$", str(picture.attributes["aria-label"]))


def test_page_has_colours_of_sufficient_contrast(page: Element) -> None:
    style = page.all("style")[0].text
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", style))
    grounds = ["#ffffff", colours["tint"]]
    least = min(
        _contrast(colours[name], ground) for name in ("ink", "soft", "accent", "alarm") for ground in grounds
    )
    assert least >= 4.5


def _contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_page_lists_every_need_with_its_best_match(page: Element, run: Run) -> None:
    rows = page.all("nav")[0].all("tbody")[0].all("tr")
    assert [row.all("bdi")[0].text for row in rows] == [need.title for need, _, _ in run.entries]
    best = [ranking.matches[0] for _, ranking, _ in run.entries]
    assert [row.all("td", "score")[0].text.strip() for row in rows] == [
        f"{match.score:.3f}" for match in best
    ]
    assert [row.all("td")[1].text for row in rows] == [run.assets[match.asset_id].title for match in best]


def test_page_shows_each_match_once_in_order(page: Element, run: Run) -> None:
    for section, (_, ranking, whys) in zip(page.all("section", "need"), run.entries, strict=True):
        titles = [article.all("h3")[0].text for article in section.all("article")]
        assert titles == [why.asset.title for why in whys]
        rows = section.all("section", "further")[0].all("tbody")[0].all("tr")
        shown = [(int(row.all("td")[0].text), row.all("span", "id")[0].text) for row in rows]
        assert shown == [(match.rank, match.asset_id) for match in ranking.matches[len(whys) :]]


def test_page_quotes_verbatim(page: Element, run: Run) -> None:
    count = 0
    for section, (need, _, whys) in zip(page.all("section", "need"), run.entries, strict=True):
        for article, why in zip(section.all("article"), whys, strict=True):
            for quoted in article.all("q"):
                record = need if "asked-words" in quoted.classes else why.asset
                assert quoted.text == record.quote(_span(str(quoted.attributes["data-span"]))).text
                count += 1
        letter = section.all("div", "letter")
        assert [each.text for each in letter] == ([need.content] if need.content else [])
    assert count > 300


def _span(written: str) -> Span:
    name, item, place = written.split(":")
    start, end = map(int, place.split("-"))
    return Span(name, start, end, int(item))


def test_page_marks_the_words_and_numbers_that_meet(page: Element, run: Run) -> None:
    for section, (_, _, whys) in zip(page.all("section", "need"), run.entries, strict=True):
        for article, why in zip(section.all("article"), whys, strict=True):
            answers = [(evidence, quote) for evidence in why.evidence for quote in evidence.answered]
            for quoted, (evidence, quote) in zip(article.all("q", "answer-words"), answers, strict=True):
                assert quoted.text == quote.text
                assert _marked(quoted, quote.span.start) == _meant(evidence, quote.span)


def _marked(quoted: Element, start: int) -> set[int]:
    places: set[int] = set()
    for child in quoted.children:
        length = len(child if isinstance(child, str) else child.text)
        if not isinstance(child, str):
            places |= set(range(start, start + length))
        start += length
    return places


def _meant(evidence: Evidence, span: Span) -> set[int]:
    spans = [mark.asset.span for mark in evidence.marks]
    for check in evidence.numbers:
        offered = check.verdict.offered
        spans.append(Span(check.asset.span.field, offered.start, offered.end, check.asset.span.item))
    same = [each for each in spans if (each.field, each.item) == (span.field, span.item)]
    return {place for each in same for place in range(each.start, each.end) if span.start <= place < span.end}


def test_page_shows_the_first_seed_with_its_number(page: Element) -> None:
    article = page.all("article")[0]
    numbers = [mark.text for mark in article.all("mark", "number")]
    assert "200克/升" in numbers
    assert "≥150 g/L" in numbers


def test_page_numbers_requirements_alike_in_letter_and_table(page: Element) -> None:
    for section in page.all("section", "need"):
        badges = [
            n for e in section.all("span", "asked") for n in (e.attributes.get("data-number") or "").split()
        ]
        for article in section.all("article"):
            rows = article.all("table", "checks")[0].all("tbody")[0].all("tr")
            inside = [row.all("span", "number")[0].text for row in rows if row.all("span", "number")]
            assert inside == badges == [str(n) for n in range(1, len(badges) + 1)]


def test_page_says_outcomes_in_words_beside_icons(page: Element) -> None:
    words = {text.in_language(language) for text in STATUS.values() for language in ("zh", "en")}  # type: ignore[arg-type]
    cells = page.all("td", "outcome")
    assert {cell.text.strip() for cell in cells} <= words
    assert all(cell.all("use") for cell in cells)


def test_page_tells_unconfirmed_suggestions_and_the_deciding_row(page: Element, run: Run) -> None:
    advice = page.all("p", "advice")
    whys = [why for _, _, each in run.entries for why in each]
    assert [each.all("span", "id")[0].text for each in advice] == [why.suggestion.row for why in whys]
    assert {each.all("span", "chip")[0].text for each in advice} <= {"未经确认", "unconfirmed"}


def test_long_page_prints_only_matches_with_reasons(
    run: Run, written: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = run.entries[:2]
    short = parse(written(entries))
    monkeypatch.setattr("qixi.match.report.writing.LONG", 1)
    long = parse(written(entries))
    for page, unprinted in ((short, False), (long, True)):
        tables = page.all("section", "further")
        assert len(tables) == 2
        assert {"unprinted" in table.classes for table in tables} == {unprinted}
        assert len(page.all("p", "printed")) == (2 if unprinted else 0)
    beyond = [len(ranking.matches) - len(whys) for _, ranking, whys in entries]
    said = [each.text for each in long.all("p", "printed")]
    assert said == [f"排名更后的 {count} 项未印出，见匹配结果文件。" for count in beyond]


def test_page_names_withheld_and_folded_technologies(run: Run, written: Callable[..., Path]) -> None:
    page = parse(written(run.entries, assets=run.assets))
    for section, (_, ranking, whys) in zip(page.all("section", "need"), run.entries, strict=True):
        rows = [row for each in section.all("details", "withheld") for row in each.all("tbody")[0].all("tr")]
        assert [(row.all("span", "id")[0].text, row.all("td")[-1].text) for row in rows] == [
            (each.asset_id, each.reason.zh) for each in ranking.withheld
        ]
        folded = [e.text for each in section.all("p", "folded") for e in each.all("span", "id")]
        assert folded == [id_ for why in whys for id_ in why.match.folded]
    assert any(ranking.withheld for _, ranking, _ in run.entries)
    assert any(why.match.folded for _, _, whys in run.entries for why in whys)


def test_page_says_and_draws_unknown_fits(run: Run, written: Callable[..., Path]) -> None:
    entries = [entry for entry in run.entries if not entry[0].portfolio][:2]
    page = parse(written(entries, assets=run.assets))
    for article in page.all("article"):
        fits = article.all("div", "fit")
        assert [bool(fit.all("rect", "mean")) for fit in fits] == [False, False, True]
        assert fits[2].all("p", "unknown")[0].text == "未知，取均值"
    for section in page.all("section", "further"):
        for row in section.all("tbody")[0].all("tr"):
            last = row.all("td", "fit")[2]
            assert last.all("rect", "mean")
            assert "未知，取均值" in last.text


def test_page_shows_notes_and_header(run: Run, written: Callable[..., Path]) -> None:
    header = {"engine": "qixi 9", "technologies": "190", "weights_confirmed": "false", "own <key>": "a & b"}
    notes = [Text("模型不可用，<全部>由默认引擎得出", "the model was not available")]
    page = parse(written(run.entries[:1], header=header, notes=notes, language="zh"))
    lines = {line.all("dt")[0].text: line.all("dd")[0].text for line in page.all("dl", "run")[0].all("div")}
    assert lines == {
        "引擎版本": "qixi 9",
        "参与匹配的技术": "190",
        "权重已经确认": "否",
        "own <key>": "a & b",
    }
    assert [note.text for note in page.all("ul", "notes")[0].all("li")] == [notes[0].zh]


def test_page_is_wholly_english_for_english_records(written: Callable[..., Path]) -> None:
    assets = [
        Asset("T1", "Removal of algae", "A device that removes 95 % of algae from water.", ipc=("C02F1/00",)),
        Asset("T2", "Old removal of algae", "Removes algae.", legal_status=LegalStatus.LAPSED, maturity=9),
        Asset("T3", "Concrete tower", "A tower of 160 m.", legal_status=LegalStatus.IN_FORCE, maturity=5),
    ]
    needs = [
        Need(
            "D1",
            "Remove algae",
            "At least 90 % of algae must be removed. Budget 1 million yuan.",
            industry="4610",
        ),
        Need("D2", "Tower", "We need a tower higher than 200 m.", region="Hangzhou"),
    ]
    run = matched(assets, needs, 2, 1)
    page = parse(written(run.entries, language="en", notes=[Text("注", "a note")], assets=run.assets))
    texts = [page.text, *(str(value) for e in page.walk() for value in e.attributes.values())]
    style = page.all("style")[0].text
    assert [
        CHINESE.findall(text.replace(style, "")) for text in texts if CHINESE.search(text.replace(style, ""))
    ] == []
    assert page.all("html")[0].attributes["lang"] == "en"


def test_page_gives_hostile_texts_back_as_they_are(written: Callable[..., Path]) -> None:
    run = hostile_run()
    page = parse(written(run.entries, assets=run.assets, notes=[Text(words, words) for words in HOSTILE]))
    assert page.all("script") == page.all("img") == page.all("textarea") == []
    for section, (need, ranking, whys) in zip(page.all("section", "need"), run.entries, strict=True):
        assert section.all("h2")[0].text == need.title
        assert section.all("div", "letter")[0].text == need.content
        assert [article.all("h3")[0].text for article in section.all("article")] == [
            w.asset.title for w in whys
        ]
        rows = section.all("section", "further")[0].all("tbody")[0].all("tr")
        assert [row.all("span", "id")[0].text for row in rows] == [
            m.asset_id for m in ranking.matches[len(whys) :]
        ]
        for article, why in zip(section.all("article"), whys, strict=True):
            values = [bdi.text for bdi in article.all("dl")[0].all("bdi")]
            assert values == [why.asset.id, *[why.asset.title] * 4]
    assert [note.text for note in page.all("ul", "notes")[0].all("li")] == HOSTILE


def test_page_shows_characters_that_html_cannot_hold(written: Callable[..., Path]) -> None:
    need = Need("D1", "nul \x00 half \ud800")
    page = parse(written([(need, Ranking("D1", (), ()), ())]))
    assert page.all("section", "need")[0].all("h2")[0].text == "nul \ufffd half \ufffd"


def test_page_says_when_there_are_no_needs(written: Callable[..., Path]) -> None:
    page = parse(written([]))
    assert page.all("p", "empty")[0].text == WORDS["no_needs"].zh
    assert [tile.all("dd")[0].text for tile in page.all("dl", "tiles")[0].all("div")] == ["0", "0", "0"]


def test_page_says_when_a_need_has_no_matches(written: Callable[..., Path]) -> None:
    need = Need("D1", "除藻", "要求去除率不低于90%。")
    page = parse(written([(need, Ranking("D1", (), ()), ())]))
    assert page.all("p", "empty")[0].text == WORDS["no_match_long"].zh
    assert page.all("nav")[0].all("td", "none")[0].text == WORDS["no_match"].zh
    assert page.all("article") == []


def test_page_shows_ids_of_technologies_it_was_not_given(run: Run, written: Callable[..., Path]) -> None:
    need, ranking, _ = run.entries[0]
    page = parse(written([(need, ranking, ())]))
    rows = page.all("section", "further")[0].all("tbody")[0].all("tr")
    assert [row.all("th")[0].text for row in rows] == [match.asset_id for match in ranking.matches]


def test_page_counts_matches_beyond_those_listed(written: Callable[..., Path]) -> None:
    matches = tuple(
        Match("D1", f"T{n}", n, 0.5, 0.5, 0.5, 0.5, 1.0, True, True) for n in range(1, FURTHER + 4)
    )
    page = parse(written([(Need("D1", "x"), Ranking("D1", matches, ()), ())]))
    section = page.all("section", "further")[0]
    assert len(section.all("tbody")[0].all("tr")) == FURTHER
    assert section.all("p", "hint")[0].text == WORDS["rest_more"].zh.format(count=3)


def test_page_warns_of_an_explained_technology_that_cannot_be_had(
    run: Run, written: Callable[..., Path]
) -> None:
    need, ranking, whys = run.entries[0]
    barred = replace(whys[0], barred=Text("专利权已失效", "the patent has lapsed"))
    page = parse(written([(need, ranking, [barred])], language="en"))
    assert page.all("article")[0].all("p", "caution")[0].text == (
        "This technology would normally be withheld: the patent has lapsed."
    )


# The file


def test_report_is_the_same_bytes_again(run: Run, written: Callable[..., Path]) -> None:
    options = {"assets": run.assets, "header": {"engine": "qixi 0", "settings": "ab"}}
    assert written(run.entries, **options).read_bytes() == written(run.entries, **options).read_bytes()


def test_report_leaves_the_old_file_when_it_fails(tmp_path: Path, run: Run) -> None:
    class Broken(Text):
        def in_language(self, language: object) -> str:
            raise RuntimeError(str(language))

    path = tmp_path / "report.html"
    path.write_text("old", "utf-8")
    with pytest.raises(RuntimeError, match="zh"):
        write_report(path, run.entries, header={}, notes=[Broken("", "")])
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_report_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        write_report(tmp_path / "none" / "report.html", [], header={})
    assert [problem.code for problem in refused.value.problems] == ["write-failed"]


# The browser


def console(chromium: Chromium, page: Path, *arguments: str) -> str:
    """Open `page` and return what the browser logged of it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        switches = [*SWITCHES, f"--user-data-dir={profile}", "--enable-logging=stderr", "--log-level=0"]
        command = [chromium.program, *switches, *(arguments or ("--dump-dom",)), page.resolve().as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_browser_logs_no_fault(
    language: str, chromium: Chromium, run: Run, written: Callable[..., Path]
) -> None:
    assert console(chromium, written(run.entries[:3], language=language, assets=run.assets)) == ""


def test_browser_would_log_a_style_that_the_policy_forbids(
    chromium: Chromium, run: Run, written: Callable[..., Path]
) -> None:
    path = written(run.entries[:1])
    path.write_text(path.read_text("utf-8").replace("<style>", "<style>/* changed */", 1), "utf-8")
    assert "Content Security Policy" in console(chromium, path)


def test_browser_draws_marks_and_bars(chromium: Chromium, run: Run, written: Callable[..., Path]) -> None:
    path = written(run.entries[:1], assets=run.assets)
    # A copy without the policy, so that a script may measure what the page looks like.
    probe = """<script>
      const seen = (e) => e.getBoundingClientRect().width > 0 && e.getBoundingClientRect().height > 0;
      const marks = [...document.querySelectorAll("mark.word")];
      const tint = new Set(marks.map((e) => getComputedStyle(e).backgroundColor));
      const bars = [...document.querySelectorAll("svg.bar rect")];
      document.title = [marks.length > 0 && marks.every(seen), [...tint].join(), bars.every(seen),
        document.documentElement.scrollWidth <= innerWidth].join("|");
    </script></body>"""
    copy = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", path.read_text("utf-8"))
    path.write_text(copy.replace("</body>", probe), "utf-8")
    title = re.search(r"<title>(.*?)</title>", chromium.dump_dom(path))
    assert title is not None
    assert title[1] == "true|rgb(223, 234, 245)|true|true"


def test_browser_shows_and_prints_the_page(
    chromium: Chromium, run: Run, written: Callable[..., Path], tmp_path: Path
) -> None:
    path = written(run.entries[:3], assets=run.assets)
    assert chromium.screenshot(path, tmp_path / "page.png", 390, 844).stat().st_size > 10_000
    paper = tmp_path / "page.pdf"
    assert console(chromium, path, f"--print-to-pdf={paper}", "--no-pdf-header-footer") == ""
    pages = re.findall(rb"/Type\s*/Page\b", paper.read_bytes())
    # The front, the list and at least one page for each need.
    assert len(pages) >= 5
