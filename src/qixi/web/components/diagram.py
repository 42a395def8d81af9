"""The steps of a procedure drawn as a diagram: what leads where, laid out here, without scripts.

Steps stand under each other in their order. What leads on to the next goes straight down; what skips steps
goes round on the right, what goes back on the left; an ending stands beside the step that leads to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qixi.core.text import Language
from qixi.procedures import Phase, Procedure, Role, Step

_BOX_LEFT, _BOX_WIDTH = 250, 180
_BOX_RIGHT = _BOX_LEFT + _BOX_WIDTH
_LABEL, _LANE, _END_WIDTH = 190, 16, 118
_ROW, _PAD, _GAP = 26, 22, 52


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
        self._end_x = _BOX_RIGHT + _LABEL + _LANE * (self._count_skips() + 1)
        self._tops: dict[str, int] = {}
        self.drawn = Diagram()
        self._place()
        for step in self._steps:
            self._draw(step)
        self.drawn.width = self._end_x + _END_WIDTH + 4

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

    def _count_skips(self) -> int:
        return sum(
            way.to in self._rank and self._rank[way.to] > self._rank[name] + 1
            for name, ways in self._ways.items()
            for way in ways
        )

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
            self.drawn.boxes.append(
                Box(_BOX_LEFT, top, _BOX_WIDTH, height, step.title.in_language(self._language), kind)
            )
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
        x = _BOX_LEFT + _BOX_WIDTH // 2
        end = self._tops[way.to]
        start = end - _GAP
        self._arrow(f"M{x} {start}V{end - 2}", way, x + 10, start + _GAP // 2, "start")

    def _skip(self, way: _Way, y: int) -> None:
        lane = _BOX_RIGHT + _LABEL + _LANE * self._lanes_right
        self._lanes_right += 1
        into = self._tops[way.to] + _PAD // 2 + 4 + 5 * (self._lanes_right % 3)
        self._arrow(f"M{_BOX_RIGHT} {y}H{lane}V{into}H{_BOX_RIGHT + 2}", way, _BOX_RIGHT + 10, y - 6, "start")

    def _back(self, way: _Way, y: int) -> None:
        lane = _BOX_LEFT - _LABEL - _LANE * self._lanes_left
        self._lanes_left += 1
        into = self._tops[way.to] + _PAD // 2 + 4 + 5 * (self._lanes_left % 3)
        self._arrow(f"M{_BOX_LEFT} {y}H{lane}V{into}H{_BOX_LEFT - 2}", way, _BOX_LEFT - 10, y - 6, "end")

    def _end(self, way: _Way, y: int) -> None:
        title = self._endings[way.to].title.in_language(self._language)
        self.drawn.boxes.append(Box(self._end_x, y - 11, _END_WIDTH, 22, title, "closed"))
        self._arrow(f"M{_BOX_RIGHT} {y}H{self._end_x - 2}", way, _BOX_RIGHT + 10, y - 6, "start")
