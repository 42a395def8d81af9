"""What the registers know of a party and an asset, by the names that forms give it: never asked again."""

from __future__ import annotations

from qixi.registry.models import Asset
from qixi.registry.queries.people import as_number, organisation_of, person_of

_PLACES = 6


def known_of(party: str, subject: str = "") -> dict[str, str]:
    """Return what is known of a party, and of the asset that is the subject, by `from_register` of forms.

    A field that declares `titled(..., from_register="organisation.name")` is filled in from here; see
    `qixi.procedures.forms.prefilled`. Only what the party itself may see goes in: ask for one's own party.
    """
    found: dict[str, str] = {}
    body, person = organisation_of(party), person_of(party)
    if body is not None:
        found |= {
            "organisation.name": body.name,
            "organisation.code": body.credit_code or "",
            "organisation.sort": body.kind,
            "organisation.division": body.division_id.ljust(_PLACES, "0"),
            "contact.name": body.contact,
            "organisation.scope": body.scope,
        }
    if person is not None:
        found |= {"contact.name": person.name, "contact.phone": person.phone, "contact.email": person.email}
    asset = Asset.objects.filter(number=as_number(subject)).first()
    if asset is not None and (asset.lead == party or asset.shares.filter(party=party).exists()):
        found |= {
            "asset.name": asset.title,
            "asset.summary": asset.summary,
            "asset.number": asset.register_number,
        }
    return {name: value for name, value in found.items() if value}
