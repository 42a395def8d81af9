"""Lists of patents: handed in, looked at, taken in row by row, undone. After a kill it goes on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from qixi.casework.models import Case
from qixi.casework.queries.evidence import content_of
from qixi.casework.services.evidence import keep
from qixi.core import Asset, Problem, Refused, Text
from qixi.market.domain.stock import HEADS, OfferForm, Stage, row_from, row_of
from qixi.market.models import Intake, IntakeRow, Listing
from qixi.market.queries.intakes import fields_for_heads, intake_of
from qixi.procedures import Phase
from qixi.registry.domain.may import Actor, Kind, Subject, Verb
from qixi.registry.models import Organisation
from qixi.registry.queries.people import actor_of, organisation_of, person_of
from qixi.registry.services.entries import permit, refused
from qixi.registry.services.patents import Source, Taken, may_take_in, take_back, take_in
from qixi.tables import Limits, Reading, heads_of, known_heads, read_assets
from qixi.tables.placing import nameable

State, Outcome = Intake.State, IntakeRow.Outcome
CHUNK = 100
"""Rows that are done in one transaction: what a kill costs at most."""
_NUMBERED = "id-borrowed"
"""What readers say of files without a column of ids: patents have their application numbers."""
_LIMITS = Limits(rows=100_000, columns=500, cells=10_000_000, zip_bytes=512 * 2**20)
"""What is read of a list: universities have thousands of patents, and a worker holds this much."""
_SHOWN = 200
"""Problems of the file itself that are kept for showing."""


def hand_in(actor: Actor, party: str, name: str, content: bytes, today: date) -> Intake:
    """Keep a list for one of the actor's organisations, to be read; the file says of what kind it is."""
    body = organisation_of(party)
    own = Subject(Kind.ASSET, division=body.division_id if body else "", holders=frozenset({party}))
    permit(actor, Verb.OPEN, own)
    if body is None or party not in actor.posts:
        raise refused(Text("请选择您任职的机构", "choose an organisation in which you have a post"))
    if len(content) > settings.UPLOAD_MOST:
        most = settings.UPLOAD_MOST >> 20
        raise refused(Text(f"文件大于 {most} MB", f"the file is larger than {most} MB"))
    shown = Path(name).name[:200] or "list"
    nameable(Path(shown))
    return Intake.objects.create(
        party=str(body.number),
        person=actor.number,
        division=body.division,
        name=shown,
        sha256=keep(content),
        size=len(content),
        begun_on=today,
    )


def assign_heads(actor: Actor, number: UUID, heads: Mapping[str, str]) -> Intake:
    """Say which column stands for which field, by the column's head, and have the list read again."""
    fields = set(fields_for_heads())
    if strange := sorted(set(heads.values()) - fields):
        raise refused(Text(f"没有字段“{strange[0][:40]}”", f"there is no field “{strange[0][:40]}”"))
    with transaction.atomic():
        intake = _locked(actor, number, State.LOOKED, State.REFUSED)
        intake.heads = {head[:200]: field for head, field in heads.items()}
        intake.state = State.READING
        intake.save(update_fields=["heads", "state"])
    return intake


def read(intake: Intake) -> None:
    """Read a list that waits to be read: its rows wait to be taken in, what is wrong with others is said."""
    row = Intake.objects.get(pk=intake.pk)
    rows: list[IntakeRow] = []
    try:
        with _content(row) as path:
            try:
                reading = _reading(row, path)
            except Refused as why:
                row.state, row.problems = State.REFUSED, _problems(_named(row, path, why.problems[:_SHOWN]))
                row.unknown = _heads(path)
            else:
                rows, row.state = _rows(row, reading, path), State.LOOKED
                told = [each for each in reading.warnings if each.code != _NUMBERED]
                row.problems = _problems(_named(row, path, told[:_SHOWN]))
                row.unknown = list(reading.unknown_columns)
    except Refused as why:  # the store has lost it
        row.state, row.problems = State.REFUSED, _problems(why.problems)
    with transaction.atomic():  # only now: nobody waits while a file is read
        now = Intake.objects.select_for_update().get(pk=intake.pk)
        if (now.state, now.heads) != (State.READING, row.heads):
            return  # another was faster
        now.rows.all().delete()
        IntakeRow.objects.bulk_create(rows, batch_size=500)
        row.save(update_fields=["state", "problems", "unknown"])


