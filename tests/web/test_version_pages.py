"""Open cases under another version, on the operators' page and by command: rehearsed, moved, moved back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner
from web_house import House
from web_panel import PANELLED, put_in_catalogue, under_review

from qixi.casework.models import Case, Entry
from qixi.cli import cli
from qixi.core import Text

pytestmark = pytest.mark.django_db
FITS = replace(PANELLED, version=2, title=Text("第二版", "The second"))
BREAKS = replace(PANELLED, version=3, steps=(PANELLED.steps[0], *PANELLED.steps[2:]))


@pytest.fixture
def number(house: House, monkeypatch: pytest.MonkeyPatch) -> str:
    put_in_catalogue(monkeypatch, PANELLED, FITS, BREAKS)
    return under_review(house)


def said(answer: object) -> str:
    return answer.content.decode()


def version_of(number: str) -> int:
    return Case.objects.get(number=number).version


def test_an_operator_moves_cases_and_moves_them_back(house: House, number: str):
    client = house.client("operator")
    assert "/versions/panelled/2" in said(client.get("/versions"))
    page = "/versions/panelled/2"
    assert number in said(client.get(page))
    assert "微藻" not in said(client.get(page))
    client.post(page, {"case": [number]})
    assert version_of(number) == 2
    assert "1 → 2" in said(client.get(page))
    assert "该版本" in said(client.post(page, {"case": [number]}, follow=True))
    client.post("/versions/panelled/1", {"case": [number]})
    assert version_of(number) == 1
    assert house.people["operator"].name in said(client.get(page))


def test_what_would_break_is_listed_and_does_not_move(house: House, number: str):
    client, page = house.client("operator"), "/versions/panelled/3"
    seen = said(client.get(page))
    assert "不能适用" in seen
    assert "新版没有环节" in seen
    assert f'value="{number}"' not in seen
    assert "新版没有环节" in said(client.post(page, {"case": [number, "2026-panelled-999999"]}, follow=True))
    assert version_of(number) == 1


def test_others_find_no_such_page(house: House, number: str):
    for who in ("handler", "officer", "outsider"):
        for page in ("/versions", "/versions/panelled/2"):
            assert house.client(who).get(page).status_code == 404
        assert house.client(who).post("/versions/panelled/2", {"case": [number]}).status_code == 404
    assert house.client("operator").get("/versions/panelled/9").status_code == 404
    assert version_of(number) == 1


def command(*words: str) -> str:
    answer = CliRunner().invoke(
        cli, ["--language", "en", "procedures", "rebase", *words], catch_exceptions=True
    )
    return answer.output + str(answer.exception or "")


def test_the_command_moves_all_or_none_and_back(house: House, number: str):
    other = under_review(house)
    assert "n operator of the service" in command("panelled", "2", "--by", "handler")
    assert "n operator of the service" in command("panelled", "2", "--by", "nobody")
    assert "has no step" in command("panelled", "3", "--by", "operator")
    assert (version_of(number), version_of(other)) == (1, 1)
    assert f"{number}\t1\t2\n{other}\t1\t2\n2 cases moved" in command("panelled", "2", "--by", "operator")
    assert command("panelled", "1", "--by", "operator", "--case", other).startswith(f"{other}\t2\t1\n1 case")
    assert (version_of(number), version_of(other)) == (2, 1)
    assert "o such case" in command("panelled", "1", "--by", "operator", "--case", number, "--case", "x")
    assert version_of(number) == 2
    assert Entry.objects.filter(verb="rebase").count() == 3
