"""The reliability plot as coordinates of a drawing: points, intervals, axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qixi.match.learning.reliability import Bin

WIDTH, HEIGHT = 380, 340
_LEFT, _TOP, _SIDE = 54, 12, 270
_LEAST, _MOST = 3.0, 7.0


@dataclass(frozen=True, slots=True)
class Point:
    """One bin in the drawing: centre, ends of its interval, radius by its pairs, and the bin itself."""

    x: float
    y: float
    top: float
    bottom: float
    radius: float
    bin: Bin


@dataclass(frozen=True, slots=True)
class Plot:
    """A square from 0 to `most` on both axes, its ticks as (place, value), and the points."""

    most: float
    ticks: tuple[tuple[float, str], ...]
    points: tuple[Point, ...]

    left, top, side, width, height = _LEFT, _TOP, _SIDE, WIDTH, HEIGHT

    def x(self, value: float) -> float:
        """Return the place of a likelihood, from the left."""
        return round(_LEFT + _SIDE * value / self.most, 1)

    def y(self, value: float) -> float:
        """Return the place of a share, from the top."""
        return round(_TOP + _SIDE * (1 - value / self.most), 1)


def plot(bins: Sequence[Bin]) -> Plot:
    """Return the drawing of some bins, its axes ending at the next fifth or tenth."""
    highest = max(max(each.high, each.given) for each in bins)
    step = next(step for step in (0.01, 0.02, 0.05, 0.1, 0.2) if highest <= 6 * step or step == 0.2)
    most = round(min(1.0, step * math.ceil(highest / step - 1e-9)), 4)
    empty = Plot(most, (), ())
    count = round(most / step)
    ticks = tuple((round(i * step, 4), f"{i * step:.0%}") for i in range(count + 1))
    pairs = max(each.pairs for each in bins)
    points = tuple(
        Point(
            empty.x(each.given),
            empty.y(each.came),
            empty.y(each.high),
            empty.y(each.low),
            round(_LEAST + (_MOST - _LEAST) * math.sqrt(each.pairs / pairs), 1),
            each,
        )
        for each in bins
    )
    return Plot(most, ticks, points)
