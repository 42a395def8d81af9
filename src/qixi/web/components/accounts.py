"""What the fields of sign-up, sign-in and the account's own pages are called, as everywhere in the house."""

from __future__ import annotations

from collections.abc import Mapping

from qixi.core import Text

_PASSWORD, _AGAIN = Text("密码", "Password"), Text("再输一次密码", "The password again")
_LABELS: Mapping[str, Text] = {
    "login": Text("用户名或电子邮箱", "User name or e-mail"),
    "username": Text("用户名", "User name"),
    "email": Text("电子邮箱", "E-mail"),
    "password": _PASSWORD,
    "password1": _PASSWORD,
    "password2": _AGAIN,
    "oldpassword": Text("现在的密码", "Present password"),
    "remember": Text("在这台设备上保持登录", "Stay signed in on this device"),
    "code": Text("验证码", "Code"),
}


def label_of(name: str, usual: object) -> Text:
    """Return what a field is called; `usual` is what the library calls it, where the house has no word."""
    return _LABELS.get(name, Text(str(usual), str(usual)))
