"""The registers as rows."""

from qixi.registry.models.assets import Asset, Encumbrance, Inventor, Right, Share
from qixi.registry.models.experts import Conflict, Expert
from qixi.registry.models.messages import Message
from qixi.registry.models.patents import Patent
from qixi.registry.models.people import Division, Entry, Invitation, Organisation, Post, User
from qixi.registry.models.published import Contract, Notice, PublishedNeed

__all__ = [
    "Asset",
    "Conflict",
    "Contract",
    "Division",
    "Encumbrance",
    "Entry",
    "Expert",
    "Inventor",
    "Invitation",
    "Message",
    "Notice",
    "Organisation",
    "Patent",
    "Post",
    "PublishedNeed",
    "Right",
    "Share",
    "User",
]
