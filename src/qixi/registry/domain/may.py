"""Who may what: one function that pages, interfaces and tests all ask. What is not allowed is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qixi.core import Text
from qixi.registry.domain.asking import Actor, Kind, Stage, Subject, Verb

__all__ = ["Actor", "Kind", "Stage", "Subject", "Verb", "may", "rules"]

YES = None
"""The answer where one may; otherwise it is the reason why not."""

_UNKNOWN = Text("没有这条记录", "there is no such record")
"""What outsiders are told: not even that it exists."""
_SIGN_IN = Text("请先登录", "sign in first")
_VERIFY_FIRST = Text("机构尚未通过核验，只能填写草稿", "the organisation is not verified and may only draft")
_OFFICER = Text("由所在地区的经办人员办理", "an officer of its division does this")
_OPERATOR = Text("由平台运营人员办理", "an operator of the service does this")
_HOLDER = Text("由持有人办理", "its holder does this")
_LEAD = Text("由牵头编辑方办理", "its lead editor does this")
_DEALER = Text("由本机构的审批人或转化机构办理", "an approver or the transfer office of the holder does this")
_LEADER = Text("由本机构的审批人办理", "an approver of the organisation does this")
_APPLICANT = Text("由申请人办理", "the applicant does this")
_LAST_APPROVER = Text(
    "本单位设有审批流程，由最后审批人办理", "whoever approves last in your organisation does this"
)
_JOINED = Text("由共同申请人或代理人办理", "a co-applicant or an agent does this")
_INVOLVED = Text("由本案当事人或经办人员办理", "parties of the case and its officers do this")
_OWN_CASE = Text("您是本案当事人", "you are a party of this case")
_DECIDES = Text(
    "本案由您所在部门决定，您不能提出异议", "your office decides this case: its officers do not object"
)
_NOT_ANNOUNCED = Text("本案不在公示中", "the case is not announced now")
_OTHER_POST = Text("现由其他岗位审批", "it is the turn of another post")
_SPOKEN = Text(
    "您已在本流程中办理过，请由同岗位的他人审批",
    "you have had your say in this chain: another who holds the post approves",
)
_PROPOSER = Text("由提交人办理", "whoever proposed it does this")
_HOST = Text(
    "由主办方的经办人员、审批人或转化机构办理",
    "an officer, an approver or the transfer office of its organiser does this",
)
_GUEST = Text("由受邀方办理", "a guest does this")
_DESK = Text("由经办人员办理", "officers do this")

_APPROVING = frozenset({"leader", "approver"})
_DEALING = _APPROVING | {"transfer"}
_HOSTING = _DEALING | {"officer"}


def may(actor: Actor, verb: Verb, subject: Subject) -> Text | None:
    """Return nothing where `actor` may do `verb` with `subject`, else the reason why not.

    Whoever may not see a record is told that there is none.
    """
    if verb is not Verb.OPEN and subject.kind is not Kind.SERVICE and not _sees(actor, subject):
        return _UNKNOWN
    rule = _RULES.get((verb, subject.kind))
    return _UNKNOWN if rule is None else rule(actor, subject)


def _sees(actor: Actor, subject: Subject) -> bool:
    return (
        subject.public
        or bool(actor.parties() & (subject.holders | subject.parties | subject.objectors))
        or _has_it_in_its_division(actor, subject)
        or (subject.stage is Stage.ANNOUNCED and bool(actor.number))
        or (actor.operator and subject.kind is Kind.ORGANISATION)
    )


def _has_it_in_its_division(actor: Actor, subject: Subject) -> bool:
    """Say whether an officer's office deals with it: of drafts, only with one that the officer began."""
    is_known = subject.stage is not Stage.DRAFT or actor.number in subject.begun_by
    return is_known and actor.is_officer_of(subject.division)


def _allowed(_: Actor, __: Subject) -> Text | None:
    return YES


def _asked(_: Actor, __: Subject) -> Text | None:
    return YES


def _inside(actor: Actor, subject: Subject) -> Text | None:
    mine = actor.parties() & (subject.holders | subject.parties)
    return YES if mine or _has_it_in_its_division(actor, subject) else _UNKNOWN


def _acts(actor: Actor, subject: Subject) -> Text | None:
    return _UNKNOWN if _inside(actor, subject) else YES


def _oversees(actor: Actor, subject: Subject) -> Text | None:
    if not _has_it_in_its_division(actor, subject):
        return _OFFICER
    return _OWN_CASE if actor.parties() & subject.applying else YES


def _objects(actor: Actor, subject: Subject) -> Text | None:
    if subject.stage is not Stage.ANNOUNCED:
        return _NOT_ANNOUNCED
    if actor.parties() & subject.applying:
        return _OWN_CASE
    return _DECIDES if actor.is_officer_of(subject.division) and not subject.is_own else YES


