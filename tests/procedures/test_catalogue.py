"""What every procedure passes by being there: lint, walks that replay and end, words in both languages."""

from __future__ import annotations

from datetime import date

import pytest
from walking import DIVISION, PARTIES, setting, walk

from qixi.policy import default_parameters
from qixi.procedures import Phase, Role, Standing, options, replay
from qixi.procedures.catalogue import catalogue
from qixi.procedures.lint import faults

PROCEDURES = [pytest.param(each, id=f"{each.code}-{each.version}") for each in catalogue().values()]


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_procedure_is_sound(procedure):
    assert faults(procedure, default_parameters()) == ()


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_random_walks_replay_to_the_same_state(procedure):
    ended = set()
    for seed in range(60):
        case, _ = walk(procedure, seed)
        again = replay(case.number, case.code, case.version, case.division, case.events)
        assert again == case
        assert [event.seq for event in case.events] == list(range(len(case.events)))
        ended.add(procedure.step(case.step).phase)
    assert Phase.CLOSED in ended


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_no_walk_comes_to_where_nobody_can_go_on(procedure):
    for seed in range(60):
        case, _ = walk(procedure, seed, acts=15)
        step = procedure.step(case.step)
        if step.phase is Phase.CLOSED:
            continue
        now = setting(date(2030, 1, 4), case.opened)
        can = [
            option.act.verb
            for role, party in PARTIES.items()
            for option in options(procedure, case, Standing(party, role), now)
            if not option.why_not
        ]
        assert can or any(clock.then for clock in step.clocks), (case.step, seed)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_every_refusal_says_why_and_what_to_do(procedure):
    said = {text for seed in range(40) for text in walk(procedure, seed)[1]}
    for text in said:
        zh, _, en = text.partition(" / ")
        assert zh.count("。") >= 2
        assert en.count(".") >= 2


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_an_outsider_sees_no_act(procedure):
    for seed in range(10):
        case, _ = walk(procedure, seed, acts=8)
        now = setting(date(2026, 6, 1), case.opened)
        seen = options(procedure, case, Standing("stranger", Role.EXPERT), now)
        assert all(option.why_not for option in seen)
    assert DIVISION
