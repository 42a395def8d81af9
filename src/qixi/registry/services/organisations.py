"""Writing organisations: entered by their cases, named by others, merged and parted by officers."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from qixi.core import Text
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.models import Division, Organisation
from qixi.registry.queries.people import as_number, division_of
from qixi.registry.services.entries import entered, permit, refused


def enter_organisation(
    name: str,
    credit_code: str,
    kind: str,
    division: str,
    contact: str = "",
    scope: str = "",
    *,
    case: str = "",
) -> Organisation:
    """Enter a verified organisation, or verify the one that has this credit code already.

    A `case` changes none that came in otherwise: it is refused where the code is another's, for whoever was
    accepted second would take over the first.
    """
    with transaction.atomic():
        place = placed(division)
        found, is_new = Organisation.objects.select_for_update().get_or_create(
            credit_code=credit_code,
            defaults={"name": name, "kind": kind, "division": place, "entered_by": case},
        )
        if not is_new and case and found.entered_by != case:
            raise refused(Text("该统一社会信用代码已登记", "this credit code is registered already"))
        if not is_new:
            found.name, found.kind, found.division = name, kind, place
        found.contact, found.scope = contact, scope
        found.standing = Organisation.Standing.VERIFIED
        found.save()
        return found


def name_organisation(actor: Actor, name: str, kind: str, division: str, today: date) -> Organisation:
    """Enter an organisation that is only known by name, so that it can be a party; it stays unverified.

    An officer merges it with the verified one of which it is a variant. Returns the one there is where that
    very name was given before in that division.
    """
    with transaction.atomic():
        permit(actor, Verb.OPEN, Subject(Kind.ORGANISATION))
        place = placed(division)
        if kind not in Organisation.Kind.values or not name.strip():
            raise refused(Text("机构名称或类型不正确", "the name or kind of the organisation is wrong"))
        found, is_new = Organisation.objects.get_or_create(
            name=name.strip()[:200],
            division=place,
            credit_code=None,
            standing=Organisation.Standing.UNVERIFIED,
            merged_into=None,
            defaults={"kind": kind},
        )
        if is_new:
            entered("organisation", found.number, "name", actor.number, today, name=found.name)
        return found


def set_standing(organisation: Organisation, standing: Organisation.Standing) -> None:
    """Verify an organisation or suspend it."""
    with transaction.atomic():
        held = Organisation.objects.select_for_update().get(pk=organisation.pk)
        held.standing = standing
        held.save(update_fields=["standing"])


def merge(actor: Actor, variant: str, into: str, reason: str, today: date) -> None:
    """Say that an organisation is another one under a variant of its name; nothing of it is lost.

    An officer of both does it, with a reason. Raises Refused where this would go round in a circle, or where
    the two have credit codes of their own.
    """
    with transaction.atomic():
        _hold_in_order(variant, into)
        held, whole = _locked(actor, variant), _locked(actor, into)
        if not reason.strip():
            raise refused(Text("请写明合并理由", "say why they are the same"))
        if held.merged_into is not None:
            raise refused(Text("该机构已被合并", "it is merged already"))
        if held.credit_code and whole.credit_code:
            raise refused(Text("两个机构的信用代码不同", "the two have different credit codes"))
        target: Organisation | None = whole
        while target is not None:
            if target.pk == held.pk:
                raise refused(Text("不能并入自身", "an organisation cannot be merged into itself"))
            target = target.merged_into
        held.merged_into = whole
        held.save(update_fields=["merged_into"])
        entered(
            "organisation", held.number, "merge", actor.number, today, into=str(whole.number), reason=reason
        )


def part(actor: Actor, variant: str, reason: str, today: date) -> None:
    """Undo a merge: the organisation stands for itself again."""
    with transaction.atomic():
        held = _locked(actor, variant)
        if held.merged_into is None:
            raise refused(Text("该机构未被合并", "it is not merged"))
        if not reason.strip():
            raise refused(Text("请写明撤销合并的理由", "say why they are not the same"))
        before = str(held.merged_into.number)
        held.merged_into = None
        held.save(update_fields=["merged_into"])
        entered("organisation", held.number, "part", actor.number, today, out_of=before, reason=reason)


def placed(division: str) -> Division:
    """Return the division of a code; raises Refused where there is none."""
    found = division_of(division)
    if found is None:
        raise refused(Text(f"没有行政区划 {division}", f"there is no division {division}"))
    return found


def _hold_in_order(*numbers: str) -> None:
    """Lock organisations in the order of their keys, so that two never wait in a ring."""
    named = Organisation.objects.filter(number__in=[as_number(each) for each in numbers])
    list(named.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _locked(actor: Actor, number: str) -> Organisation:
    """Return an organisation, locked, that an officer may merge; else what is said of one there is not."""
    found = Organisation.objects.select_for_update(of=("self",)).filter(number=as_number(number)).first()
    subject = Subject(Kind.ORGANISATION)
    if found is not None:
        subject = Subject(Kind.ORGANISATION, str(found.number), found.division_id)
    permit(actor, Verb.MERGE, subject)
    if found is None:
        raise refused(Text("没有这个机构", "there is no such organisation"))
    return found
