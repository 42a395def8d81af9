"""What came of a pair that was shown: grades, introduction, signing; the rows of `--feedback` files."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qixi.tables.cells import Cells, Unfit, scalar
from qixi.tables.heads import plain
from qixi.tables.identity import stated
from qixi.tables.words import is_nothing

DIMENSIONS = ("prospects", "improvement", "cooperation")
"""What firms grade a pushed patent by, as a provincial plan of the national action documents it:
产业化前景, 技术改进需求, 产学研合作意愿. The plan does not say on what scale."""

GRADES = (*DIMENSIONS, "grade")
"""The columns of grades; `grade` is one for the whole, where that is all a person gave."""

YES = frozenset(
    {"是", "有", "已", "对", "yes", "y", "true", "t", "1", "√", "✓", "已对接", "已签约", "已成交"}
)
NO = frozenset(
    {"否", "没有", "未", "不", "no", "n", "false", "f", "0", "×", "✗", "未对接", "未签约", "未成交"}
)
"""Words of the columns `introduced` and `signed`."""

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?")


@dataclass(frozen=True, slots=True)
class Scale:
    """The grades from `low` to `high`, and words that stand for some of them.

    Raises ValueError where there is no room between the ends or a word stands for a grade outside.
    """

    low: float = 0.0
    high: float = 3.0
    words: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        outside = [word for word, grade in self.words.items() if not self.low <= grade <= self.high]
        if not self.low < self.high or outside:
            msg = f"a scale from {self.low:g} to {self.high:g} with words outside it: {outside}"
            raise ValueError(msg)

    def share(self, grade: float) -> float:
        """Return where a grade stands between the ends, 0 to 1."""
        return (grade - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is known of one shown pair; grades in the units of their scale, None for what was not said.

    `propensity` is the probability with which the pair was shown, as the log of an exploration gives it.
    """

    demand_id: str
    supply_id: str
    prospects: float | None = None
    improvement: float | None = None
    cooperation: float | None = None
    grade: float | None = None
    introduced: bool | None = None
    signed: bool | None = None
    date: dt.date | None = None
    propensity: float | None = None
    file: str = field(default="", compare=False)
    row: int = field(default=0, compare=False)

    @property
    def id(self) -> str:
        """Everything said, in one; what people write twice has the same."""
        return json.dumps(feedback_row(self), ensure_ascii=False)


def feedback_row(feedback: Feedback) -> dict[str, object]:
    """Return feedback as a row of a table, what was not said left out."""
    names = ("demand_id", "supply_id", *GRADES, "introduced", "signed", "date", "propensity")
    row = {name: getattr(feedback, name) for name in names}
    row["date"] = feedback.date.isoformat() if feedback.date is not None else None
    return {name: value for name, value in row.items() if value is not None}


def feedback_of(scale: Scale) -> Callable[[Cells], Feedback]:
    """Return what makes feedback of a row; it raises Unfit where the row cannot be taken."""
    words = {plain(word): grade for word, grade in scale.words.items()}

    def build(cells: Cells) -> Feedback:
        grades = {name: _grade(cells, name, scale, words) for name in GRADES}
        feedback = Feedback(
            demand_id=stated(cells, "demand_id"),
            supply_id=stated(cells, "supply_id"),
            **grades,
            introduced=_truth(cells, "introduced"),
            signed=_truth(cells, "signed"),
            date=cells.date("date"),
            propensity=_propensity(cells),
            file=cells.source.name,
            row=cells.row.number,
        )
        if all(getattr(feedback, name) is None for name in (*GRADES, "introduced", "signed")):
            raise Unfit("feedback-empty", None)
        if feedback.signed and feedback.introduced is False:
            raise Unfit("feedback-contradiction", cells.head_of("signed"))
        return feedback

    return build


def _grade(cells: Cells, name: str, scale: Scale, words: Mapping[str, float]) -> float | None:
    text, head = _written(cells, name)
    if not text:
        return None
    if text in words:
        return words[text]
    if is_nothing(text):
        return None
    if _NUMBER.fullmatch(text) is None:
        raise Unfit("grade-unknown", head, value=text, low=f"{scale.low:g}", high=f"{scale.high:g}")
    grade = float(text)
    if not scale.low <= grade <= scale.high:
        raise Unfit("grade-out-of-scale", head, value=text, low=f"{scale.low:g}", high=f"{scale.high:g}")
    return grade


def _truth(cells: Cells, name: str) -> bool | None:
    text, head = _written(cells, name)
    if text in YES or text in NO:
        return text in YES
    if not text or is_nothing(text):
        return None
    raise Unfit("yes-no-unknown", head, value=text)


def _propensity(cells: Cells) -> float | None:
    text, head = _written(cells, "propensity")
    if not text or is_nothing(text):
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= 1:
        raise Unfit("propensity-wrong", head, value=text)
    return value


def _written(cells: Cells, name: str) -> tuple[str, str]:
    """Return a cell's text in one width, case and script, and its head; "" where nothing stands."""
    found = cells.first(name)
    if found is None:
        return "", ""
    text = scalar(found[1])
    if text is None:
        raise Unfit("cell-not-plain", found[0])
    return plain(cells.clean(text, found[0], 200)).strip(), found[0]
