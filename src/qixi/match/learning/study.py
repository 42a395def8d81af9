"""Everything that comes of one learning: what was tried, how it did, and what of it may be installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qixi.match.evaluation.comparison import Difference
from qixi.match.learning.likelihood import CurveTrial, try_curve
from qixi.match.learning.sample import Sample
from qixi.match.learning.settings import OUTCOMES, Calibration, Curve, LearningSettings, Outcome
from qixi.match.learning.sufficiency import Supply, for_curve, for_weights, moving, needs_for_curve
from qixi.match.learning.trial import HeldOut, chosen, difference, hold_out
from qixi.match.learning.weights import Weights
from qixi.match.settings import Settings

_FIRST: tuple[Outcome, ...] = ("introduced", "good", "signed")
"""Which likelihood stands in the match file: the meeting that a match proposes, where it is known."""


@dataclass(frozen=True, slots=True)
class Enough:
    """How much feedback there is for the weights, for each weight alone, and for each curve."""

    weights: Supply
    parts: Mapping[str, Supply]
    pairs: Mapping[Outcome, Supply]
    needs: Mapping[Outcome, Supply]

    @property
    def names(self) -> tuple[str, ...]:
        """The weights whose part differs within enough needs."""
        return tuple(name for name, supply in self.parts.items() if not supply.more)

    @property
    def for_weights(self) -> bool:
        """Whether weights may be learnt."""
        return bool(self.names) and not self.weights.more

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes of which a curve may be learnt."""
        return tuple(o for o in OUTCOMES if not (self.pairs[o].more or self.needs[o].more))

    @classmethod
    def of(cls, sample: Sample, start: Weights, learning: LearningSettings) -> Enough:
        """Count."""
        parts = moving(sample, start, learning)
        ready = [name for name, supply in parts.items() if not supply.more]
        return cls(
            for_weights(sample, ready or list(parts), learning),
            parts,
            {outcome: for_curve(sample, outcome, learning) for outcome in OUTCOMES},
            {outcome: needs_for_curve(sample, outcome, learning) for outcome in OUTCOMES},
        )


@dataclass(frozen=True, slots=True)
class Study:
    """What one learning found. `start` are the weights that were set, `learnt` those of all feedback.

    Both, `held` and `ranking` are None-like where there is too little for weights: `ranking` is None and
    `learnt` is `start`. `curves` are those over the weights that stand in the end; `log_loss_change` is
    the mean change of log loss by the learnt weights over the outcomes that have a curve.
    """

    sample: Sample
    enough: Enough
    start: Weights
    learnt: Weights
    spread: float
    held: HeldOut
    ranking: Difference | None
    log_loss_change: float | None
    curves: Mapping[Outcome, CurveTrial]

    @property
    def better(self) -> bool:
        """Whether the learnt weights rank held-out needs better beyond doubt, at no cost in log loss."""
        if self.ranking is None or self.ranking.interval is None or self.learnt == self.start:
            return False
        return self.ranking.interval[0] > 0 and (self.log_loss_change or 0.0) <= 0

    def installed(self) -> dict[Outcome, Curve]:
        """Return the curves that foretell held-out needs better than their share of yes."""
        out: dict[Outcome, Curve] = {}
        for outcome, trial in self.curves.items():
            if trial.curve is not None and trial.better():
                curve, constant = (float(losses.mean()) for losses in trial.losses())
                figures = {"log_loss": round(curve, 6), "log_loss_constant": round(constant, 6)}
                out[outcome] = trial.curve.model_copy(update=figures)
        return out

    def settings(self, before: Settings) -> Settings | None:
        """Return `before` with all that proved better in it, None where nothing did."""
        curves = self.installed()
        if not self.better and not curves:
            return None
        after = self.learnt.applied(before) if self.better else before
        if not curves:
            return after.model_copy(update={"calibration": None})
        shown = next(outcome for outcome in _FIRST if outcome in curves)
        calibration = Calibration(scores=after.scale(), likelihood=shown, **curves)
        return after.model_copy(update={"calibration": calibration})


def study(
    sample: Sample,
    settings: Settings,
    enough: Enough | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> Study:
    """Learn from a sample that has enough for weights or for one curve at least; see `Enough`.

    Calls `progress` once for each fold and once for the whole.
    """
    learning, start = settings.learning, Weights.of(settings)
    enough = enough or Enough.of(sample, start, learning)
    names = enough.names if enough.for_weights else ()
    held = hold_out(sample, start, names, learning.folds, progress)
    learnt, spread = chosen(sample, start, names) if names else (start, 0.0)
    progress(1)
    ranking = difference(sample, held.before, held.after) if names else None
    stay = [start] * len(held.weights)
    old = {o: try_curve(sample, o, held.fold, stay, start) for o in enough.outcomes}
    if not names:
        return Study(sample, enough, start, learnt, spread, held, ranking, None, old)
    new = {o: try_curve(sample, o, held.fold, held.weights, learnt) for o in enough.outcomes}
    changes = [float((new[o].losses()[0] - old[o].losses()[0]).mean()) for o in enough.outcomes]
    change = sum(changes) / len(changes) if changes else None
    found = Study(sample, enough, start, learnt, spread, held, ranking, change, new)
    return found if found.better else Study(sample, enough, start, learnt, spread, held, ranking, change, old)
