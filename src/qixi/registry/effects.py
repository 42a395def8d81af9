"""What cases cause in the registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qixi.procedures import Kind
from qixi.procedures.effects import Cause, performs
from qixi.registry.models import Organisation
from qixi.registry.services import enter_organisation, set_standing


@performs(Kind.CERTIFY, "organisation")
def enter(cause: Cause, content: Mapping[str, Any]) -> None:
    """Enter the organisation that was verified; its case is remembered by the number it was given."""
    organisation = enter_organisation(content["name"], content["code"], content["sort"], content["division"])
    organisation.entered_by = cause.case
    organisation.save(update_fields=["entered_by"])


@performs(Kind.GRADE, "organisation")
def grade(cause: Cause, content: Mapping[str, Any]) -> None:
    """Change the standing of the organisation that the case is about."""
    organisation = Organisation.objects.get(entered_by=cause.case)
    set_standing(organisation, Organisation.Standing(content["standing"]))
