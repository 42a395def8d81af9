"""What is asked before a case begins: as whom, in which division, and about what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from qixi.casework.models import Case
from qixi.casework.queries import mine
from qixi.casework.queries.subjects import kind_of
from qixi.core import Text
from qixi.procedures import Procedure
from qixi.registry.domain.may import Actor
from qixi.registry.queries import divisions_in, names_of, organisation_of, organisation_under

_SELF = Text("本人", "myself")


@dataclass(frozen=True, slots=True)
class Beginning:
    """As whom and where a case is to begin, what can be chosen, and what is wrong with what was."""

    actor: Actor
    party: str
    division: str
    code: str
    parties: tuple[tuple[str, Text], ...]
    divisions: tuple[tuple[str, str], ...]
    faults: tuple[Text, ...]
    subjects: tuple[tuple[str, str], ...] = ()
    subject: str = ""
    needs_subject: bool = False

    @classmethod
    def asked(cls, actor: Actor, procedure: Procedure, typed: QueryDict | None, today: date) -> Beginning:
        """Return what was chosen, or what is offered where nothing was yet."""
        names = names_of(actor.posts)
        parties = ((actor.number, _SELF), *((each, Text(name, name)) for each, name in names.items()))
        divisions = tuple((each.code, each.name) for each in divisions_in(""))
        chosen = typed.get("party", "") if typed is not None else next(reversed(dict(parties)))
        code = typed.get("code", "").strip() if typed is not None else ""
        division = typed.get("division", "") if typed is not None else ""
        faults = []
        if code and actor.divisions:
            found = organisation_under(code)
            chosen = str(found.number) if found is not None else ""
            if found is None:
                faults.append(Text("没有登记该信用代码的机构", "No organisation has that credit code"))
        elif chosen not in dict(parties):
            faults.append(Text("请选择以谁的名义办理", "Choose as whom to begin"))
        division = division or _home(actor, chosen)
        if typed is not None and division not in dict(divisions):
            faults.append(Text("请选择办理地区", "Choose a division"))
        subject = typed.get("subject", "") if typed is not None else ""
        kept = kind_of(procedure.subject)
        subjects = tuple(kept.choices(actor, today)) if kept.choices is not None else ()
        needed = kept.is_needed
        return cls(
            actor, chosen, division, code, parties, divisions, tuple(faults), subjects, subject, needed
        )

    def draft(self, procedure: Procedure) -> Case | None:
        """Return a draft of the same that was begun and never written in."""
        drafts = mine(self.actor).filter(
            code=procedure.code,
            version=procedure.version,
            division=self.division,
            subject=self.subject,
            length=1,
        )
        return drafts.filter(holdings__party=self.party, holdings__role="applicant").first()


def _home(actor: Actor, party: str) -> str:
    """Return the division of an organisation, or that of the reader's offices."""
    organisation = organisation_of(party) if party in actor.posts else None
    if organisation is not None:
        return organisation.division_id
    return min(actor.divisions, default="")
