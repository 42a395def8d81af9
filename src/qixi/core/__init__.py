"""The values every room speaks: bilingual text, problems, spans, assets and needs."""

from qixi.core.asset import Asset, LegalStatus, Licence
from qixi.core.need import Need, OwnPatent
from qixi.core.problem import Problem, Refused
from qixi.core.span import Quote, Span
from qixi.core.text import Text

__all__ = [
    "Asset",
    "LegalStatus",
    "Licence",
    "Need",
    "OwnPatent",
    "Problem",
    "Quote",
    "Refused",
    "Span",
    "Text",
]
