"""Name cards as PDF, eight on a page to be cut, each with a QR code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files

from qixi.core import Text
from qixi.core.text import Language
from qixi.papers.pdf import typeset
from qixi.papers.qr import as_svg


@dataclass(frozen=True, slots=True)
class Card:
    """A card: whose it is, what it is there as, and the text of its code."""

    name: str
    role: Text
    code: str


def as_cards(title: str, cards: Iterable[Card], language: Language) -> bytes:
    """Return name cards as PDF."""
    content = {
        "language": language,
        "title": title,
        "cards": [
            {"name": each.name, "role": each.role.in_language(language), "code": as_svg(each.code)}
            for each in cards
        ],
    }
    with as_file(files("qixi.papers") / "templates") as own:
        return typeset(own / "cards.typ", content)