def begin(actor: Actor, number: UUID) -> Intake:
    """Have a list taken in that was looked at."""
    with transaction.atomic():
        intake = _locked(actor, number, State.LOOKED)
        body = organisation_of(intake.party)
        assert body is not None
        may_take_in(Source(actor, body, str(number)))
        intake.state, intake.person = State.TAKING, actor.number
        intake.save(update_fields=["state", "person"])
    return intake


def begin_undoing(actor: Actor, number: UUID) -> Intake:
    """Have what a list did undone, as far as nobody has used it since.

    Raises Refused as long as a case brings it, or has brought it, into the library.
    """
    with transaction.atomic():
        intake = _locked(actor, number, State.TAKEN, State.TAKING)
        if Case.objects.filter(subject=str(number)).exclude(phase=Phase.CLOSED).exists():
            raise refused(
                Text(
                    "清单正在办理入库或已入库，请先撤回或移出转化库",
                    "the list is on its way into the library, or in it: withdraw it or take it out first",
                )
            )
        intake.state, intake.person = State.UNDOING, actor.number
        intake.save(update_fields=["state", "person"])
    return intake


def go_on(intake: Intake, today: date) -> bool:
    """Do the next rows of a list, in one transaction; says whether more are left."""
    with transaction.atomic():
        row = Intake.objects.select_for_update().get(pk=intake.pk)
        if row.state == State.TAKING:
            return _take_some(row, today)
        if row.state == State.UNDOING:
            return _undo_some(row, today)
    return False


def _take_some(intake: Intake, today: date) -> bool:
    source = _source(intake, today)
    rows = list(intake.rows.filter(outcome=Outcome.WAITING).order_by("position")[:CHUNK])
    for row in rows:
        try:
            with transaction.atomic():
                _take(row, source, today)
        except Refused as why:
            row.outcome = Outcome.REFUSED
            row.problems = [*row.problems, *_problems(why.problems, row.line)]
        row.stated = None if row.outcome != Outcome.REFUSED else row.stated
        row.save()
    if not rows:
        intake.state = State.TAKEN
        intake.save(update_fields=["state"])
    return bool(rows)


def _take(row: IntakeRow, source: Source, today: date) -> None:
    stated = row_from(row.stated or {})
    taken = take_in(source, stated.patent, today)
    before = dict(taken.before) if taken.before is not None else None
    listing = Listing.objects.filter(asset=taken.asset).first()
    if listing is None:
        listing = Listing(asset=taken.asset, stage=Stage.BASE, since=today)
        listing.save(force_insert=True)
    changed = _offered(listing, stated.offer)
    if before is not None and changed:
        before["offer"] = changed
    row.asset, row.before = taken.asset, before
    row.outcome = Outcome.NEW if before is None else Outcome.CHANGED if before else Outcome.SAME
    if taken.shared:
        named = "、".join(taken.shared)[:200]
        reason = Text(f"共同申请人：{named}", f"there are other applicants: {named}")
        remedy = Text("请登记各方份额并请其确认", "enter the shares, which the others confirm")
        row.problems = [*row.problems, *_problems([Problem("shared", reason, remedy)], row.line)]


def _offered(listing: Listing, offer: OfferForm) -> dict[str, Any]:
    """Bring up to date what is said of the transfer; returns what stood there. Empty cells change nothing."""
    before = {}
    for name, value in offer.model_dump(mode="json").items():
        if value in ("", None, []) or value == getattr(listing, name):
            continue
        before[name] = {"was": getattr(listing, name), "is": value}
        setattr(listing, name, value)
    listing.save()
    return before


def _undo_some(intake: Intake, today: date) -> bool:
    source = _source(intake, today)
    done = intake.rows.filter(outcome__in=[Outcome.NEW, Outcome.CHANGED], asset__isnull=False)
    rows = list(done.select_related("asset").order_by("-position")[:CHUNK])
    for row in rows:
        try:
            row.outcome = Outcome.UNDONE if _undone(row, source, today) else Outcome.KEPT
        except Refused as why:  # somebody else leads it by now
            row.outcome, row.problems = Outcome.KEPT, [*row.problems, *_problems(why.problems, row.line)]
        if row.outcome == Outcome.UNDONE and row.before is None:
            row.asset = None
        row.save()
    if not rows:
        intake.rows.filter(outcome=Outcome.WAITING).update(outcome=Outcome.UNDONE)
        intake.state = State.UNDONE
        intake.save(update_fields=["state"])
    return bool(rows)


