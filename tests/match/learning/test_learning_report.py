"""The report: one page, safe and the same twice, that shows what was found as picture and as table."""

from __future__ import annotations

import re

import pytest
from feedback_market import shown, truth

from qixi.core import Text
from qixi.match.learning.reliability import Bin
from qixi.match.learning.report import write_report
from qixi.match.learning.report.picture import plot
from qixi.match.learning.settings import LearningSettings
from qixi.match.learning.study import study
from qixi.match.settings import Settings

HEADER = [(Text("引擎", "engine"), "qixi <0>"), (Text("反馈文件", "feedback files"), "a&b.csv")]


@pytest.fixture(scope="module")
def found():
    settings = Settings(learning=LearningSettings(folds=3))
    return study(shown(60, 10, truth(topics=3.0), 0), settings)


def test_page_is_the_same_twice_and_asks_for_nothing(found, tmp_path):
    for name in ("one.html", "two.html"):
        write_report(tmp_path / name, found, HEADER)
    page = (tmp_path / "one.html").read_text("utf-8")
    assert page == (tmp_path / "two.html").read_text("utf-8")
    assert re.search(r"<script|https?://|url\(|src=", page) is None
    assert "qixi &lt;0&gt;" in page
    assert "a&amp;b.csv" in page


@pytest.mark.parametrize(("language", "words"), [("zh", "可靠性图"), ("en", "Reliability plot")])
def test_each_curve_has_a_picture_and_a_table_of_the_same_bins(found, tmp_path, language, words):
    write_report(tmp_path / "page.html", found, HEADER, language)
    page = (tmp_path / "page.html").read_text("utf-8")
    assert page.count(f'aria-label="{words}"') == len(found.curves)
    sections = page.split('<section class="outcome">')[1:]
    assert len(sections) == len(found.curves)
    for section in sections:
        assert section.count("<circle") == section.partition("</tbody>")[0].count("<tr>") - 1 > 1


def test_page_without_weights_or_curves_is_whole(tmp_path):
    flat = study(shown(40, 10, None, 3), Settings(learning=LearningSettings(folds=3, needs_per_weight=20)))
    write_report(tmp_path / "page.html", flat, HEADER, "en")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "Ranking of held-out needs" not in page
    assert page.endswith("</html>\n")


def test_picture_shows_shares_where_they_belong():
    drawn = plot([Bin(100, 0.0, 0.0, 0.0, 0.04), Bin(25, 0.3, 0.5, 0.4, 0.6)])
    assert drawn.most == 0.6
    low, high = drawn.points
    assert (low.x, low.y) == (drawn.left, drawn.top + drawn.side)
    assert high.x == drawn.left + drawn.side / 2
    assert high.top == drawn.top
    assert low.radius > high.radius
    assert [label for _, label in drawn.ticks] == ["0%", "10%", "20%", "30%", "40%", "50%", "60%"]


def test_page_renders_in_a_browser(found, tmp_path, chromium):
    write_report(tmp_path / "page.html", found, HEADER)
    dom = chromium.dump_dom(tmp_path / "page.html")
    assert dom.count("<circle") == (tmp_path / "page.html").read_text("utf-8").count("<circle")
    chromium.screenshot(tmp_path / "page.html", tmp_path / "page.png")
