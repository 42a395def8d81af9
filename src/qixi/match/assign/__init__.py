"""Market allocation: who is shown what, so that everybody's room is used best, with a proof of it."""

from qixi.match.assign.allocation import Allocation, allocate, shown_pairs
from qixi.match.assign.calibration import Calibration, along
from qixi.match.assign.certificate import Certificate, Prices, bound, fits
from qixi.match.assign.market import Market, Room, Sides, market
from qixi.match.assign.settings import AssignSettings, ExplorationSettings
from qixi.match.assign.why import Reason, Why

__all__ = [
    "Allocation",
    "AssignSettings",
    "Calibration",
    "Certificate",
    "ExplorationSettings",
    "Market",
    "Prices",
    "Reason",
    "Room",
    "Sides",
    "Why",
    "allocate",
    "along",
    "bound",
    "fits",
    "market",
    "shown_pairs",
]
