"""Measuring Qixi beside rivals on the real data."""
