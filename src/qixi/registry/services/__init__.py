"""The only writer of the registers: one function for each verb, one transaction for each call."""

from qixi.registry.services.accounts import close_account
from qixi.registry.services.organisations import (
    enter_organisation,
    merge,
    name_organisation,
    part,
    set_standing,
)
from qixi.registry.services.posts import (
    accept_invitation,
    appoint_person,
    dismiss_person,
    end_post,
    give_post,
    invite,
    withdraw_invitation,
)

__all__ = [
    "accept_invitation",
    "appoint_person",
    "close_account",
    "dismiss_person",
    "end_post",
    "enter_organisation",
    "give_post",
    "invite",
    "merge",
    "name_organisation",
    "part",
    "set_standing",
    "withdraw_invitation",
]
