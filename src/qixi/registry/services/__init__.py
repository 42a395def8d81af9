"""The only writer of the registers: one function for each verb, one transaction for each call."""

from qixi.registry.services.accounts import (
    choose_ways,
    close_account,
    describe_person,
    lock_account,
    open_account,
    unlock_account,
)
from qixi.registry.services.assets import edit_asset, enter_asset, hand_over, set_right
from qixi.registry.services.encumbrances import encumber, release
from qixi.registry.services.experts import declare_conflict, end_conflict, enrol_expert, retire_expert
from qixi.registry.services.founding import found_office
from qixi.registry.services.messages import mark_read, tell
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
from qixi.registry.services.shares import claim_holding, confirm_holding, dispute_holding, transfer_share

__all__ = [
    "accept_invitation",
    "appoint_person",
    "choose_ways",
    "claim_holding",
    "close_account",
    "confirm_holding",
    "declare_conflict",
    "describe_person",
    "dismiss_person",
    "dispute_holding",
    "edit_asset",
    "encumber",
    "end_conflict",
    "end_post",
    "enrol_expert",
    "enter_asset",
    "enter_organisation",
    "found_office",
    "give_post",
    "hand_over",
    "invite",
    "lock_account",
    "mark_read",
    "merge",
    "name_organisation",
    "open_account",
    "part",
    "release",
    "retire_expert",
    "set_right",
    "set_standing",
    "tell",
    "transfer_share",
    "unlock_account",
    "withdraw_invitation",
]
