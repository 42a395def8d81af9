"""The papers of a case as an actor may have them: the file, the declared papers, the bundle for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from django.conf import settings

from qixi.casework.queries.cases import View, view
from qixi.core import Problem, Refused, Text
from qixi.core.text import Language
from qixi.papers import as_docx, as_pdf, bundle, fill
from qixi.procedures.papers import fields_of, file_of, paper_of, ready
from qixi.procedures.values import Paper
from qixi.registry.domain.may import Actor
from qixi.registry.queries import names_of

Format = Literal["pdf", "docx"]
_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made: its name, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes

    @classmethod
    def of(cls, name: str, content: bytes) -> Made:
        """Name a file; its ending says what it is."""
        return cls(name, _TYPES[Path(name).suffix], content)


def papers_for(seen: View) -> tuple[Paper, ...]:
    """Return the declared papers that whoever looks at a case may have now."""
    return ready(seen.procedure, seen.case) if seen.is_inside else ()


def file_for(actor: Actor, number: str, today: date, language: Language) -> Made:
    """Return the whole file of a case as PDF, as far as the actor may see it."""
    seen = view(actor, number, today)
    made = file_of(seen.procedure, seen.case, seen.events, seen.due, _names(seen))
    return Made.of(f"{number}.pdf", as_pdf(made, language))


def paper_for(
    actor: Actor, number: str, name: str, today: date, language: Language, form: Format = "pdf"
) -> Made:
    """Return a declared paper, by the operator's template where there is one.

    A template lies in the home folder as papers/PROCEDURE/NAME.docx, .xlsx or .typ; the first two decide the
    format. Raises Refused where there is no such paper, or none yet.
    """
    seen = view(actor, number, today)
    found = [paper for paper in papers_for(seen) if paper.name == name]
    if not found:
        raise Refused(
            Problem(
                "paper",
                Text("本案没有这份文书", "the case has no such paper"),
                Text("请查看案件页面列出的文书", "look at the papers that the case lists"),
            )
        )
    folder, names = settings.HOME / "papers" / seen.procedure.code, _names(seen)
    for own in (folder / f"{name}.docx", folder / f"{name}.xlsx"):
        if own.is_file():
            filled = fill(own, fields_of(seen.procedure, seen.case, seen.events, names))
            return Made.of(f"{number}-{name}{own.suffix}", filled)
    made = paper_of(seen.procedure, seen.case, seen.events, found[0], names)
    if form == "docx":
        return Made.of(f"{number}-{name}.docx", as_docx(made, language))
    own = folder / f"{name}.typ"
    return Made.of(f"{number}-{name}.pdf", as_pdf(made, language, own if own.is_file() else None))


def bundle_for(actor: Actor, number: str, today: date, language: Language) -> Made:
    """Return what the actor may see of a case as one ZIP for programs, with its file as PDF."""
    seen = view(actor, number, today)
    files = {"file.pdf": file_for(actor, number, today, language).content}
    return Made.of(f"{number}.zip", bundle(_plain(seen), files))


def _plain(seen: View) -> Mapping[str, Any]:
    return {
        "number": seen.case.number,
        "procedure": f"{seen.procedure.code}@{seen.procedure.version}",
        "division": seen.case.division,
        "step": seen.case.step,
        "events": [
            {
                "seq": event.seq,
                "verb": event.verb,
                "party": event.party,
                "role": event.role.value,
                "on": event.on.isoformat(),
                "from": event.step,
                "to": event.to,
                "data": dict(event.data),
            }
            for event in seen.events
        ],
        "parties": dict(_names(seen)),
        "evidence": [
            {"name": each.name, "kind": each.kind, "size": each.size, "sha256": each.sha256}
            | {"party": each.party, "on": each.on.isoformat()}
            for each in (seen.row.evidence.all() if seen.is_inside else ())
        ],
    }


def _names(seen: View) -> Mapping[str, str]:
    return names_of(event.party for event in seen.events)
