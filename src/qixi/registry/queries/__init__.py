"""What is known in the registers: read, never written."""

from qixi.registry.queries.assets import asset_as_of, assets_of, version_of
from qixi.registry.queries.experts import (
    conflicts_declared,
    conflicts_of,
    expert_for,
    experts_on,
    experts_visible_to,
    roster_of,
)
from qixi.registry.queries.figures import figures
from qixi.registry.queries.known import known_of
from qixi.registry.queries.messages import inbox, unread
from qixi.registry.queries.people import (
    account_called,
    actor_of,
    division_of,
    divisions_in,
    has_credit_code,
    is_party,
    names_of,
    officers_of,
    organisation_of,
    organisation_under,
    people_of,
    person_of,
    posts_of,
    standing_for,
    within,
)
from qixi.registry.queries.published import contracts_visible_to, published_needs
from qixi.registry.queries.variants import history_of, likely_variants, named_like, organisations_visible_to

__all__ = [
    "account_called",
    "actor_of",
    "asset_as_of",
    "assets_of",
    "conflicts_declared",
    "conflicts_of",
    "contracts_visible_to",
    "division_of",
    "divisions_in",
    "expert_for",
    "experts_on",
    "experts_visible_to",
    "figures",
    "has_credit_code",
    "history_of",
    "inbox",
    "is_party",
    "known_of",
    "likely_variants",
    "named_like",
    "names_of",
    "officers_of",
    "organisation_of",
    "organisation_under",
    "organisations_visible_to",
    "people_of",
    "person_of",
    "posts_of",
    "published_needs",
    "roster_of",
    "standing_for",
    "unread",
    "version_of",
    "within",
]
