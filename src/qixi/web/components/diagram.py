"""The steps of a procedure drawn as a diagram: what leads where, laid out here, without scripts.

Steps stand under each other in their order. What leads on to the next goes straight down; what skips steps
goes round on the right, what goes back on the left; an ending stands beside the step that leads to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qixi.core.text import Language
from qixi.procedures import Phase, Procedure, Role, Step

_LANE, _ROW, _PAD, _GAP = 16, 26, 22, 52
_LEAST_BOX, _LEAST_LABEL, _LEAST_END = 140, 90, 80


@dataclass(frozen=True, slots=True)
class Box:
    """A step, or an ending, with its place."""

    x: int
    y: int
    width: int
    height: int
    title: str
    kind: str

    @property
    def middle(self) -> tuple[int, int]:
        """Where its title stands."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one step to another: its path, the acts that lead along it, and where they are written."""

    path: str
    label: str
    x: int
    y: int
    anchor: str
    by_time: bool


@dataclass(slots=True)
class Diagram:
    """What is drawn, and how large it is."""

    width: int = 0
    height: int = 0
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Way:
    to: str
    label: str
    by_time: bool


def diagram(procedure: Procedure, language: Language) -> Diagram:
    """Return the diagram of a procedure in one language."""
    return _Layout(procedure, language).drawn


class _Layout:
    def __init__(self, procedure: Procedure, language: Language) -> None:
        self._language = language
        self._steps = [step for step in procedure.steps if step.phase is not Phase.CLOSED]
        self._endings = {step.name: step for step in procedure.steps if step.phase is Phase.CLOSED}
        self._rank = {step.name: n for n, step in enumerate(self._steps)}
        self._ways = {step.name: self._of(step) for step in self._steps}
        self._lanes_right = self._lanes_left = 0
        self._measure()
        self._tops: dict[str, int] = {}
        self.drawn = Diagram()
        self._place()
        for step in self._steps:
            self._draw(step)
        self.drawn.width = self._end_x + self._end_width + 4

    def _measure(self) -> None:
        """Make room for the longest titles and labels."""
        labels: dict[str, list[str]] = {"back": [], "skip": [], "end": [], "next": []}
        for step in self._steps:
            for way in self._ways[step.name]:
                labels[self._goes(step, way)].append(way.label)
        left, right = _room(labels["back"], _LEAST_LABEL), _room(labels["skip"] + labels["end"], _LEAST_LABEL)
        self._box = _room([self._title(step) for step in self._steps], _LEAST_BOX)
        self._end_width = _room([self._title(step) for step in self._endings.values()], _LEAST_END)
        self._left_lane = 4 + _LANE * len(labels["back"])
        self._box_left = self._left_lane + left
        self._box_right = self._box_left + self._box
        self._right_lane = self._box_right + right
        self._end_x = self._right_lane + _LANE * (len(labels["skip"]) + 1)

    def _title(self, step: Step) -> str:
        return step.title.in_language(self._language)

    def _of(self, step: Step) -> list[_Way]:
        """Return where a step leads, one way for each, with the acts that lead there."""
        found: dict[str, list[str]] = {}
        timed: dict[str, bool] = {}
        for act in step.acts:
            if act.to:
                found.setdefault(act.to, []).append(act.title.in_language(self._language))
                timed[act.to] = timed.get(act.to, True) and act.by == (Role.TIME,)
        joined = "、" if self._language == "zh" else " / "
        return [_Way(to, joined.join(labels), timed[to]) for to, labels in found.items()]

    def _height(self, step: Step) -> int:
        ways = self._ways[step.name]
        right = sum(self._goes(step, way) in {"end", "skip"} for way in ways)
        left = sum(self._goes(step, way) == "back" for way in ways)
        coming = 1  # room for an arrow that comes in from the side
        return _PAD + _ROW * max(right + coming, left + coming, 1)

    def _goes(self, step: Step, way: _Way) -> str:
        if way.to in self._endings:
            return "end"
        difference = self._rank[way.to] - self._rank[step.name]
        return "next" if difference == 1 else "skip" if difference > 1 else "back"

    def _place(self) -> None:
        top = 4
        for step in self._steps:
            height = self._height(step)
            self._tops[step.name] = top
            kind = "pauses" if step.pauses else step.phase.value
            self.drawn.boxes.append(Box(self._box_left, top, self._box, height, self._title(step), kind))
            top += height + _GAP
        self.drawn.height = top - _GAP + 8

    def _draw(self, step: Step) -> None:
        top = self._tops[step.name]
        right = left = top + _PAD // 2 + _ROW  # the first row is for what comes in
        for way in self._ways[step.name]:
            goes = self._goes(step, way)
            if goes == "next":
                self._straight(step, way)
            elif goes == "back":
                self._back(way, left + _ROW // 2)
                left += _ROW
            elif goes == "skip":
                self._skip(way, right + _ROW // 2)
                right += _ROW
            else:
                self._end(way, right + _ROW // 2)
                right += _ROW

    def _arrow(self, path: str, way: _Way, x: int, y: int, anchor: str) -> None:
        self.drawn.arrows.append(Arrow(path, way.label, x, y, anchor, way.by_time))

    def _straight(self, step: Step, way: _Way) -> None:
        x = self._box_left + self._box // 2
        end = self._tops[way.to]
        start = end - _GAP
        self._arrow(f"M{x} {start}V{end - 2}", way, x + 10, start + _GAP // 2, "start")

    def _skip(self, way: _Way, y: int) -> None:
        lane, side = self._right_lane + _LANE * self._lanes_right, self._box_right
        self._lanes_right += 1
        into = self._tops[way.to] + _PAD // 2 + 4 + 5 * (self._lanes_right % 3)
        self._arrow(f"M{side} {y}H{lane}V{into}H{side + 2}", way, side + 10, y - 6, "start")

    def _back(self, way: _Way, y: int) -> None:
        lane, side = self._left_lane - _LANE * self._lanes_left, self._box_left
        self._lanes_left += 1
        into = self._tops[way.to] + _PAD // 2 + 4 + 5 * (self._lanes_left % 3)
        self._arrow(f"M{side} {y}H{lane}V{into}H{side - 2}", way, side - 10, y - 6, "end")

    def _end(self, way: _Way, y: int) -> None:
        title = self._title(self._endings[way.to])
        self.drawn.boxes.append(Box(self._end_x, y - 11, self._end_width, 22, title, "closed"))
        self._arrow(f"M{self._box_right} {y}H{self._end_x - 2}", way, self._box_right + 10, y - 6, "start")


def _room(words: list[str], least: int) -> int:
    """Return how wide the longest of some words is, about: a Chinese sign is twice as wide as a letter."""
    wide = (sum(14 if ord(sign) > 0x2E7F else 8 for sign in each) + 32 for each in words)
    return max(least, *wide, 0)
