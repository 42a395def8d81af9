"""Scorers: each says how far a technology stands out for a need, one protocol, fitted on a corpus."""

from qixi.match.scorers.lexical import LexicalScorer
from qixi.match.scorers.protocol import Asking, LinearScorer, Scorer, ScorerKind
from qixi.match.scorers.together import LinearKind
from qixi.match.scorers.topical import SubclassScorer, TopicScorer

SCORERS: tuple[LinearKind, ...] = (LexicalScorer, TopicScorer, SubclassScorer)
"""Every scorer of the default engine; the conformance suite runs on each."""

__all__ = [
    "SCORERS",
    "Asking",
    "LexicalScorer",
    "LinearScorer",
    "Scorer",
    "ScorerKind",
    "SubclassScorer",
    "TopicScorer",
]
