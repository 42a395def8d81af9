"""Term postings of a corpus with BM25F contributions: counted, weighed, and kept as arrays."""

from qixi.match.postings.counts import Document
from qixi.match.postings.postings import Postings
from qixi.match.postings.statistics import Numbers, Statistics
from qixi.match.postings.vocabulary import Layer, Vocabulary
from qixi.match.postings.weighing import Weighing

__all__ = ["Document", "Layer", "Numbers", "Postings", "Statistics", "Vocabulary", "Weighing"]
