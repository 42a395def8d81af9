"""The report of one learning, as a page to read and print."""

from qixi.match.learning.report.writing import write_report

__all__ = ["write_report"]
