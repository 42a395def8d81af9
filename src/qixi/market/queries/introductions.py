"""Introductions, and what came of them, as far as somebody may see them: read, never written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from qixi.casework.models import Case
from qixi.casework.queries import procedure_of
from qixi.casework.queries import visible_to as cases_visible_to
from qixi.core import Text
from qixi.market.models import Amount, Introduction
from qixi.procedures import Phase, Step
from qixi.registry.domain.may import Actor
from qixi.registry.models import Contract, Organisation, PublishedNeed
from qixi.registry.queries import organisation_of, within
from qixi.registry.queries.people import as_number

CODE = "introduction"
"""The procedure by which firms and holders are introduced."""
_PUBLIC = frozenset({Organisation.Kind.UNIVERSITY, Organisation.Kind.INSTITUTE, Organisation.Kind.HOSPITAL})
"""Bodies whose prices are decided together and announced (Regulations of Zhejiang, art. 17)."""


@dataclass(frozen=True, slots=True)
class Introduced:
    """An introduction with its case, the step that this stands in, and the amounts of each kind."""

    introduction: Introduction
    case: Case
    step: Step
    amounts: Mapping[str, Decimal]

    @property
    def holder(self) -> str:
        """The party on the other side."""
        return self.introduction.asset.lead


@dataclass(frozen=True, slots=True)
class Total:
    """What the amounts of one kind come to, in how many records."""

    kind: Amount.Kind
    yuan: Decimal
    count: int


def number_of(number: str) -> Introduction | None:
    """Return the introduction of a number, None where there is none."""
    found = Introduction.objects.select_related("need", "asset")
    return found.filter(number=as_number(number)).first()


def introduced_in(case: Case) -> Introduction | None:
    """Return what a case introduces, None for a case of anything else."""
    return number_of(case.subject) if case.code == CODE else None


def may_begin(_: Actor, party: str, number: str, today: date) -> bool:
    """Say whether a case may be begun about an introduction: by the need's firm, and while none is open.

    The row is locked, so that of two who ask at once the second sees the case of the first.
    """
    locked = Introduction.objects.select_for_update().filter(number=as_number(number), need__party=party)
    found = locked.first()
    return found is not None and found.asset.public and open_case_of(found) is None


def open_case_of(introduction: Introduction) -> Case | None:
    """Return the case about an introduction that has not ended, None where there is none."""
    about = Case.objects.filter(code=CODE, subject=str(introduction.number))
    return about.exclude(phase=Phase.CLOSED).first()


def holders(number: str) -> list[str]:
    """Return the party on the other side of an introduction: the lead of its asset."""
    found = number_of(number)
    return [found.asset.lead] if found is not None else []


def known(number: str) -> dict[str, object]:
    """Return what checks may ask: of a public holder, the numbers of contracts at decided prices.

    None says that the holder is no public body, and needs none.
    """
    found = number_of(number)
    holder = organisation_of(found.asset.lead) if found is not None else None
    if found is None or holder is None or holder.kind not in _PUBLIC:
        return {"contracts_priced": None}
    priced = Case.objects.filter(code="price", subject=str(found.asset.number)).values("number")
    decided = Contract.objects.filter(case__in=priced, party=found.asset.lead)
    return {"contracts_priced": frozenset(decided.values_list("number", flat=True))}


def of_need(actor: Actor, need: PublishedNeed) -> dict[int, tuple[Case, Step]]:
    """Return by asset the latest case that introduces the firm of a need, as far as an actor may see it."""
    by_case = dict(Introduction.objects.filter(need=need).exclude(case="").values_list("case", "asset_id"))
    cases = cases_visible_to(actor).filter(number__in=by_case)
    return {by_case[each.number]: (each, procedure_of(each).step(each.step)) for each in cases}


def in_divisions_of(actor: Actor) -> QuerySet[Introduction]:
    """Return the introductions of an officer's divisions that it may see, the latest first."""
    cases = cases_visible_to(actor).filter(within("division", actor.divisions), code=CODE)
    found = Introduction.objects.filter(case__in=cases.values("number"))
    return found.select_related("need", "asset").order_by("-id")


def with_amounts(introductions: Iterable[Introduction]) -> list[Introduced]:
    """Return introductions with their cases and amounts."""
    listed = list(introductions)
    numbers = [each.case for each in listed]
    cases = {each.number: each for each in Case.objects.filter(number__in=numbers)}
    sums: dict[str, dict[str, Decimal]] = {}
    rows: Any = Amount.objects.filter(case__in=numbers).order_by().values_list("case", "kind")
    for case, kind, yuan in rows.annotate(Sum("yuan")):
        sums.setdefault(case, {})[kind] = yuan
    return [
        Introduced(each, row := cases[each.case], procedure_of(row).step(row.step), sums.get(each.case, {}))
        for each in listed
    ]


def amounts_visible_to(actor: Actor) -> QuerySet[Amount]:
    """Return the amounts of the cases that an actor may see: its own, and those of its divisions."""
    return Amount.objects.filter(case__in=cases_visible_to(actor).filter(code=CODE).values("number"))


def amounts_in_divisions_of(
    actor: Actor, kind: str = "", division: str = "", case: str = ""
) -> QuerySet[Amount]:
    """Return the amounts that lie in an officer's divisions; of one kind, division or case if named."""
    found = amounts_visible_to(actor).filter(within("division", actor.divisions))
    named = {"kind": kind, "division": division, "case": case}
    return found.filter(**{name: value for name, value in named.items() if value})


def totals(amounts: QuerySet[Amount]) -> dict[str, list[Total]]:
    """Return what some amounts come to by division, kind by kind: kinds are never added to each other."""
    found: Any = amounts.order_by().values_list("division", "kind").annotate(Sum("yuan"), Count("id"))
    summed: dict[str, dict[str, Any]] = {}
    for division, kind, yuan, count in found:
        summed.setdefault(division, {})[kind] = (yuan, count)
    return {
        division: [Total(kind, *summed[division].get(kind.value, (Decimal(0), 0))) for kind in Amount.Kind]
        for division in sorted(summed)
    }


def in_all(divisions: Mapping[str, list[Total]]) -> list[Total]:
    """Return the totals of all divisions together."""
    return [
        Total(
            kind,
            sum((row[n].yuan for row in divisions.values()), Decimal(0)),
            sum(row[n].count for row in divisions.values()),
        )
        for n, kind in enumerate(Amount.Kind)
    ]


def state_of(step: Step) -> Text:
    """Return how an introduction stands: one that both sides confirmed has landed."""
    return Text("已落地", "In use") if step.name == "fulfilled" else step.title
