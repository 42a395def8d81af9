"""Cases as rows, with what belongs to them."""

from qixi.casework.models.cases import DUE_FIRST, Case, Entry, Event, Holding, Outbox
from qixi.casework.models.chains import Approval, Chain, Proposal
from qixi.casework.models.draws import Draw, Promise
from qixi.casework.models.parts import Consent, Delivery, Evidence

__all__ = [
    "DUE_FIRST",
    "Approval",
    "Case",
    "Chain",
    "Consent",
    "Delivery",
    "Draw",
    "Entry",
    "Event",
    "Evidence",
    "Holding",
    "Outbox",
    "Promise",
    "Proposal",
]
