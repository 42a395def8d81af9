"""The market as rows."""

from qixi.market.models.matches import Cursor, Match, Opinion, Ranking
from qixi.market.models.stock import Intake, IntakeRow, Listing

__all__ = ["Cursor", "Intake", "IntakeRow", "Listing", "Match", "Opinion", "Ranking"]
