"""Writing accounts: described by the person, closed with all that names it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from qixi.core import Text
from qixi.registry.models import User
from qixi.registry.personal import forget
from qixi.registry.services.entries import entered, refused


def describe_person(user: User, name: str, phone: str, language: str) -> None:
    """Correct what is known of a person; raises Refused with what is wrong with it."""
    wrong = [
        Text(f"{zh}过长或含有不可用的字符", f"the {en} is too long, or has signs that cannot be kept")
        for zh, en, value, most in (("姓名", "name", name, 100), ("电话", "phone number", phone, 32))
        if len(value.strip()) > most or not value.isprintable()
    ]
    if language not in {"zh", "en"}:
        wrong.append(Text("请选择语言", "choose a language"))
    if wrong:
        raise refused(*wrong)
    with transaction.atomic():
        held = User.objects.select_for_update().get(pk=user.pk)
        held.name, held.phone, held.language = name.strip(), phone.strip(), language
        held.save(update_fields=["name", "phone", "language"])


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
