"""The papers of a case: those its procedure declares, and the whole of it as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pydantic import BaseModel

from qixi.core import Text
from qixi.papers import Document, Entry, Section
from qixi.procedures.answers import plain, said
from qixi.procedures.clocks import Due
from qixi.procedures.forms import title_of
from qixi.procedures.guide import ROLES, form_of
from qixi.procedures.values import Act, Case, Clock, Event, Paper, Procedure

FOOT = Text("以系统记录为准", "the record in the system prevails")


def ready(procedure: Procedure, case: Case) -> tuple[Paper, ...]:
    """Return the declared papers that a case yields by now."""
    done = {event.verb for event in case.events}
    return tuple(paper for paper in procedure.papers if done & set(paper.after))


def paper_of(
    procedure: Procedure, case: Case, events: Sequence[Event], paper: Paper, names: Mapping[str, str]
) -> Document:
    """Return a declared paper from `events`, those that its reader may see; `names` are those of parties.

    Each act it shows stands with what was last filled in, a corrected form for the one that it corrected.
    """
    sections = []
    for verb, fields in paper.shows:
        event = next((e for e in reversed(events) if e.verb in _same(verb)), None)
        act = _act(procedure, event) if event is not None else None
        if event is None or act is None:
            continue
        form = form_of(procedure.step(event.step), act)
        sections.append(_section(act, form, event, names, fields))
    return Document(paper.title, case.number, tuple(sections), FOOT)


def fields_of(
    procedure: Procedure, case: Case, events: Sequence[Event], names: Mapping[str, str]
) -> dict[str, str]:
    """Return what a template may name: verb.field for what its reader may see, and what the case is."""
    found = {
        "case.number": case.number,
        "case.division": case.division,
        "case.opened": case.opened.isoformat(),
        "procedure.title": procedure.title.zh,
        "applicant": names.get(case.events[0].party, ROLES[case.events[0].role].zh),
    }
    for step in procedure.steps:
        for act in step.acts:
            form, verbs = form_of(step, act), _same(act.verb)
            data = next((dict(e.data) for e in reversed(events) if e.verb in verbs), {})
            for name, field in form.model_fields.items() if form is not None else ():
                found[f"{act.verb}.{name}"] = said(field.annotation, data.get(name)).zh
    return found


def file_of(
    procedure: Procedure,
    case: Case,
    events: Iterable[Event],
    due: Iterable[tuple[Clock, Due]],
    names: Mapping[str, str],
    more: Iterable[Section] = (),
) -> Document:
    """Return the whole file of a case, as far as `events`, those that its reader may see, tell it."""
    step = procedure.step(case.step)
    about = Section(
        Text("案件", "The case"),
        (
            Entry(Text("编号", "Number"), plain(case.number)),
            Entry(Text("程序", "Procedure"), procedure.title),
            Entry(Text("依据", "Law"), Text(*["\n".join(str(law) for law in procedure.law)] * 2)),
            Entry(Text("版本", "Version"), plain(procedure.version)),
            Entry(Text("行政区划", "Division"), plain(case.division)),
            Entry(Text("开始日期", "Begun on"), plain(case.opened.isoformat())),
            Entry(Text("当前环节", "Step"), step.title),
        ),
    )
    clocks = tuple(Entry(clock.title, found.said()) for clock, found in due)
    periods = (Section(Text("期限", "Periods"), clocks),) if clocks else ()
    parts = (about, *periods, *_told(procedure, events, names), *more)
    return Document(Text("案卷", "File of a case"), case.number, parts, FOOT)


def _told(procedure: Procedure, events: Iterable[Event], names: Mapping[str, str]) -> Iterator[Section]:
    for event in events:
        act = _act(procedure, event)
        if act is None:
            title = Text("开始", "Begun")
            yield Section(_numbered(event, title), _heads(event, names))
            continue
        yield _section(act, form_of(procedure.step(event.step), act), event, names, (), numbered=True)


def _section(
    act: Act,
    form: type[BaseModel] | None,
    event: Event,
    names: Mapping[str, str],
    fields: tuple[str, ...],
    *,
    numbered: bool = False,
) -> Section:
    entries = [
        Entry(title_of(name, field), said(field.annotation, event.data.get(name)))
        for name, field in (form.model_fields if form is not None else {}).items()
        if not fields or name in fields
    ]
    title = _numbered(event, act.title) if numbered else act.title
    return Section(title, (*_heads(event, names), *entries))


def _numbered(event: Event, title: Text) -> Text:
    return Text(f"{event.seq + 1}. {title.zh}", f"{event.seq + 1}. {title.en}")


def _heads(event: Event, names: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return when it was and by whom; who gave an opinion blind has no name here."""
    role, name = ROLES[event.role], names.get(event.party, "")
    who = Text(f"{role.zh} {name}".strip(), f"{role.en} {name}".strip())
    return Entry(Text("日期", "Day"), plain(event.on.isoformat())), Entry(Text("办理人", "By"), who)


def _act(procedure: Procedure, event: Event) -> Act | None:
    return procedure.step(event.step).act(event.verb) if event.step else None


def _same(verb: str) -> tuple[str, ...]:
    """Return the verbs whose form is the same: a correction stands for what it corrects."""
    return (verb, "resubmit") if verb in {"submit", "propose"} else (verb,)
