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
from qixi.casework.services.deliveries import open_papers
from qixi.casework.services.draws import (
    begin_draw,
    commit_roster,
    end_draw,
    promise_number,
    reveal_number,
)
from qixi.casework.services.evidence import attach
from qixi.casework.services.many import Done, act_on_many
from qixi.casework.services.parties import (
    answer_invitation,
    end_mandate,
    give_mandate,
    invite,
    leave,
    withdraw_invitation,
)
from qixi.casework.services.versions import rebase
from qixi.casework.services.work import try_again

__all__ = [
    "Done",
    "act",
    "act_for",
    "act_on_many",
    "answer_invitation",
    "appoint",
    "approve",
    "attach",
    "begin_draw",
    "commit_roster",
    "end_chain",
    "end_draw",
    "end_mandate",
    "give_mandate",
    "invite",
    "leave",
    "open_case",
    "open_for",
    "open_papers",
    "promise_number",
    "propose_for",
    "rebase",
    "return_proposal",
    "reveal_number",
    "set_chain",
    "tick",
    "try_again",
    "withdraw_invitation",
    "withdraw_proposal",
]
