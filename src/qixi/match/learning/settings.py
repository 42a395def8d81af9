"""What an operator sets about learning, and what learning leaves in the settings."""

from __future__ import annotations

import datetime as dt
import math
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Outcome = Literal["good", "introduced", "signed"]
OUTCOMES: tuple[Outcome, ...] = ("good", "introduced", "signed")
"""What may come of a pair: a good grade, an introduction, a signing."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


class Dimensions(_Part):
    """What each column of grades counts in a pair's grade; a negative share counts a high grade as bad.

    The three dimensions are documented, how they add up is not: the shares are Qixi's own and
    unconfirmed. 技术改进需求 (improvement) does not count by default, since no source says whether much of
    it speaks for a pair or against it. `grade` is a column for the whole.
    """

    prospects: float = Field(default=1.0, ge=-1, le=1)
    improvement: float = Field(default=0.0, ge=-1, le=1)
    cooperation: float = Field(default=1.0, ge=-1, le=1)
    grade: float = Field(default=1.0, ge=-1, le=1)


class LearningSettings(_Part):
    """How feedback is read and how much of it is wanted; it changes no score of a match.

    `lowest` and `highest` are the ends of the scale of grades, `words` the grades that words stand
    for, `good` the least grade that is good (without it, two thirds of the way up). In the ranking a
    grade is worth 0 to 3, an introduction `introduced`, a signing `signed`. Of what was
    shown with a probability, no pair counts more than `heaviest` times one shown for certain. The
    reasons for `needs_per_weight` and `margin` are in the explanation of learning. No office has
    confirmed any of these.
    """

    lowest: float = 0.0
    highest: float = 3.0
    words: dict[str, float] = Field(default_factory=dict)
    good: float | None = None
    dimensions: Dimensions = Dimensions()
    introduced: int = Field(default=4, ge=0, le=10)
    signed: int = Field(default=5, ge=0, le=10)
    heaviest: float = Field(default=20.0, ge=1, le=1000)
    folds: int = Field(default=10, ge=3, le=50)
    needs_per_weight: int = Field(default=10, ge=5, le=1000)
    margin: float = Field(default=0.05, gt=0, le=0.2)

    @model_validator(mode="after")
    def _room(self) -> Self:
        inside = [*self.words.values(), *([] if self.good is None else [self.good])]
        if not self.lowest < self.highest or not all(self.lowest <= each <= self.highest for each in inside):
            msg = "须 lowest < highest，words 与 good 在其间 / lowest < highest, words and good between them"
            raise ValueError(msg)
        return self

    def least_good(self) -> float:
        """Return the share of the scale, 0 to 1, from which a grade is good."""
        if self.good is None:
            return 2 / 3
        return (self.good - self.lowest) / (self.highest - self.lowest)


class Curve(_Part):
    """A rising curve from score s to likelihood: top / (1 + exp(-(a·ln s - b·ln(1 - s) + c))).

    `pairs` and `events` say what it was learnt from; `log_loss` is the mean over held-out needs,
    `log_loss_constant` that of the mere share of events.
    """

    a: float = Field(ge=0)
    b: float = Field(ge=0)
    c: float
    top: float = Field(default=1.0, gt=0, le=1)
    pairs: int = Field(default=0, ge=0)
    events: int = Field(default=0, ge=0)
    log_loss: float | None = None
    log_loss_constant: float | None = None

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.a + self.b <= 0:
            msg = "a 与 b 不能同为 0 / a and b must not both be 0"
            raise ValueError(msg)
        return self

    def likelihood(self, score: float) -> float:
        """Return the likelihood, 0 to 1, of a pair with this score."""
        inside = min(max(score, EDGE), 1 - EDGE)
        return self.top / (1 + math.exp(-self._log_odds(inside)))

    def _log_odds(self, score: float) -> float:
        odds = self.a * math.log(score) - self.b * math.log1p(-score) + self.c
        return min(max(odds, -700.0), 700.0)


EDGE = 1e-6
"""Scores nearer to 0 or 1 count as this far from it; the last digit of a score is no smaller."""


class Calibration(_Part):
    """Likelihoods of what may come of a pair, by its score; written by `qixi learn`.

    `scores` names the weights that the curves belong to; with other weights they are refused.
    `likelihood` is the outcome whose likelihood stands in the match file.
    """

    scores: str
    likelihood: Outcome
    good: Curve | None = None
    introduced: Curve | None = None
    signed: Curve | None = None

    @model_validator(mode="after")
    def _curve_there(self) -> Self:
        if self.chosen is None:
            msg = "likelihood 所指的曲线不存在 / the curve that likelihood names is missing"
            raise ValueError(msg)
        return self

    @property
    def chosen(self) -> Curve | None:
        """The curve of the match file's likelihood."""
        curve: Curve | None = getattr(self, self.likelihood)
        return curve


class Learned(_Part):
    """Where weights and curves come from; written by `qixi learn`, no part of the digest.

    `feedback` is the SHA-256 of the feedback as it counted, `first` and `last` its dates, `corpus` and
    `settings` digests of what it was learnt on and from. The figures are mean
    nDCG(gain=exp,pool=judged)@10 of held-out needs with the weights before and after, and the 95 %
    interval of the difference; `weights` says whether the weights were changed.
    """

    engine: str
    feedback: str
    first: dt.date | None = None
    last: dt.date | None = None
    corpus: str
    settings: str
    needs: int
    pairs: int
    weights: bool
    ndcg_before: float | None = None
    ndcg_after: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
