"""Procedures as declared values, and the kernel that says what may happen in a case of one. Pure."""

from qixi.procedures.kernel import begin, decide, evolve, handed_in, may_now, options, replay
from qixi.procedures.shapes import endings
from qixi.procedures.values import (
    Act,
    Case,
    Clock,
    Competence,
    Effect,
    Event,
    Facts,
    Kind,
    Outcome,
    Panel,
    Phase,
    Procedure,
    Role,
    Setting,
    Standing,
    Step,
)

__all__ = [
    "Act",
    "Case",
    "Clock",
    "Competence",
    "Effect",
    "Event",
    "Facts",
    "Kind",
    "Outcome",
    "Panel",
    "Phase",
    "Procedure",
    "Role",
    "Setting",
    "Standing",
    "Step",
    "begin",
    "decide",
    "endings",
    "evolve",
    "handed_in",
    "may_now",
    "options",
    "replay",
]
