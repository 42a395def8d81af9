"""The only writer of cases: one function for each verb, one transaction for each call."""

from qixi.casework.services.acts import act, act_for, appoint, open_case, open_for, tick
from qixi.casework.services.chains import (
    approve,
    end_chain,
    propose_for,
    return_proposal,
    set_chain,
    withdraw_proposal,
)
from qixi.casework.services.evidence import attach
from qixi.casework.services.parties import (
    answer_invitation,
    end_mandate,
    give_mandate,
    invite,
    leave,
    withdraw_invitation,
)

__all__ = [
    "act",
    "act_for",
    "answer_invitation",
    "appoint",
    "approve",
    "attach",
    "end_chain",
    "end_mandate",
    "give_mandate",
    "invite",
    "leave",
    "open_case",
    "open_for",
    "propose_for",
    "return_proposal",
    "set_chain",
    "tick",
    "withdraw_invitation",
    "withdraw_proposal",
]
