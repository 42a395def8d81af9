"""What cases hold of a person: what it did, as itself and for organisations, and the roles it has."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from qixi.casework.models import Event, Holding
from qixi.registry.models import User
from qixi.registry.personal_data import holds


@holds("cases")
def cases(user: User) -> Any:
    """Return the roles that a person itself has in cases, and every step it took in any."""
    number = str(user.number)
    steps = Event.objects.filter(Q(person=number) | Q(party=number)).select_related("case")
    roles = Holding.objects.filter(party=number).select_related("case").order_by("id")
    return {
        "roles": [{"case": each.case.number, "role": each.role} for each in roles],
        "steps": [
            {
                "case": each.case.number,
                "seq": each.seq,
                "verb": each.verb,
                "on": str(each.on),
                "as": each.role,
                "for": each.party,
                "data": each.data,
            }
            for each in steps
        ],
    }
