"""Who sits on a blind panel stands in no paper of the case that a party gets, and in the officers' own."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from household import DAY, PANELLED, House, person
from pypdf import PdfReader

from qixi.casework.queries import cases
from qixi.casework.queries.papers import bundle_for, file_for, paper_for
from qixi.casework.services import act_for
from qixi.core import Text
from qixi.procedures.catalogue import catalogue
from qixi.procedures.values import Paper
from qixi.registry.domain.may import Actor
from qixi.registry.models import User
from qixi.registry.queries import actor_of

pytestmark = pytest.mark.django_db
NAMES = ("张评审", "李评审", "王评审")


def words(content: bytes) -> str:
    return "".join("".join(each.extract_text().split()) for each in PdfReader(BytesIO(content)).pages)


@pytest.fixture
def decided(
    house: House, panelled: Callable[[House], str], monkeypatch: pytest.MonkeyPatch
) -> tuple[str, list[Actor]]:
    """Return a case whose panel has spoken, and its experts; its paper shows appointment and opinions."""
    paper = Paper("minutes", Text("评审记录", "Minutes"), ("submit",), (("appoint", ()), ("opine", ())))
    found = {**catalogue(), ("panelled", 1): dataclasses.replace(PANELLED, papers=(paper,))}
    number = panelled(house)
    monkeypatch.setattr(cases, "catalogue", lambda: found)
    experts = []
    for n, name in enumerate(NAMES):
        user = person(f"expert{n}")
        User.objects.filter(pk=user.pk).update(name=name)
        experts.append(actor_of(user, DAY))
    act_for(house.officer, number, "appoint", house.drawn(number, *experts), DAY)
    for each in experts:
        act_for(each, number, "opine", {"score": 80}, DAY)
    return number, experts


def test_no_paper_names_who_sits_to_a_party(house: House, decided: tuple[str, list[Actor]]):
    number, experts = decided
    secret = [*NAMES, *(each.number for each in experts)]
    shown = [
        words(file_for(house.li, number, DAY, "zh").content),
        words(paper_for(house.li, number, "minutes", DAY, "zh").content),
    ]
    with ZipFile(BytesIO(bundle_for(house.li, number, DAY, "zh").content)) as archive:
        shown += [archive.read("case.json").decode(), words(archive.read("file.pdf"))]
        events = json.loads(archive.read("case.json"))["events"]
    assert [event["party"] for event in events if event["verb"] == "opine"] == ["", "", ""]
    assert "80" in shown[0]
    for text in shown:
        assert not [each for each in secret if each in text]


def test_an_expert_learns_of_no_other(house: House, decided: tuple[str, list[Actor]]):
    number, experts = decided
    text = words(file_for(experts[0], number, DAY, "zh").content)
    assert NAMES[0] in text
    assert not [each for each in NAMES[1:] if each in text]


def test_officers_have_the_names(house: House, decided: tuple[str, list[Actor]]):
    number, _ = decided
    text = words(file_for(house.officer, number, DAY, "zh").content)
    assert all(each in text for each in NAMES)
