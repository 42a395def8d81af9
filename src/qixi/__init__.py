"""Qixi: an open-source technology-transfer exchange."""

__version__ = "0.1.0"
