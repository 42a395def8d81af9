"""The market as rows."""

from qixi.market.models.fairs import Fair, FairWish, FollowUp, Guest, Meeting
from qixi.market.models.introductions import Amount, Introduction
from qixi.market.models.matches import Cursor, Match, Opinion, Ranking
from qixi.market.models.stock import Intake, IntakeRow, Listing

__all__ = [
    "Amount",
    "Cursor",
    "Fair",
    "FairWish",
    "FollowUp",
    "Guest",
    "Intake",
    "IntakeRow",
    "Introduction",
    "Listing",
    "Match",
    "Meeting",
    "Opinion",
    "Ranking",
]
