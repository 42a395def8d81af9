"""Papers of a matchmaking event for its organiser: the brochure, name cards with codes to check in by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal
from uuid import UUID

from qixi.casework.queries.papers import Made
from qixi.core import Text
from qixi.core.text import Language
from qixi.market.domain.fairs import Answer, Role
from qixi.market.models import Fair, Guest
from qixi.market.queries.fairs import hosted_by, meetings_of, technologies, times_of
from qixi.papers import Card, Document, Entry, Section, as_cards, as_docx, as_pdf
from qixi.procedures.answers import answers, plain
from qixi.procedures.catalogue import newest
from qixi.procedures.guide import first_form
from qixi.registry.domain.may import Actor
from qixi.registry.models import PublishedNeed
from qixi.registry.queries.people import names_of

Format = Literal["pdf", "docx"]


def brochure_for(actor: Actor, number: UUID, language: Language, form: Format) -> Made:
    """Return the brochure of an event: its needs with what is public of them, its teams, the timetable."""
    fair = hosted_by(actor, number)
    guests = list(fair.guests.exclude(answer=Answer.DECLINED))
    needs = list(fair.needs.order_by("id"))
    offers = technologies(actor, needs)
    named = {fair.party, *(each.party for each in guests), *(each.party for each in needs)}
    names = names_of(named)
    told = {each.lead: [x.title for x in offers if x.lead == each.lead] for each in offers}
    made = Document(
        Text(fair.title, fair.title),
        f"{fair.day}",
        (
            _about(fair, names),
            *(_need(each, names) for each in needs),
            _teams(guests, names, told),
            _timetable(fair, names),
        ),
        Text("对接会手册", "Brochure"),
    )
    name = f"fair-{fair.day}.{form}"
    return Made.of(name, as_docx(made, language) if form == "docx" else as_pdf(made, language))


def cards_for(actor: Actor, number: UUID, address: Callable[[Guest], str], language: Language) -> Made:
    """Return a name card for each guest that has not declined; its code is the address to check it in."""
    fair = hosted_by(actor, number)
    guests = list(fair.guests.exclude(answer=Answer.DECLINED))
    names = names_of(each.party for each in guests)
    cards = [Card(names.get(each.party, ""), Role(each.role).text, address(each)) for each in guests]
    return Made.of(f"cards-{fair.day}.pdf", as_cards(fair.title, cards, language))


def _about(fair: Fair, names: Mapping[str, str]) -> Section:
    first = times_of(fair)[0][0]
    return Section(
        Text("活动安排", "The event"),
        (
            Entry(Text("时间", "When"), plain(f"{fair.day} {first:%H:%M}")),
            Entry(Text("地点", "Where"), plain(fair.place)),
            Entry(Text("主办单位", "Organiser"), plain(names.get(fair.party, ""))),
        ),
    )


def _need(need: PublishedNeed, names: Mapping[str, str]) -> Section:
    form = first_form(newest("need"))
    assert form is not None
    kept: dict[str, Any] = {
        name: getattr(need, name, None) for name in form.model_fields if name not in {"title", "confidential"}
    }
    said = [
        Entry(each.title, Text(*("\n".join(lines) for lines in _both(each.lines))))
        for each in answers(form, kept)
    ]
    firm = Entry(Text("需求单位", "Firm"), plain(names.get(need.party, "")))
    return Section(Text(f"需求：{need.title}", f"Need: {need.title}"), (firm, *said))


def _both(lines: tuple[Text, ...]) -> tuple[list[str], list[str]]:
    return [each.zh for each in lines], [each.en for each in lines]


def _teams(guests: list[Guest], names: Mapping[str, str], told: Mapping[str, list[str]]) -> Section:
    rows = tuple(
        (plain(names.get(each.party, "")), plain("\n".join(told.get(each.party, ())) or "—"))
        for each in guests
        if each.role == Role.TEAM
    )
    return Section(
        Text("技术团队", "Teams"),
        (),
        (Text("单位", "Team"), Text("可转化技术", "Technologies on offer")),
        rows,
    )


def _timetable(fair: Fair, names: Mapping[str, str]) -> Section:
    times = times_of(fair)
    rows = tuple(
        (
            plain(f"{times[each.slot][0]:%H:%M}–{times[each.slot][1]:%H:%M}"),
            plain(each.table),
            plain(names.get(each.firm.party, "")),
            plain(names.get(each.team.party, "")),
        )
        for each in meetings_of(fair).filter(fixed=True)
    )
    head = (Text("时间", "Time"), Text("桌号", "Table"), Text("企业", "Firm"), Text("技术团队", "Team"))
    return Section(Text("一对一时间表", "One-to-one timetable"), (), head, rows)
