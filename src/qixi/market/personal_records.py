"""What the market holds of a person: the events to which it was invited, and what it answered."""

from __future__ import annotations

from typing import Any

from qixi.market.models import Guest
from qixi.registry.models import User
from qixi.registry.personal_data import holds


@holds("fairs")
def fairs(user: User) -> Any:
    """Return the invitations to the person itself, with its answers and wishes."""
    own = Guest.objects.filter(party=str(user.number)).select_related("fair").order_by("id")
    return [
        {
            "title": each.fair.title,
            "day": str(each.fair.day),
            "answer": each.answer,
            "away": each.away,
            "checked_in": each.checked_in_at.isoformat() if each.checked_in_at else None,
            "wishes": [
                {"party": wish.other.party, "weight": wish.weight}
                for wish in each.wishes.select_related("other")
            ],
        }
        for each in own
    ]
