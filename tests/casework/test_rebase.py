"""Cases under another version: rehearsed first, moved by an operator alone, and back again."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest
from click.testing import CliRunner
from household import DAY, PANELLED, House

from qixi.casework import models
from qixi.casework.queries import case_of, cases
from qixi.casework.queries.parties import entries_in
from qixi.casework.queries.versions import rehearsed
from qixi.casework.services import act_for, rebase
from qixi.cli import cli
from qixi.core import Refused, Text
from qixi.procedures import replay
from qixi.registry.domain.may import Actor

pytestmark = pytest.mark.django_db
OPERATOR = Actor("op", operator=True)
FITS = replace(PANELLED, version=2, title=Text("第二版", "The second"))
BREAKS = replace(PANELLED, version=3, steps=(PANELLED.steps[0], *PANELLED.steps[2:]))


@pytest.fixture
def number(house: House, panelled, monkeypatch) -> str:
    found = {("panelled", each.version): each for each in (PANELLED, FITS, BREAKS)}
    monkeypatch.setattr(cases, "catalogue", lambda: found)
    return panelled(house)


def test_a_case_moves_and_comes_back_and_its_events_stay(house, number):
    row = models.Case.objects.get(number=number)
    before = case_of(row)
    entry = rebase(OPERATOR, number, 2, DAY)
    assert entry.content == {"before": 1, "after": 2}
    row.refresh_from_db()
    moved = case_of(row)
    assert (row.version, row.step, moved.events) == (2, "review", before.events)
    assert replay(moved.number, moved.code, moved.version, moved.division, moved.events) == moved
    rebase(OPERATOR, number, 1, DAY)
    row.refresh_from_db()
    assert case_of(row) == before
    assert [e.content["after"] for e in entries_in(house.officer, number)] == [2, 1]


def test_what_would_break_is_said_and_nothing_moves(house, number):
    assert [each.step for each in rehearsed(FITS)] == ["review"]
    (found,) = rehearsed(BREAKS)
    assert found.step is None
    with pytest.raises(Refused) as refused:
        rebase(OPERATOR, number, 3, DAY)
    assert [each.reason for each in refused.value.problems] == list(found.breaks)
    assert models.Case.objects.get(number=number).version == 1
    assert not models.Entry.objects.filter(case__number=number).exists()


def test_an_operator_moves_open_cases_and_nobody_else(house, number):
    for who in (house.li, house.officer):
        with pytest.raises(Refused, match="n operator of the service"):
            rebase(who, number, 2, DAY)
    with pytest.raises(Refused, match="no version 9"):
        rebase(OPERATOR, number, 9, DAY)
    with pytest.raises(Refused, match="that version already"):
        rebase(OPERATOR, number, 1, DAY)
    act_for(house.li, number, "withdraw", {"reason": "不办了"}, DAY)
    with pytest.raises(Refused, match="has ended"):
        rebase(OPERATOR, number, 2, DAY)
    assert rehearsed(FITS) == ()


def test_the_command_lists_what_would_break(house, number, monkeypatch):
    monkeypatch.setattr(import_module("qixi.cli.procedures"), "catalogue", cases.catalogue)
    said = CliRunner().invoke(cli, ["procedures", "rehearse", "panelled", "2"])
    assert (said.exit_code, said.stdout.splitlines()[0]) == (0, f"{number}\treview\t")
    broken = CliRunner().invoke(cli, ["procedures", "rehearse", "panelled", "3"])
    assert "\t-\t" in broken.stdout
    assert "1 of 1 open cases would break" in str(broken.exception)
