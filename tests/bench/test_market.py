"""The simulated market keeps its own rules, and says where an allocation loses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.market import figure
from bench.market.judgement import judged
from bench.market.meetings import Chance, held
from bench.market.plans import allocated, lists
from bench.market.scenario import ORDER, Capacity, History, Scenario, Size, read
from bench.market.world import drawn

ROOT = Path(__file__).parents[2]


def small(name: str) -> Scenario:
    whole = read(name)
    return replace(whole, size=Size(20, 30, 16, 24, 2), history=History(300, 0.0), candidates=8, list=5)


@pytest.mark.parametrize("name", ORDER)
def test_scenarios_are_read_and_repeat(name):
    scenario = read(name)
    assert (scenario.name, scenario.seeds) == (name, 20)
    one, other = (drawn(small(name), 3) for _ in range(2))
    assert np.array_equal(one.fits, other.fits)


def test_truth_has_features_that_the_matcher_does_not_see():
    scenario = small("balanced")
    blind = replace(scenario, truth=replace(scenario.truth, weight_unseen=0.0))
    one, other = drawn(scenario, 1), drawn(blind, 1)
    assert np.array_equal(one.fits, other.fits)
    assert not np.allclose(one.meeting, other.meeting)


@pytest.mark.parametrize("name", ["scarce", "ample"])
def test_nobody_does_more_than_there_is_room_for(name):
    scenario = replace(small(name), capacity=Capacity(2, 1, 6))
    world = drawn(scenario, 5)
    chance = Chance.drawn(world, 5)
    belief = judged(scenario, world, 5).meeting
    for shown in (lists(scenario, world, belief), allocated(scenario, world, belief, 1.0)):
        assert np.bincount(world.firm[shown[:, 0]]).max() <= 2
        found = held(scenario, world, chance, shown)
        assert found.requests - found.unanswered <= min(16 * 1, 2 * 6)
        assert found.signings <= found.meetings <= found.requests <= found.shown == len(shown)


def test_an_allocation_leaves_no_request_unanswered():
    scenario = small("scarce")
    world = drawn(scenario, 2)
    shown = allocated(scenario, world, judged(scenario, world, 2).meeting, 1.0)
    assert held(scenario, world, Chance.drawn(world, 2), shown).unanswered == 0


def test_the_figure_is_that_of_the_numbers_and_marks_losses(tmp_path, monkeypatch):
    numbers = json.loads((ROOT / "docs/reference/market-simulation.json").read_text("utf-8"))
    monkeypatch.setattr(figure, "OUT", tmp_path / "figure.svg")
    figure.draw(numbers)
    drawn_now = (tmp_path / "figure.svg").read_text("utf-8")
    assert drawn_now == (ROOT / "docs/images/market-simulation.svg").read_text("utf-8")
    assert figure.verdict(numbers["ample"], "requests", "signings") == "×"
    assert figure.verdict(numbers["scarce"], "requests", "signings") == ""
