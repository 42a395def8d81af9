"""Industries of GB/T 4754-2017 (国民经济行业分类): sections, divisions, groups and classes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from qixi.core import Text
from qixi.match.taxonomy.table import rows
from qixi.match.text import fold

_CODE = re.compile(r"(?P<letter>[a-t])?(?P<digits>\d{2,4})?$")


@dataclass(frozen=True, slots=True)
class Industry:
    """One entry: code ("C", "27", "271", "2710"), name, level 1-4, and the code above it."""

    code: str
    name: Text
    level: int
    parent: str | None

    def chain(self) -> tuple[Industry, ...]:
        """Return this industry and those above it, nearest first."""
        found, above = [self], self.parent
        while above is not None:
            found.append(industries()[above])
            above = found[-1].parent
        return tuple(found)

    def label(self) -> Text:
        """Return code and name: "2710 化学药品原料药制造"."""
        return Text(f"{self.code} {self.name.zh}", f"{self.code} {self.name.en}")


@cache
def industries() -> dict[str, Industry]:
    """Return every industry by its code, in the standard's order.

    Where there is no English name, that of the nearest industry above stands in.
    """
    found: dict[str, Industry] = {}
    for code, parent, zh, en in rows("taxonomy", "industries.tsv"):
        name = en or found[parent].name.en
        level = 1 if code.isalpha() else len(code)
        found[code] = Industry(code, Text(zh, name), level, parent or None)
    return found


def industry(code: str) -> Industry | None:
    """Return the industry of a code such as "C2710", "2710", "27" or "C"; None if there is none.

    A letter must be the section the number belongs to. A number padded with zeros to four places
    ("2700", "0900") means the level above.
    """
    found = _CODE.fullmatch(fold(code).strip())
    if found is None or not (found["letter"] or found["digits"]):
        return None
    letter, digits = (found["letter"] or "").upper(), found["digits"] or ""
    if not digits:
        return industries().get(letter)
    candidates = (digits, *(digits[:cut] for cut in (3, 2) if not digits[cut:].strip("0")))
    entry = next((industries()[each] for each in candidates if each in industries()), None)
    if entry is None or (letter and entry.chain()[-1].code != letter):
        return None
    return entry
