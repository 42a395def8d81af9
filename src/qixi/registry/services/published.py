"""Writing what cases make public: needs, announced prices, and the contracts recorded after these."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from qixi.policy import default_calendar, default_parameters
from qixi.procedures.effects import Cause
from qixi.registry.models import Contract, Entry, Notice, PublishedNeed
from qixi.registry.services.entries import entered

_WITHDRAWN = "withdraw"
_NEED = ("title", "problem", "targets", "constraints", "way", "ownership", "budget", "deadline")
_NOTICE = ("name", "summary", "way", "price", "related", "relation")


def publish_need(cause: Cause, content: Mapping[str, Any]) -> None:
    """Publish a need, or let it stand for another period, of the length of the rule `need.validity`."""
    stated = {name: content[name] for name in _NEED if content.get(name) is not None}
    _publish(PublishedNeed, cause, stated, "expires_on", "need.validity")


def announce(cause: Cause, content: Mapping[str, Any]) -> None:
    """Announce a price; the first day on which the notice can end is that of the rule `price.notice`."""
    stated = {name: content[name] for name in _NOTICE if content.get(name) is not None}
    _publish(Notice, cause, stated, "ends_on", "price.notice")


def withdraw(model: type[PublishedNeed | Notice], cause: Cause) -> None:
    """Take down what a case published; what is published late, though it was decided earlier, stays down."""
    with transaction.atomic():
        found = model.objects.select_for_update().filter(case=cause.case).first()
        if found is None:
            entered("case", cause.case, _WITHDRAWN, "", cause.on, seq=cause.seq)
        if found is None or found.seq > cause.seq:
            return
        found.withdrawn_on, found.seq = cause.on, cause.seq
        found.save(update_fields=["withdrawn_on", "seq"])


def record_contract(cause: Cause, content: Mapping[str, Any]) -> None:
    """Record the contract that was signed; its notice is taken down."""
    with transaction.atomic():
        stated = {name: content[name] for name in ("number", "name", "way", "signed_on", "amount", "related")}
        Contract.objects.update_or_create(
            case=cause.case,
            defaults={"party": cause.applicant, "division": cause.division, "seq": cause.seq, **stated},
        )
        withdraw(Notice, cause)


def _publish(
    model: type[PublishedNeed | Notice], cause: Cause, stated: Mapping[str, Any], ends: str, rule: str
) -> None:
    days, unit = default_parameters().on(cause.opened, cause.division)[rule].days
    last: date = default_calendar().after(cause.on, days, unit)
    with transaction.atomic():
        found = model.objects.select_for_update().filter(case=cause.case).first()
        ended = Entry.objects.filter(kind="case", number=cause.case, verb=_WITHDRAWN)
        if any(each.content["seq"] > cause.seq for each in ended):
            return
        if found is not None and found.seq > cause.seq:
            return
        first = found.published_on if found is not None and found.withdrawn_on is None else cause.on
        model.objects.update_or_create(
            case=cause.case,
            defaults={
                "party": cause.applicant,
                "division": cause.division,
                "seq": cause.seq,
                "published_on": first,
                "withdrawn_on": None,
                ends: last,
                **stated,
            },
        )
