"""Finding the exact span of a technology that speaks to a requirement, and what it says."""

from qixi.match.quantities import Status
from qixi.match.spans.evidence import Evidence, Mark, NumberCheck
from qixi.match.spans.finding import Asked, SpanFinder
from qixi.match.spans.lacks import Lacks, Shortfall, what_lacks
from qixi.match.spans.passages import Prepared

__all__ = [
    "Asked",
    "Evidence",
    "Lacks",
    "Mark",
    "NumberCheck",
    "Prepared",
    "Shortfall",
    "SpanFinder",
    "Status",
    "what_lacks",
]
