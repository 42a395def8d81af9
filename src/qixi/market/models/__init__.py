"""The market as rows."""

from qixi.market.models.stock import Intake, IntakeRow, Listing

__all__ = ["Intake", "IntakeRow", "Listing"]
