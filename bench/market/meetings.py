"""What comes of a plan: requests in the order they come, meetings as far as room goes, signings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.market.plans import Shown
from bench.market.scenario import Scenario
from bench.market.world import Values, World


@dataclass(frozen=True)
class Chance:
    """Luck, the same for all plans: one number in 0..1 for each pair and step, and when a request comes."""

    interest: Values
    answer: Values
    signing: Values
    time: Values

    @classmethod
    def drawn(cls, world: World, seed: int) -> Chance:
        """Draw the luck of a world."""
        source = np.random.default_rng([seed, 7])
        return cls(*(source.random(world.interest.shape) for _ in range(4)))


@dataclass(frozen=True)
class Outcome:
    """Counts of one plan in one world; `without` are needs that came to no meeting."""

    shown: int
    requests: int
    unanswered: int
    meetings: int
    signings: int
    without: int


def held(scenario: Scenario, world: World, chance: Chance, shown: Shown) -> Outcome:
    """Let the firms read, ask, meet and sign."""
    need, item = shown[:, 0], shown[:, 1]
    asks = chance.interest[need, item] < world.interest[need, item]
    asked = shown[asks]
    asked = asked[np.argsort(chance.time[asked[:, 0], asked[:, 1]], kind="stable")]
    talks = np.full(scenario.size.inventors, scenario.capacity.talks)
    carries = np.full(scenario.size.brokers, scenario.capacity.carries)
    licences = np.full(scenario.size.technologies, scenario.truth.licences)
    signed, met = set(), set()
    unanswered = meetings = signings = 0
    for n, t in asked:
        broker, inventor = world.broker[n], world.inventor[t]
        if carries[broker] == 0:
            unanswered += 1
            continue
        carries[broker] -= 1
        if talks[inventor] == 0:
            unanswered += 1
            continue
        talks[inventor] -= 1
        if chance.answer[n, t] >= world.answer[n, t]:
            continue
        meetings += 1
        met.add(int(n))
        if chance.signing[n, t] < world.signing[n, t] and int(n) not in signed and licences[t] > 0:
            signed.add(int(n))
            licences[t] -= 1
            signings += 1
    return Outcome(len(shown), len(asked), unanswered, meetings, signings, scenario.size.needs - len(met))
