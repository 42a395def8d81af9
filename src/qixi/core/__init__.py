"""The values every room speaks: bilingual text, problems, spans, law, calendar, assets and needs."""

from qixi.core.asset import Asset, LegalStatus, Licence
from qixi.core.calendar import Calendar, Unit
from qixi.core.law import Grade, Law
from qixi.core.need import Need, OwnPatent
from qixi.core.problem import Problem, Refused
from qixi.core.span import Quote, Span
from qixi.core.text import Text

__all__ = [
    "Asset",
    "Calendar",
    "Grade",
    "Law",
    "LegalStatus",
    "Licence",
    "Need",
    "OwnPatent",
    "Problem",
    "Quote",
    "Refused",
    "Span",
    "Text",
    "Unit",
]