def _involved(actor: Actor, subject: Subject) -> Text | None:
    mine = actor.parties() & subject.applying
    return YES if mine or _has_it_in_its_division(actor, subject) else _INVOLVED


def _attaches(actor: Actor, subject: Subject) -> Text | None:
    return YES if actor.parties() & subject.objectors else _involved(actor, subject)


def _mandates(actor: Actor, subject: Subject) -> Text | None:
    own = actor.parties() & subject.holders
    if not own:
        return _APPLICANT
    return YES if _speaks_for(actor, own, subject) else _LAST_APPROVER


def _leaves(actor: Actor, subject: Subject) -> Text | None:
    return YES if actor.parties() & (subject.applying - subject.holders) else _JOINED


def _approves(actor: Actor, subject: Subject) -> Text | None:
    if not _speaks_for(actor, subject.holders, subject):
        return _OTHER_POST
    return _SPOKEN if actor.number in subject.spoken else YES


def _speaks_for(actor: Actor, bodies: frozenset[str], subject: Subject) -> bool:
    return not subject.posts or any(actor.titles_in(each) & subject.posts for each in bodies)


def _proposed(actor: Actor, subject: Subject) -> Text | None:
    return YES if actor.number == subject.lead else _PROPOSER


def _opens(actor: Actor, subject: Subject) -> Text | None:
    if not actor.number:
        return _SIGN_IN
    own = subject.holders & frozenset(actor.posts)
    if subject.holders and not own and not actor.is_officer_of(subject.division):
        return _UNKNOWN
    return YES


def _holds(actor: Actor, subject: Subject) -> Text | None:
    if not actor.number:
        return _SIGN_IN
    own = subject.holders & actor.parties()
    if not own:
        return _HOLDER
    return YES if own & (actor.verified | {actor.number}) else _VERIFY_FIRST


def _leads(actor: Actor, subject: Subject) -> Text | None:
    if not actor.number:
        return _SIGN_IN
    if subject.lead not in actor.parties():
        return _LEAD
    return YES if subject.lead in actor.verified | {actor.number} else _VERIFY_FIRST


def _deals(actor: Actor, subject: Subject) -> Text | None:
    reason = _holds(actor, subject)
    if reason is not None:
        return reason
    own = subject.holders & (actor.verified | {actor.number})
    return YES if any(each == actor.number or actor.titles_in(each) & _DEALING for each in own) else _DEALER


def _hosts(actor: Actor, subject: Subject) -> Text | None:
    if not actor.number:
        return _SIGN_IN
    if not subject.holders & actor.parties():
        return _UNKNOWN if may(actor, Verb.SEE, subject) else _HOST
    own = subject.holders & actor.verified
    if not own:
        return _VERIFY_FIRST
    return YES if any(actor.titles_in(each) & _HOSTING for each in own) else _HOST


def _is_guest(actor: Actor, subject: Subject) -> Text | None:
    return YES if actor.parties() & subject.parties else _GUEST


def _officer(actor: Actor, subject: Subject) -> Text | None:
    return YES if actor.is_officer_of(subject.division) else _OFFICER


def _gives_posts(actor: Actor, subject: Subject) -> Text | None:
    titles = actor.titles_in(subject.number)
    return YES if titles & _APPROVING or actor.is_officer_of(subject.division) else _LEADER


def _governs(actor: Actor, subject: Subject) -> Text | None:
    return YES if actor.titles_in(subject.number) & _APPROVING else _LEADER


def _itself(actor: Actor, subject: Subject) -> Text | None:
    return YES if actor.number in subject.holders else _officer(actor, subject)


def _has_a_desk(actor: Actor, _: Subject) -> Text | None:
    return YES if actor.divisions else _DESK


def _operator(actor: Actor, _: Subject) -> Text | None:
    return YES if actor.operator else _OPERATOR


