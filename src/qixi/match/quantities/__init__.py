"""Stated numbers in Chinese and English: reading them, and comparing what is wanted with what is offered."""

from qixi.match.quantities.comparison import Status, Verdict, amount_of, compare
from qixi.match.quantities.reader import read_quantities
from qixi.match.quantities.sameness import closeness, is_size, related, same_head, same_kind, telling
from qixi.match.quantities.stated import Better, Change, Comparator, Stated

__all__ = [
    "Better",
    "Change",
    "Comparator",
    "Stated",
    "Status",
    "Verdict",
    "amount_of",
    "closeness",
    "compare",
    "is_size",
    "read_quantities",
    "related",
    "same_head",
    "same_kind",
    "telling",
]
