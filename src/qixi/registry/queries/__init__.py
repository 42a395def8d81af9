"""What is known in the registers: read, never written."""

from qixi.registry.queries.people import (
    actor_of,
    division_of,
    has_credit_code,
    names_of,
    officers_of,
    organisation_of,
    organisation_under,
    people_of,
    posts_of,
    standing_for,
    within,
)

__all__ = [
    "actor_of",
    "division_of",
    "has_credit_code",
    "names_of",
    "officers_of",
    "organisation_of",
    "organisation_under",
    "people_of",
    "posts_of",
    "standing_for",
    "within",
]
