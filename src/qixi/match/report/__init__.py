"""The report of a match: one self-contained page that an officer opens, reads and prints."""

from qixi.match.report.writing import write_report

__all__ = ["write_report"]
