"""Decisions of the market, pure."""
