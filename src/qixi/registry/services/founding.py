"""How the first office comes in, before there is anybody who could accept it."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from qixi.core import Text
from qixi.registry.models import Organisation, Post, User
from qixi.registry.services.accounts import open_account
from qixi.registry.services.entries import refused
from qixi.registry.services.organisations import enter_organisation
from qixi.registry.services.posts import give_post


def found_office(
    name: str,
    credit_code: str,
    division: str,
    username: str,
    password: str,
    today: date,
    *,
    operator: bool = False,
) -> Organisation:
    """Enter a verified office and its officer, for whoever runs the service; nobody is asked.

    An account of that name is opened, or keeps the password that it has. Raises Refused for a password that
    is too weak, a division that is not there, a credit code that stands for another kind of body.
    """
    with transaction.atomic():
        taken = Organisation.objects.filter(credit_code=credit_code).exclude(kind=Organisation.Kind.OFFICE)
        if taken.exists():
            raise refused(
                Text("该统一社会信用代码已登记为其他类型的机构", "this code is that of another kind of body")
            )
        body = enter_organisation(name, credit_code, Organisation.Kind.OFFICE, division)
        user = User.objects.filter(username=username).first()
        if user is None:
            user = open_account(username, "", username)
            try:
                validate_password(password, user)
            except ValidationError as error:
                zh, en = _said(error, "zh-hans"), _said(error, "en")
                raise refused(Text(f"口令不合要求：{zh}", f"the password will not do: {en}")) from None
            user.set_password(password)
        user.is_staff = user.is_staff or operator
        user.save()
        give_post(user, body, Post.Title.OFFICER, today)
        return body


def _said(error: ValidationError, language: str) -> str:
    with translation.override(language):
        return " ".join(error.messages)
