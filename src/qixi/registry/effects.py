"""What cases cause in the registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qixi.procedures import Kind
from qixi.procedures.effects import Cause, performs
from qixi.registry.models import Organisation, Post
from qixi.registry.queries.people import person_of, posts_in
from qixi.registry.services.entries import entered
from qixi.registry.services.organisations import enter_organisation, set_standing
from qixi.registry.services.posts import give_post


@performs(Kind.CERTIFY, "organisation")
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
    )
    organisation.entered_by = cause.case
    organisation.save(update_fields=["entered_by"])
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