_Rule = Callable[[Actor, Subject], Text | None]
_RULES: Mapping[tuple[Verb, Kind], _Rule] = {
    **{(Verb.SEE, kind): _allowed for kind in Kind if kind is not Kind.SERVICE},
    **{(Verb.SEE_CONFIDENTIAL, kind): _inside for kind in (Kind.CASE, Kind.NEED, Kind.ASSET)},
    **{(Verb.OPEN, kind): _opens for kind in (Kind.CASE, Kind.ORGANISATION, Kind.ASSET, Kind.NEED)},
    (Verb.ACT, Kind.CASE): _acts,
    (Verb.OVERSEE, Kind.CASE): _oversees,
    (Verb.OBJECT, Kind.CASE): _objects,
    (Verb.ATTACH, Kind.CASE): _attaches,
    (Verb.MANDATE, Kind.CASE): _mandates,
    (Verb.LEAVE, Kind.CASE): _leaves,
    (Verb.DRAW, Kind.CASE): _oversees,
    (Verb.PROMISE, Kind.CASE): _involved,
    (Verb.ANSWER, Kind.INVITATION): _asked,
    (Verb.APPROVE, Kind.PROPOSAL): _approves,
    (Verb.TAKE_BACK, Kind.PROPOSAL): _proposed,
    (Verb.EDIT, Kind.EXPERT): _itself,
    (Verb.EDIT, Kind.NEED): _holds,
    (Verb.EDIT, Kind.ASSET): _leads,
    (Verb.CONFIRM, Kind.ASSET): _holds,
    (Verb.DEAL, Kind.ASSET): _deals,
    (Verb.PRESERVE, Kind.ASSET): _officer,
    **{(Verb.VERIFY, kind): _officer for kind in (Kind.ORGANISATION, Kind.EXPERT)},
    (Verb.MERGE, Kind.ORGANISATION): _officer,
    (Verb.GOVERN, Kind.ORGANISATION): _governs,
    (Verb.GIVE_POSTS, Kind.ORGANISATION): _gives_posts,
    (Verb.APPOINT_OFFICERS, Kind.ORGANISATION): _officer,
    **{(verb, Kind.FAIR): _hosts for verb in (Verb.OPEN, Verb.EDIT)},
    (Verb.ANSWER, Kind.FAIR): _is_guest,
    (Verb.DESK, Kind.SERVICE): _has_a_desk,
    (Verb.ADMINISTER, Kind.SERVICE): _operator,
}
"""Every pair that is not here is refused."""

_SAID: Mapping[_Rule, Text] = {
    _allowed: Text("凡能看到该记录者", "whoever may know of the record"),
    _asked: Text("被邀请的一方", "whoever was asked"),
    _inside: Text("当事人、持有人，及所在地区的经办人员", "parties, holders, and officers of its division"),
    _acts: Text("当事人，及所在地区的经办人员", "its parties, and officers of its division"),
    _oversees: Text("所在地区的经办人员，本人不是当事人", "officers of its division who are no party of it"),
    _objects: Text(
        "公示期间登录的任何人，当事人除外；由主管部门决定的，该地区经办人员亦除外",
        "whoever signed in, while it is announced, but its parties; nor officers where their office decides",
    ),
    _involved: Text(
        "申请人、共同申请人、代理人，及所在地区的经办人员",
        "applicants, co-applicants, agents, and officers of its division",
    ),
    _attaches: Text(
        "申请人、共同申请人、代理人、已提出异议者，及所在地区的经办人员",
        "applicants, co-applicants, agents, who objected, and officers of its division",
    ),
    _mandates: Text(
        "申请人；本单位设有审批流程的，由最后审批人",
        "the applicant; where its organisation has a chain of approval, whoever approves last",
    ),
    _leaves: Text("共同申请人，代理人", "co-applicants and agents"),
    _approves: Text(
        "轮到其岗位、且未在本流程中办理过的人员", "who holds the post whose turn it is, and had no say before"
    ),
    _proposed: Text("提交人", "whoever proposed it"),
    _governs: Text("本机构的审批人", "its approvers"),
    _itself: Text("本人，及所在地区的经办人员", "itself, and officers of its division"),
    _has_a_desk: Text("经办人员", "officers"),
    _opens: Text(
        "登录者以本人或所任职机构名义；经办人员可为本地区机构代办",
        "whoever signed in, as itself or its organisation; an officer for those of its division",
    ),
    _holds: Text("持有人；机构须已核验", "its holders, an organisation once it is verified"),
    _leads: Text("牵头编辑方；机构须已核验", "its lead editor, an organisation once it is verified"),
    _deals: Text(
        "持有人；机构须已核验，由其审批人或转化机构",
        "its holders; of a verified organisation an approver or the transfer office",
    ),
    _hosts: Text(
        "主办方的经办人员、审批人或转化机构；机构须已核验",
        "of its organiser, once verified, an officer, an approver or the transfer office",
    ),
    _is_guest: Text("受邀方", "its guests"),
    _officer: Text("所在地区的经办人员", "officers of its division"),
    _gives_posts: Text("本机构的审批人，及所在地区的经办人员", "its approvers, and officers of its division"),
    _operator: Text("平台运营人员", "operators of the service"),
}


def rules() -> Mapping[tuple[Verb, Kind], Text]:
    """Return who may do what with what, in words; every pair that is not among them is refused to all."""
    return {pair: _SAID[rule] for pair, rule in _RULES.items()}
