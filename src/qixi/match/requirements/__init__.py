"""A need in parts: problem, target, constraint, existing conditions, with the weight of each."""

from qixi.match.requirements.cues import excludes, tells_of_harm
from qixi.match.requirements.requirement import Kind, Requirement, Segment
from qixi.match.requirements.splitting import background_mask, split_need

__all__ = ["Kind", "Requirement", "Segment", "background_mask", "excludes", "split_need", "tells_of_harm"]
