"""What cases cause in the registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qixi.core import Text
from qixi.procedures import Kind
from qixi.procedures.effects import Cause, performs
from qixi.registry.models import Notice, Organisation, Post, PublishedNeed
from qixi.registry.queries.people import credit_code_claim, person_of, posts_in
from qixi.registry.services.encumbrances import encumber_by_case, release_by_case
from qixi.registry.services.entries import entered
from qixi.registry.services.messages import tell
from qixi.registry.services.organisations import enter_organisation, placed, set_standing
from qixi.registry.services.posts import give_post
from qixi.registry.services.published import announce, publish_need, record_contract, withdraw


def claimed(content: Mapping[str, Any]) -> str:
    """Return what an organisation that is entered takes for itself; raises Refused where it has no place."""
    placed(content["division"])
    return credit_code_claim(content["code"])


@performs(Kind.CERTIFY, "organisation", claims=claimed)
def enter(cause: Cause, content: Mapping[str, Any]) -> None:
    """Enter the organisation that was verified; its case is remembered by the number it was given.

    Whoever applied becomes its handler and approver where nobody has a post there.
    """
    organisation = enter_organisation(
        content["name"],
        content["code"],
        content["sort"],
        content["division"],
        content.get("contact", ""),
        content.get("scope", ""),
        case=cause.case,
    )
    founder = person_of(cause.person)
    if founder is not None and not posts_in(organisation).exists():
        give_post(founder, organisation, Post.Title.HANDLER, cause.on)
        give_post(founder, organisation, Post.Title.APPROVER, cause.on)
    entered("organisation", organisation.number, "verify", "", cause.on, case=cause.case)


@performs(Kind.GRADE, "organisation")
def grade(cause: Cause, content: Mapping[str, Any]) -> None:
    """Change the standing of the organisation that the case is about."""
    organisation = Organisation.objects.get(entered_by=cause.case)
    set_standing(organisation, Organisation.Standing(content["standing"]))
    entered(
        "organisation", organisation.number, "grade", "", cause.on, case=cause.case, to=content["standing"]
    )


performs(Kind.PUBLISH, "need")(publish_need)
performs(Kind.PUBLISH, "price")(announce)
performs(Kind.CERTIFY, "price")(record_contract)


@performs(Kind.WITHDRAW, "need")
def take_need_down(cause: Cause, _: Mapping[str, Any]) -> None:
    """Take a need down."""
    withdraw(PublishedNeed, cause)


@performs(Kind.WITHDRAW, "price")
def take_notice_down(cause: Cause, _: Mapping[str, Any]) -> None:
    """Take the notice of a price down."""
    withdraw(Notice, cause)


@performs(Kind.ENCUMBER)
def encumber(cause: Cause, content: Mapping[str, Any]) -> None:
    """Enter what a case has decided about its asset, or another that is named; see EncumbranceForm."""
    stated = {name: value for name, value in content.items() if name != "asset"}
    asset = content.get("asset") or cause.subject
    encumber_by_case(cause.key, str(asset), {"basis": cause.case, "since": cause.on} | stated, cause.on)


@performs(Kind.UNENCUMBER)
def unencumber(cause: Cause, content: Mapping[str, Any]) -> None:
    """End what a case has ended: the one named, or all that this case entered."""
    release_by_case(cause.case, str(content.get("encumbrance", "")), cause.on)


@performs(Kind.NOTIFY)
def notify(cause: Cause, content: Mapping[str, Any]) -> None:
    """Tell a party, the applicant where none is named."""
    party = str(content.get("party") or cause.applicant)
    tell(party, Text(str(content["zh"]), str(content["en"])), cause.case, cause.key)
