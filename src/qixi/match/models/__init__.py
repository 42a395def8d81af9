"""Optional models: embeddings, a re-ranker and a requirement extractor, none of them needed."""

from qixi.match.models.failure import ModelUnavailable
from qixi.match.models.report import ModelReport
from qixi.match.models.settings import ModelSettings
from qixi.match.models.suite import ModelSuite

__all__ = ["ModelReport", "ModelSettings", "ModelSuite", "ModelUnavailable"]
