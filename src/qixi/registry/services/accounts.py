"""Writing accounts: closed, with all that names the person."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from qixi.registry.models import User
from qixi.registry.personal import forget
from qixi.registry.services.entries import entered


def close_account(user: User, today: date) -> None:
    """Close an account: what names the person goes, what the person did stays under its number.

    Whoever is signed in with it is so no longer. Every room that holds something personal forgets it.
    """
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        if held.closed_on is not None:
            return
        held.username = f"closed-{held.number}"
        held.first_name = held.last_name = held.name = held.phone = held.email = ""
        held.is_active = held.is_staff = held.is_superuser = False
        held.mail_wanted = held.sms_wanted = False
        held.closed_on = today
        held.set_unusable_password()
        held.save()
        held.groups.clear()
        held.user_permissions.clear()
        forget(held, today)
        entered("account", held.number, "close", str(held.number), today)
