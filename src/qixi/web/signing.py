"""The form of signing in, with a label that says what is asked for."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm

from qixi.core import Text
from qixi.web.language import spoken

_WHO = Text("用户名或电子邮箱", "Username or email")


class SignIn(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Asks for name and password; the library's own label in Chinese is the word for signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _WHO.in_language(spoken())
        self.fields["login"].widget.attrs.pop("placeholder", None)
