"""The privacy notice, as it is shown to people: in both languages, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from qixi.core import Text


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the notice under its heading."""

    title: Text
    paragraphs: tuple[Text, ...]


@cache
def privacy_notice() -> tuple[Section, ...]:
    """Return the notice that is shipped, `registry/data/privacy.yaml`."""
    rows = yaml.safe_load((files("qixi.registry") / "data" / "privacy.yaml").read_text("utf-8"))
    return tuple(
        Section(Text(**row["title"]), tuple(Text(**paragraph) for paragraph in row["paragraphs"]))
        for row in rows
    )
