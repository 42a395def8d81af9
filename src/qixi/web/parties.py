"""Parties as people name them on a page: by a credit code, or by the number of an account."""

from __future__ import annotations

from qixi.registry.queries import is_party, organisation_under


def named_party(typed: str) -> str:
    """Return the number of a party that was named by its credit code or by its own number; else nothing."""
    words = typed.strip()
    found = organisation_under(words.upper()) if words.isascii() and words.isalnum() else None
    if found is not None:
        return str(found.number)
    return words if is_party(words) else ""
