"""Papers as PDF, by Typst, with a font that lies in the house: the same bytes on any machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import typst

from qixi.core import Problem, Refused, Text
from qixi.core.text import Language
from qixi.papers.document import Document


def as_pdf(document: Document, language: Language, template: Path | None = None) -> bytes:
    """Return a paper as PDF; `template`, a Typst file, replaces the house's own.

    The content reaches the template as data and is never read as Typst. Raises Refused where a template of
    one's own cannot be set.
    """
    with as_file(files("qixi.papers") / "templates") as own:
        return typeset(template or own / "paper.typ", plain(document, language))


def typeset(source: Path, content: Mapping[str, Any]) -> bytes:
    """Return what a Typst file makes of some content, as PDF; raises Refused where it cannot be set."""
    with as_file(files("qixi.papers") / "fonts") as fonts:
        try:
            made = typst.compile(
                str(source),
                root=str(source.parent),
                font_paths=[str(fonts)],
                ignore_system_fonts=True,
                sys_inputs={"paper": json.dumps(content, ensure_ascii=False)},
            )
        except typst.TypstError as fault:
            raise Refused(
                Problem(
                    "template",
                    Text(f"模板无法排版：{fault}", f"the template cannot be set: {fault}"),
                    Text("请修改模板，或移除以使用自带模板", "mend it, or remove it for the house's own"),
                    file=source.name,
                )
            ) from None
    assert isinstance(made, bytes)
    return made


def plain(document: Document, language: Language) -> dict[str, Any]:
    """Return a paper as a template sees it: title, number, foot, language, sections."""

    def said(text: Text) -> str:
        return text.in_language(language)

    return {
        "language": language,
        "title": said(document.title),
        "number": document.number,
        "foot": said(document.foot),
        "sections": [
            {
                "title": said(section.title),
                "entries": [{"title": said(e.title), "value": said(e.value)} for e in section.entries],
                "head": [said(cell) for cell in section.head],
                "rows": [[said(cell) for cell in row] for row in section.rows],
            }
            for section in document.sections
        ],
    }
