"""What procedures and cases are made of. All are frozen values; the kernel alone gives them meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from qixi.core import Law, Text
from qixi.core.calendar import Calendar
from qixi.policy import Parameter, Rules

LONGEST_CODE = 64
"""Characters in the code of a procedure, at most."""

LONGEST_NUMBER = LONGEST_CODE + 16
"""Characters in the number of a case: the year, the code, and how many there were, as 2026-need-000001."""

STAY = ""
"""Where an act leads that leaves the case in its step."""


class Phase(StrEnum):
    """What every case can be in, whatever its procedure calls the step."""

    DRAFT = "draft"
    INTAKE = "intake"
    REVIEW = "review"
    NOTICE = "notice"
    IN_FORCE = "in_force"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case stands in the end."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    FULFILLED = "fulfilled"


class Role(StrEnum):
    """What a party is in a case. `TIME` is nobody: a clock that has run out."""

    APPLICANT = "applicant"
    AGENT = "agent"
    PARTNER = "partner"
    OFFICER = "officer"
    EXPERT = "expert"
    OBJECTOR = "objector"
    TIME = "time"


class Competence(StrEnum):
    """Who decides what the procedure is about; OWN is the applicant itself, with an office that looks on."""

    DECIDED = "decided"
    FORWARDED = "forwarded"
    RECORDED = "recorded"
    OWN = "own"


class Kind(StrEnum):
    """What an act can cause outside its case; the list is closed."""

    CERTIFY = "certify"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    ENCUMBER = "encumber"
    UNENCUMBER = "unencumber"
    POST = "post"
    OPEN_CASE = "open_case"
    GRADE = "grade"
    NOTIFY = "notify"


@dataclass(frozen=True, slots=True)
class Standing:
    """A party in one of its roles. An agent's `mandate` are the verbs it may perform; None means all."""

    party: str
    role: Role
    mandate: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: number `seq` of the case, by whom, on which day, from one step to another.

    `data` is what was filled in, as JSON: it is kept per act, so that a later act hides nothing.
    """

    seq: int
    verb: str
    party: str
    role: Role
    on: date
    step: str
    to: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a procedure: its events in order, and the step that they left it in."""

    number: str
    code: str
    version: int
    division: str
    step: str
    events: tuple[Event, ...] = ()

    @property
    def opened(self) -> date:
        """The day on which it was begun; the rules of that day apply."""
        return self.events[0].on

    def said(self, *verbs: str) -> Mapping[str, Any] | None:
        """Return what was last filled in by an act of one of `verbs`, None where there was none."""
        return next((event.data for event in reversed(self.events) if event.verb in verbs), None)

    def since_entry(self) -> tuple[Event, ...]:
        """Return the events since the case last came into its step, without the one that led there."""
        entry = max((i for i, e in enumerate(self.events) if e.to == self.step != e.step), default=0)
        return self.events[entry + 1 :]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a decision rests on beside the case: the day, the calendar, the rules, what the registers know.

    `known` is a snapshot, by name, of what a check may ask of a register.
    """

    today: date
    calendar: Calendar
    rules: Rules
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a check or an effect sees. `form` is what was filled in, None while nobody has filled it in."""

    case: Case
    standing: Standing
    form: BaseModel | None
    setting: Setting

    def rule(self, key: str) -> Parameter:
        """Return a parameter in force on the day on which the case was begun."""
        return self.setting.rules[key]


Check = Callable[[Facts], Text | None]
"""Returns nothing, or the reason why not. It must bear a form that is not filled in yet."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Something an act causes; `what` gives its content as JSON. The room that can perform it does so once.

    `record_only` says that none performs it: it stands in the record, and that is all.
    """

    kind: Kind
    what: Callable[[Facts], Mapping[str, Any]]
    record_only: bool = False


@dataclass(frozen=True, slots=True)
class Consequence:
    """An effect of one event, with its content."""

    kind: Kind
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """Something a party can do in a step. `to` is the step it leads to, STAY where it does not move.

    `serves` marks the delivery of a paper, from which clocks may run; `extends` names a clock of the step
    that it lengthens, once. An agent does what the applicant does, as far as its mandate goes, but nothing
    that is done `in_person`. In a step that has an act of the agent's own it does that one instead, as where
    it asks the applicant to confirm what it has filled in.
    """

    verb: str
    title: Text
    by: tuple[Role, ...]
    to: str = STAY
    form: type[BaseModel] | None = None
    checks: tuple[Check, ...] = ()
    effects: tuple[Effect, ...] = ()
    serves: bool = False
    extends: str | None = None
    in_person: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """A period of a step, its length a parameter. When it is over, time performs the act `then`, if any.

    `waits` is who has to do something; `on_service` says that it runs from the delivery of a paper and not
    from the day the case came into the step; `extension` is the parameter by which it may be lengthened.
    """

    name: str
    title: Text
    days: str
    waits: Role
    then: str | None = None
    on_service: bool = False
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """Experts who give their opinions side by side: at least as many as the parameter `seats`.

    `blind` hides who they are from all but officers; nobody sees an opinion before all are in.
    """

    form: type[BaseModel]
    seats: str
    blind: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """Where a case can stand. In one that `pauses`, the clocks of the step it came from stand still."""

    name: str
    phase: Phase
    title: Text
    acts: tuple[Act, ...] = ()
    clocks: tuple[Clock, ...] = ()
    panel: Panel | None = None
    pauses: bool = False
    outcome: Outcome | None = None

    def act(self, verb: str) -> Act | None:
        """Return the act of that verb, None where the step has none."""
        return next((act for act in self.acts if act.verb == verb), None)

    def is_for_agents(self, act: Act) -> bool:
        """Say whether an agent may perform an act of this step, given the mandate."""
        if act.in_person:
            return False
        if Role.AGENT in act.by:
            return True
        has_own = any(Role.AGENT in each.by and Role.APPLICANT not in each.by for each in self.acts)
        return Role.APPLICANT in act.by and not has_own

    def clock(self, name: str) -> Clock | None:
        """Return the clock of that name."""
        return next((clock for clock in self.clocks if clock.name == name), None)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that a case yields once one of the acts `after` was done.

    `shows` are acts, each with the fields that stand in the paper; no fields means all of the act's form.
    """

    name: str
    title: Text
    after: tuple[str, ...]
    shows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure as its regulation has it: a case is about a `subject`, and begins in the first step.

    Applicants that are not verified may only draft, but for the acts that are `open_to_unverified`.
    """

    code: str
    version: int
    title: Text
    law: tuple[Law, ...]
    subject: str
    steps: tuple[Step, ...]
    valid_from: date
    competence: Competence = Competence.DECIDED
    authority: Text | None = None
    papers: tuple[Paper, ...] = ()
    open_to_unverified: frozenset[str] = frozenset()

    def step(self, name: str) -> Step:
        """Return a step; raises KeyError for one that the procedure does not have."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)
