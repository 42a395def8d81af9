"""Who may what: one function that pages, interfaces and tests all ask. What is not allowed is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qixi.core import Text


class Verb(StrEnum):
    """What one can do with a record, beside the acts of a case, which its procedure knows.

    A holder confirms or disputes what its lead editor states, and deals with its share; an officer enters
    what an authority has preserved, and commits to the roster of a draw.
    """

    SEE = "see"
    SEE_CONFIDENTIAL = "see_confidential"
    OPEN = "open"
    ACT = "act"
    EDIT = "edit"
    CONFIRM = "confirm"
    DEAL = "deal"
    PRESERVE = "preserve"
    DRAW = "draw"
    VERIFY = "verify"
    MERGE = "merge"
    GIVE_POSTS = "give_posts"
    ADMINISTER = "administer"


class Kind(StrEnum):
    """What a record is."""

    CASE = "case"
    ORGANISATION = "organisation"
    ASSET = "asset"
    NEED = "need"
    EXPERT = "expert"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: nobody (`number` empty), or a person with posts.

    `posts` are titles by the number of the organisation; `variants` are the numbers of those that were merged
    into one of these, with its number; `verified` are those of both that are verified.
    `divisions` are those for which the person is an officer. `operator` runs the service, and sees no case
    by that.
    """

    number: str = ""
    posts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    verified: frozenset[str] = frozenset()
    divisions: frozenset[str] = frozenset()
    operator: bool = False
    variants: Mapping[str, str] = field(default_factory=dict)

    def parties(self) -> frozenset[str]:
        """Return the numbers under which the person can be a party: its own, its organisations', old ones."""
        return frozenset({self.number, *self.posts, *self.variants}) - {""}

    def titles_in(self, organisation: str) -> frozenset[str]:
        """Return the titles of the person's posts in an organisation, under whichever of its numbers."""
        return self.posts.get(self.variants.get(organisation, organisation), frozenset())

    def is_officer_of(self, division: str) -> bool:
        """Say whether a division is one of the officer's, or lies in one."""
        return any(division.startswith(own) for own in self.divisions)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about: `holders` own it, `parties` have a role in it, it lies in `division`.

    `lead` is the one of its holders that edits it, where only one does.
    """

    kind: Kind
    number: str = ""
    division: str = ""
    holders: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    public: bool = False
    lead: str = ""


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

_APPROVING = frozenset({"leader", "approver"})
_DEALING = _APPROVING | {"transfer"}


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
        or bool(actor.parties() & (subject.holders | subject.parties))
        or actor.is_officer_of(subject.division)
        or (actor.operator and subject.kind is Kind.ORGANISATION)
    )


def _allowed(_: Actor, __: Subject) -> Text | None:
    return YES


def _inside(actor: Actor, subject: Subject) -> Text | None:
    mine = actor.parties() & (subject.holders | subject.parties)
    return YES if mine or actor.is_officer_of(subject.division) else _UNKNOWN


def _acts(actor: Actor, subject: Subject) -> Text | None:
    if not actor.number:
        return _SIGN_IN
    return YES if actor.parties() & subject.parties or actor.is_officer_of(subject.division) else _UNKNOWN


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


def _officer(actor: Actor, subject: Subject) -> Text | None:
    return YES if actor.is_officer_of(subject.division) else _OFFICER


def _gives_posts(actor: Actor, subject: Subject) -> Text | None:
    titles = actor.titles_in(subject.number)
    return YES if titles & _APPROVING or actor.is_officer_of(subject.division) else _LEADER


def _operator(actor: Actor, _: Subject) -> Text | None:
    return YES if actor.operator else _OPERATOR


_Rule = Callable[[Actor, Subject], Text | None]
_RULES: Mapping[tuple[Verb, Kind], _Rule] = {
    **{(Verb.SEE, kind): _allowed for kind in Kind if kind is not Kind.SERVICE},
    **{(Verb.SEE_CONFIDENTIAL, kind): _inside for kind in (Kind.CASE, Kind.NEED, Kind.ASSET)},
    **{(Verb.OPEN, kind): _opens for kind in (Kind.CASE, Kind.ORGANISATION, Kind.ASSET, Kind.NEED)},
    (Verb.ACT, Kind.CASE): _acts,
    (Verb.DRAW, Kind.CASE): _officer,
    (Verb.EDIT, Kind.NEED): _holds,
    (Verb.EDIT, Kind.ASSET): _leads,
    (Verb.CONFIRM, Kind.ASSET): _holds,
    (Verb.DEAL, Kind.ASSET): _deals,
    (Verb.PRESERVE, Kind.ASSET): _officer,
    **{(Verb.VERIFY, kind): _officer for kind in (Kind.ORGANISATION, Kind.EXPERT)},
    (Verb.MERGE, Kind.ORGANISATION): _officer,
    (Verb.GIVE_POSTS, Kind.ORGANISATION): _gives_posts,
    (Verb.ADMINISTER, Kind.SERVICE): _operator,
}
"""Every pair that is not here is refused."""

_SAID: Mapping[_Rule, Text] = {
    _allowed: Text("凡能看到该记录者", "whoever may know of the record"),
    _inside: Text("当事人、持有人，及所在地区的经办人员", "parties, holders, and officers of its division"),
    _acts: Text("当事人，及所在地区的经办人员", "its parties, and officers of its division"),
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
    _officer: Text("所在地区的经办人员", "officers of its division"),
    _gives_posts: Text("本机构的审批人，及所在地区的经办人员", "its approvers, and officers of its division"),
    _operator: Text("平台运营人员", "operators of the service"),
}


def rules() -> Mapping[tuple[Verb, Kind], Text]:
    """Return who may do what with what, in words; every pair that is not among them is refused to all."""
    return {pair: _SAID[rule] for pair, rule in _RULES.items()}
