"""What is asked of `may`: who asks, what it would do, and with which record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Verb(StrEnum):
    """What one can do with a record, beside the acts of a case, which its procedure knows.

    In a case one acts as a party, oversees as an officer, or objects to what it announces; `MANDATE` is to
    say who takes part in it beside the applicant. A holder of an asset confirms or disputes what its lead
    editor states, and deals with its share; an officer enters what an authority has preserved. An
    organisation governs its chains of approval, whose posts approve what is proposed.
    """

    SEE = "see"
    SEE_CONFIDENTIAL = "see_confidential"
    OPEN = "open"
    ACT = "act"
    OVERSEE = "oversee"
    OBJECT = "object"
    ATTACH = "attach"
    MANDATE = "mandate"
    LEAVE = "leave"
    ANSWER = "answer"
    DRAW = "draw"
    PROMISE = "promise"
    APPROVE = "approve"
    TAKE_BACK = "take_back"
    EDIT = "edit"
    CONFIRM = "confirm"
    DEAL = "deal"
    PRESERVE = "preserve"
    VERIFY = "verify"
    MERGE = "merge"
    GOVERN = "govern"
    GIVE_POSTS = "give_posts"
    APPOINT_OFFICERS = "appoint_officers"
    DESK = "desk"
    ADMINISTER = "administer"


class Kind(StrEnum):
    """What a record is. A proposal waits for approval in an organisation; an invitation is into a case.

    A fair is an event at which firms and teams meet: its holder organises it, its parties are its guests.
    """

    CASE = "case"
    PROPOSAL = "proposal"
    INVITATION = "invitation"
    ORGANISATION = "organisation"
    ASSET = "asset"
    NEED = "need"
    EXPERT = "expert"
    FAIR = "fair"
    DIVISION = "division"
    SERVICE = "service"


class Stage(StrEnum):
    """How far a case has come: a draft is nobody's business but its parties', a notice is everybody's."""

    DRAFT = "draft"
    UNDER_WAY = "under_way"
    ANNOUNCED = "announced"


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

    `lead` is the one of its holders that edits it, where only one does; of a proposal, who made it. `posts`
    are those by which a holder speaks, any where there are none; `spoken` are persons who had their say.

    Of a case `holders` are the applicants; of its `parties` `experts` sit on its panel; `objectors` objected
    to it, and are no parties. `begun_by` are the officers who began it for its applicant. `is_own` says that
    the applicant decides itself, and the office looks on.
    """

    kind: Kind
    number: str = ""
    division: str = ""
    holders: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    public: bool = False
    lead: str = ""
    posts: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()
    stage: Stage = Stage.UNDER_WAY
    experts: frozenset[str] = frozenset()
    objectors: frozenset[str] = frozenset()
    begun_by: frozenset[str] = frozenset()
    is_own: bool = False

    @property
    def applying(self) -> frozenset[str]:
        """Those whose case it is: applicants, their agents, and those who apply with them."""
        return self.holders | (self.parties - self.experts)
