"""Cases know when they were handed in, effects what they claim, and numbers have room for long codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import migrations, models

from qixi.procedures.catalogue import catalogue
from qixi.procedures.values import Phase

_DRAFTED = {Phase.DRAFT, Phase.CLOSED}


def date_what_was_handed_in(apps: Any, _: Any) -> None:
    """Write to each case the day of the first event that took it out of its draft."""
    case = apps.get_model("casework", "Case")
    for row in case.objects.order_by("id").iterator():
        steps = {step.name: step.phase for step in catalogue()[row.code, row.version].steps}
        events = row.events.order_by("seq").values_list("to", "on")
        row.handed_in_on = next((on for to, on in events if steps[to] not in _DRAFTED), None)
        row.save(update_fields=["handed_in_on"])


def give_officers_what_they_began(apps: Any, _: Any) -> None:
    """Let officers go on with the drafts that they began for organisations in which they have no post."""
    post, organisation = apps.get_model("registry", "Post"), apps.get_model("registry", "Organisation")
    drafts = apps.get_model("casework", "Case").objects.filter(handed_in_on__isnull=True)
    for row in drafts.order_by("id"):
        first = row.events.get(seq=0)
        if first.person in {"", first.party} or not _is_number(first.person, first.party):
            continue
        held = post.objects.filter(user__number=first.person)
        inside = organisation.objects.filter(number=first.party, posts__in=held)
        if held.filter(title="officer").exists() and not inside.exists():
            row.holdings.get_or_create(
                party=first.person, role="officer", ended_on=None, defaults={"since": row.opened_on}
            )


def _is_number(*parties: str) -> bool:
    try:
        return bool([UUID(each) for each in parties])
    except ValueError:
        return False


def claim_credit_codes(apps: Any, _: Any) -> None:
    """Let the first case that entered an organisation under a credit code have claimed it."""
    outbox = apps.get_model("casework", "Outbox")
    entering = outbox.objects.filter(event__case__code="organisation", kind="certify").order_by("id")
    claimed = set()
    for row in entering:
        claim = f"credit code {row.content.get('code', '')}"
        if claim not in claimed:
            claimed.add(claim)
            row.claim = claim
            row.save(update_fields=["claim"])


class Migration(migrations.Migration):
    """Adds two columns, fills them, and widens one."""

    dependencies = [("casework", "0001_initial"), ("registry", "0004_long_numbers")]

    operations = [
        migrations.AddField("case", "handed_in_on", models.DateField(null=True)),
        migrations.AddField("outbox", "claim", models.CharField(max_length=200, null=True)),
        migrations.AlterField("case", "number", models.CharField(max_length=80, unique=True)),
        migrations.RunPython(date_what_was_handed_in, migrations.RunPython.noop),
        migrations.RunPython(give_officers_what_they_began, migrations.RunPython.noop),
        migrations.RunPython(claim_credit_codes, migrations.RunPython.noop),
    ]
