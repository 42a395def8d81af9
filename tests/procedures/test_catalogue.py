"""What every procedure passes by being there: lint, walks that replay and end, words in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from walking import DIVISION, PARTIES, setting, walk

from qixi.core import Refused
from qixi.policy import default_parameters
from qixi.procedures import Phase, Role, Standing, begin, decide, options, replay
from qixi.procedures.catalogue import catalogue
from qixi.procedures.kernel import binds
from qixi.procedures.lint import faults

PROCEDURES = [pytest.param(each, id=f"{each.code}-{each.version}") for each in catalogue().values()]


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_procedure_is_sound(procedure):
    assert faults(procedure, default_parameters()) == ()


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_who_is_not_verified_drafts_answers_and_gives_up(procedure):
    day = date(2026, 6, 1)
    begun = begin(procedure, "1", DIVISION, Standing("firm", Role.APPLICANT), day)
    unverified = setting(day, day, applicant_verified=False)
    for step in procedure.steps:
        case = replace(begun, step=step.name)
        for role in (Role.APPLICANT, Role.AGENT, Role.PARTNER):
            for option in options(procedure, case, Standing("firm", role), unverified):
                held = any("may only draft" in reason.en for reason in option.why_not)
                declared = option.act.verb in procedure.open_to_unverified
                assert held == (binds(procedure, step, option.act) and not declared)


def test_who_is_suspended_reads_answers_and_withdraws():
    bound = {
        f"{procedure.code}/{step.name}/{act.verb}"
        for procedure in catalogue().values()
        for step in procedure.steps
        for act in step.acts
        if {Role.APPLICANT, Role.AGENT} & set(act.by) and binds(procedure, step, act)
    }
    assert bound == {
        "introduction/confirmation/agree",
        "introduction/contracted/arrive",
        "introduction/contracted/land",
        "introduction/contracted/meet",
        "introduction/contracted/recognise",
        "introduction/draft/submit",
        "introduction/holder/confirm",
        "introduction/holder/deny",
        "introduction/meeting/contract",
        "introduction/meeting/meet",
        "library/draft/submit",
        "library/review/enter",
        "library/review/return",
        "need/draft/submit",
        "need/confirmation/confirm",
        "need/published/renew",
        "organisation/draft/submit",
        "price/draft/submit",
        "price/deciding/announce",
        "price/deciding/release",
        "price/signing/sign",
    }


def test_only_who_joins_hands_in_unverified():
    found = {each.code: each.open_to_unverified for each in catalogue().values() if each.open_to_unverified}
    assert found == {"organisation": {"submit", "resubmit"}}


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
    case, _ = walk(procedure, 0, acts=0)
    applicant, now = Standing(PARTIES[Role.APPLICANT], Role.APPLICANT), setting(case.opened, case.opened)
    with pytest.raises(Refused) as nothing_filled_in:
        decide(procedure, case, applicant, "submit", {}, now)
    said |= {str(problem.message()) for problem in nothing_filled_in.value.problems}
    for text in said:
        zh, _, en = text.partition(" / ")
        assert zh.count("。") >= 2
        assert en.count(".") >= 2


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_no_role_sees_or_does_the_acts_of_another(procedure):
    tried = 0
    for seed in range(10):
        case, _ = walk(procedure, seed, acts=seed)
        now = setting(date(2026, 6, 1), case.opened)
        for act in procedure.step(case.step).acts:
            agents = {Role.AGENT} if Role.APPLICANT in act.by else set()
            for role in set(PARTIES) - set(act.by) - agents:
                standing = Standing(PARTIES[role], role)
                assert act.verb not in {each.act.verb for each in options(procedure, case, standing, now)}
                with pytest.raises(Refused):
                    decide(procedure, case, standing, act.verb, {}, now)
                tried += 1
    assert tried
