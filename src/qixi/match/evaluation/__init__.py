"""How good a ranking is, in the field's measures, and whether one ranking is better than another."""

from qixi.match.evaluation.comparison import Comparison, Difference, compare
from qixi.match.evaluation.coverage import Coverage
from qixi.match.evaluation.measures import STANDARD, Gain, Kind, Measure, Pool
from qixi.match.evaluation.qrels import Qrels
from qixi.match.evaluation.rendering import table
from qixi.match.evaluation.results import Evaluation, Result, evaluate
from qixi.match.evaluation.run import Run

__all__ = [
    "STANDARD",
    "Comparison",
    "Coverage",
    "Difference",
    "Evaluation",
    "Gain",
    "Kind",
    "Measure",
    "Pool",
    "Qrels",
    "Result",
    "Run",
    "compare",
    "evaluate",
    "table",
]
