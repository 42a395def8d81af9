"""Writing draws: begun, numbers promised, the roster committed to, numbers revealed, held by itself.

Nobody is shown a number before all are there, and the draw is held in the moment in which the last comes in:
who withholds its number does so blindly. The house always promises one too.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from qixi.casework import models
from qixi.casework.queries import case_of, procedure_of, row_of, setting_of, subject_of
from qixi.casework.queries.draws import (
    HOUSE,
    entry_of,
    held_for,
    promising,
    roster_for,
    sitting,
    under_way,
    why_not_drawn,
)
from qixi.casework.services.rows import locked_open, refused
from qixi.core import Refused, Text
from qixi.procedures import Role, Setting
from qixi.procedures.draw import LEAST_NUMBER, draw, promise
from qixi.procedures.drawn import plain, roster_from
from qixi.registry.domain.may import Actor, Verb
from qixi.registry.services import tell
from qixi.registry.services.entries import permit

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(rf"([0-9a-f]{{2}}){{{LEAST_NUMBER},64}}")


def begin_draw(actor: Actor, number: str, today: date) -> models.Draw:
    """Begin a draw of the panel of a case's step; an officer does so. The house promises its number at once.

    A draw that was held stands: who stands aside is replaced by the next in the order that was drawn.
    """
    with transaction.atomic():
        row = _as_officer(actor, number)
        case = case_of(row)
        if procedure_of(row).step(case.step).panel is None:
            raise refused(Text("本环节没有评审组", "there is no panel in this step"))
        if under_way(row) is not None:
            raise refused(Text("已有抽取正在进行", "a draw is under way already"))
        held = held_for(row, case)
        if held is not None and sitting(held):
            raise refused(
                Text("本环节已经抽取，结果有效", "the panel of this step was drawn, and that stands"),
                Text("请按抽取结果确定专家", "appoint those who were drawn"),
            )
        begun = models.Draw.objects.create(
            case=row,
            entry=entry_of(case),
            begun_by=actor.number,
            begun_on=today,
            promises_until=_end_of("draw.promises", setting_of(case, today)),
        )
        _keep_for(begun, HOUSE, "", today)
        _ask(begun, _applicants(row), "promise", Text("请承诺随机数。", "Promise a number for it."))
        return begun


def promise_number(actor: Actor, number: str, today: date, digest: str = "") -> models.Promise:
    """Promise a number for the draw under way, by its digest; without one the house draws and keeps a number.

    See `qixi.procedures.draw.promise` for the digest. Who withheld a number once has it kept by the house.
    """
    with transaction.atomic():
        row_of(actor, number)
        row = locked_open(number)
        party = _party(actor, row)
        found = _going_on(row)
        if found.commitment:
            raise refused(Text("名单已经确定，不能再承诺", "the roster is fixed, it is too late to promise"))
        if found.promises.filter(party=party).exists():
            raise refused(Text("您已作出承诺", "you have promised a number already"))
        if not digest:
            return _keep_for(found, party, actor.number, today)
        if _DIGEST.fullmatch(digest) is None:
            raise refused(
                Text("承诺值不是 SHA-256 摘要", "the promise is no SHA-256 digest"),
                Text("请提交 64 位小写十六进制摘要", "send 64 hexadecimal places in small letters"),
            )
        withheld = models.Promise.objects.filter(
            draw__case=row, draw__ended_on__isnull=False, party=party, value="", kept=""
        )
        if withheld.exclude(draw__commitment="").exists():
            raise refused(
                Text("您曾未按期公布承诺值", "you withheld a number before"),
                Text("请由平台代为保管", "have the house keep it"),
            )
        return models.Promise.objects.create(
            draw=found, party=party, person=actor.number, digest=digest, on=today
        )


def commit_roster(actor: Actor, number: str, today: date, field: str = "") -> models.Draw:
    """Fix who can be drawn, once and for all: every expert enrolled who knows the field; an officer does so.

    Applicants have promised their numbers by then, or had the time to. Raises Refused, naming the rules that
    stand in the way, where no panel is possible.
    """
    with transaction.atomic():
        row = _as_officer(actor, number)
        found = _going_on(row)
        if found.commitment:
            raise refused(Text("名单已经确定，不能更改", "the roster is fixed and cannot be changed"))
        waiting = _applicants(row) - set(found.promises.values_list("party", flat=True))
        if waiting and today <= found.promises_until:
            raise refused(
                Text("申请人尚未作出承诺", "the applicant has not promised a number yet"),
                Text(f"{found.promises_until} 之后可以继续", f"go on after {found.promises_until}"),
            )
        case = case_of(row)
        panel = procedure_of(row).step(case.step).panel
        if panel is None or found.entry != entry_of(case):
            raise refused(
                Text("案件已离开该环节", "the case has left the step"), Text("请终止本次抽取", "give it up")
            )
        roster = roster_for(row, case, panel, field, today)
        blocked = why_not_drawn(roster, case, field, today)
        if blocked:
            raise Refused(*blocked)
        found.roster, found.commitment = plain(roster), roster.commitment()
        found.committed_by, found.committed_on = actor.number, today
        found.numbers_until = _end_of("draw.numbers", setting_of(case, today))
        found.save()
        for each in found.promises.exclude(kept=""):
            _reveal(each, each.kept, today)
        waiting = set(found.promises.filter(value="").values_list("party", flat=True))
        _ask(found, waiting, "reveal", Text("请公布您承诺的随机数。", "Reveal the number that you promised."))
        _hold_when_all_are_in(found, today)
        return found


def reveal_number(actor: Actor, number: str, value: str, today: date) -> models.Draw:
    """Reveal the number that one promised, in hex; the last number lets the draw be held."""
    with transaction.atomic():
        row_of(actor, number)
        row = locked_open(number)
        party = _party(actor, row)
        found = _going_on(row)
        if not found.commitment:
            raise refused(Text("名单尚未确定，请勿公布", "the roster is not fixed yet: keep your number"))
        mine = found.promises.filter(party=party, value="").first()
        if mine is None:
            raise refused(Text("您没有待公布的承诺值", "there is no number that you have to reveal"))
        fits = _NUMBER.fullmatch(value) is not None and promise(party, bytes.fromhex(value)) == mine.digest
        if not fits:
            raise refused(
                Text("与承诺不符", "this is not the number that was promised"),
                Text("请核对十六进制原值", "check it, in hexadecimal places"),
            )
        _reveal(mine, value, today)
        _hold_when_all_are_in(found, today)
        return found


def end_draw(actor: Actor, number: str, reason: str, today: date) -> models.Draw:
    """Give up a draw, as an officer, with a reason: before the roster is fixed, or when numbers are late."""
    with transaction.atomic():
        row = _as_officer(actor, number)
        found = _going_on(row)
        if not reason.strip():
            raise refused(Text("请说明理由", "say why"))
        if found.numbers_until is not None and today <= found.numbers_until and _is_in_step(row, found):
            raise refused(
                Text("公布期限未到", "there is still time to reveal the numbers"),
                Text(
                    f"{found.numbers_until} 之后可以终止", f"it can be given up after {found.numbers_until}"
                ),
            )
        found.ended_by, found.ended_on, found.reason = actor.number, today, reason.strip()
        found.save(update_fields=["ended_by", "ended_on", "reason"])
        return found


def _is_in_step(row: models.Case, found: models.Draw) -> bool:
    """Say whether a case is still in the step for which a draw was begun."""
    return entry_of(case_of(row)) == found.entry


def _hold_when_all_are_in(found: models.Draw, today: date) -> None:
    promises = list(found.promises.order_by("id"))
    if not all(each.value for each in promises):
        return
    drawn = draw(
        roster_from(found.roster),
        {each.party: each.digest for each in promises},
        {each.party: bytes.fromhex(each.value) for each in promises},
    )
    found.record = {
        "commitment": drawn.commitment,
        "promises": dict(drawn.promises),
        "numbers": dict(drawn.numbers),
        "panel": list(drawn.panel),
    }
    found.held_on = today
    found.save(update_fields=["record", "held_on"])


def _ask(found: models.Draw, parties: Iterable[str], key: str, words: Text) -> None:
    """Tell parties that a draw waits for them."""
    number = found.case.number
    said = Text(f"抽取评审专家（{number}）：{words.zh}", f"The draw of a panel ({number}): {words.en}")
    for party in sorted(parties):
        tell(party, said, number, f"{found.number}.{key}:{party}")


def _reveal(promised: models.Promise, value: str, today: date) -> None:
    promised.value, promised.revealed_on = value, today
    promised.save(update_fields=["value", "revealed_on"])


def _keep_for(found: models.Draw, party: str, person: str, today: date) -> models.Promise:
    value = secrets.token_bytes(32)
    return models.Promise.objects.create(
        draw=found, party=party, person=person, digest=promise(party, value), on=today, kept=value.hex()
    )


def _as_officer(actor: Actor, number: str) -> models.Case:
    row = row_of(actor, number)
    permit(actor, Verb.DRAW, subject_of(row))
    return locked_open(number)


def _party(actor: Actor, row: models.Case) -> str:
    permit(actor, Verb.PROMISE, subject_of(row))
    return promising(actor, row)


def _applicants(row: models.Case) -> set[str]:
    held = row.holdings.filter(role__in=(Role.APPLICANT, Role.PARTNER), ended_on__isnull=True)
    return set(held.values_list("party", flat=True))


def _going_on(row: models.Case) -> models.Draw:
    found = under_way(row)
    if found is None:
        raise refused(Text("没有正在进行的抽取", "no draw is under way"))
    return found


def _end_of(key: str, setting: Setting) -> date:
    days, unit = setting.rules[key].days
    return setting.calendar.after(setting.today, days, unit)