def _undone(row: IntakeRow, source: Source, today: date) -> bool:
    asset = row.asset
    assert asset is not None
    listing = Listing.objects.select_for_update().filter(asset=asset).first()
    if row.before is None:
        moved = listing is not None and listing.stage != Stage.BASE
        if moved or asset.public or Case.objects.filter(subject=str(asset.number)).exists():
            return False
        later = IntakeRow.objects.filter(asset=asset, outcome=Outcome.CHANGED).exclude(pk=row.pk)
        if later.exists():
            return False
    offer = (row.before or {}).get("offer", {})
    if listing is not None and any(getattr(listing, name) != each["is"] for name, each in offer.items()):
        return False
    before = None if row.before is None else {k: v for k, v in row.before.items() if k != "offer"}
    with transaction.atomic():
        if listing is not None and row.before is None:
            listing.delete()
        if not take_back(source, Taken(asset, before), today):
            transaction.set_rollback(True)  # the listing stays as well
            return False
        for name, each in offer.items():
            setattr(listing, name, each["was"])
        if listing is not None and row.before is not None:
            listing.save()
    return True


@contextmanager
def _content(intake: Intake) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / intake.name
        path.write_bytes(content_of(intake.sha256))
        yield path


def _reading(intake: Intake, path: Path) -> Reading[Asset]:
    known: dict[str, list[str]] = {}
    for head, field in intake.heads.items():
        if field in known_heads("supply"):
            known.setdefault(field, []).append(head)
    return read_assets([path], heads=known, limits=_LIMITS)


def _heads(path: Path) -> list[str]:
    """Return the heads of a file whose columns are to be assigned by hand, none where it has none."""
    try:
        return list(heads_of(path, limits=_LIMITS))
    except (Refused, OSError):
        return []  # what is wrong with the file is said already


def _named(intake: Intake, path: Path, problems: Sequence[Problem]) -> list[Problem]:
    """Return problems that call the file by its name alone, not by where it was read."""

    def plain(text: Text) -> Text:
        return Text(text.zh.replace(str(path), intake.name), text.en.replace(str(path), intake.name))

    return [replace(each, file=intake.name, reason=plain(each.reason)) for each in problems]


def _rows(intake: Intake, reading: Reading[Asset], path: Path) -> list[IntakeRow]:
    assigned = {head: field for head, field in intake.heads.items() if field in HEADS}
    rows = []
    for record in reading.records:
        line = reading.places[record.id][1]
        row = IntakeRow(intake=intake, line=line, title=record.title[:300])
        try:
            row.stated = row_of(record, assigned).as_json()
        except Refused as why:
            row.outcome, row.problems = Outcome.REFUSED, _problems(why.problems, line)
        rows.append(row)
    rows += [
        IntakeRow(intake=intake, line=each.row, outcome=Outcome.REFUSED, problems=_problems([each]))
        for each in _named(intake, path, reading.rejects)
    ]
    rows.sort(key=lambda row: row.line or 0)
    for position, row in enumerate(rows):
        row.position = position
    return rows


def _source(intake: Intake, today: date) -> Source:
    """Return who takes a list in or undoes it: the person that began that, with the posts it has now."""
    body = organisation_of(intake.party)
    assert isinstance(body, Organisation)
    return Source(actor_of(person_of(intake.person), today), body, str(intake.number))


def _locked(actor: Actor, number: UUID, *states: Intake.State) -> Intake:
    intake = Intake.objects.select_for_update().get(pk=intake_of(actor, number).pk)
    if intake.state not in states:
        label = Intake.State(intake.state).label.split(" / ")
        raise refused(Text(f"清单{label[0]}，不能这样办理", f"the list is {label[1]}: that is not possible"))
    return intake


def _problems(problems: Sequence[Problem], line: int | None = None) -> list[dict[str, Any]]:
    found = [asdict(each) for each in problems]
    return [each | {"row": each["row"] or line} for each in found]
