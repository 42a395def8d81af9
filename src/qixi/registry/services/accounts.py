"""Writing accounts: opened, described by the person, locked by operators, closed with all that names it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from qixi.core import Text
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.models import User
from qixi.registry.personal_data import forget
from qixi.registry.queries.people import as_number
from qixi.registry.services.entries import entered, permit, refused


def open_account(username: str, email: str, name: str, *, operator: bool = False) -> User:
    """Open an account that has no password yet; people who sign up open theirs by signing up."""
    with transaction.atomic():
        user = User(username=username, email=email, name=name, is_staff=operator)
        user.set_unusable_password()
        user.save()
        return user


def choose_ways(user: User, *, mail: bool, sms: bool) -> None:
    """Say whether a person is told by mail and by short message beside its inbox."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(mail_wanted=mail, sms_wanted=sms)


def lock_account(actor: Actor, person: str, today: date) -> None:
    """Lock an account, as an operator: nobody signs in with it, and who is signed in is so no longer."""
    _set_active(actor, person, today, active=False)


def unlock_account(actor: Actor, person: str, today: date) -> None:
    """Let an account be used again, as an operator; one that was closed stays closed."""
    _set_active(actor, person, today, active=True)


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


def _set_active(actor: Actor, person: str, today: date, *, active: bool) -> None:
    permit(actor, Verb.ADMINISTER, Subject(Kind.SERVICE))
    with transaction.atomic():
        held = User.objects.select_for_update().filter(number=as_number(person)).first()
        if held is None or held.closed_on is not None:
            raise refused(Text("没有这个账号，或已注销", "there is no such account, or it is closed"))
        if person == actor.number:
            raise refused(Text("不能锁定自己的账号", "one's own account cannot be locked"))
        if held.is_active is not active:
            held.is_active = active
            held.save(update_fields=["is_active"])
            entered("account", held.number, "unlock" if active else "lock", actor.number, today)
