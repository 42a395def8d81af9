"""Technologies that are not offered to a need: left out of its matches, with the reason said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qixi.core import LegalStatus, Licence, Need, Text
from qixi.match.columns import LICENCES, STATUSES, Columns, party_name, patent_number
from qixi.match.settings import Withholding


@dataclass(frozen=True, slots=True)
class Withheld:
    """One technology that was not shown for a need, the score it has, and why."""

    asset_id: str
    score: float
    code: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Bar:
    """Why a technology is offered to nobody: a code for programs and the reason for people."""

    code: str
    reason: Text


_LAPSED = Bar(
    "lapsed",
    Text("失效专利（可自由实施，不作转让推荐）", "a lapsed patent: free to use, not offered for transfer"),
)
_INVALID = Bar(
    "lapsed",
    Text("无效专利（可自由实施，不作转让推荐）", "an invalid patent: free to use, not offered for transfer"),
)
_EXCLUSIVE = Bar(
    "exclusive", Text("已独占或排他许可给他人", "it is licensed exclusively or solely to another")
)
_REMOVED = Bar("removed", Text("已从索引移除或替换", "it was removed from the index, or replaced"))
BARS: tuple[Bar | None, ...] = (None, _LAPSED, _INVALID, _EXCLUSIVE, _REMOVED)
"""What the numbers of `barred` stand for; 0 is offered."""
GONE = BARS.index(_REMOVED)
"""That of technologies an index still stores though they are not there any more: they are named nowhere."""


def barred(columns: Columns, settings: Withholding) -> NDArray[np.uint8]:
    """Return for each technology its place in BARS, shape (n,).

    What has lapsed is free to use, so there is nothing to transfer; what another holds alone is not for sale.
    """
    found = np.zeros(columns.size, dtype=np.uint8)
    if settings.exclusive:
        alone = [LICENCES.index(kind) for kind in (Licence.EXCLUSIVE, Licence.SOLE)]
        found[np.isin(columns.licence, alone)] = BARS.index(_EXCLUSIVE)
    if settings.lapsed:
        found[columns.legal_status == STATUSES.index(LegalStatus.LAPSED)] = BARS.index(_LAPSED)
        found[columns.legal_status == STATUSES.index(LegalStatus.INVALID)] = BARS.index(_INVALID)
    return found


def own(columns: Columns, need: Need) -> dict[int, Text]:
    """Return place → why the technology there is the firm's own, by its name or its portfolio's numbers."""
    found: dict[int, Text] = {}
    for patent in need.portfolio:
        for place in columns.numbers.find(patent_number(patent.number)):
            found[int(place)] = Text(
                "该技术在需求企业自有专利之列", "the technology is among the firm's own patents"
            )
    for place in columns.owners.find(party_name(need.organisation)):
        found[int(place)] = Text("该技术为需求企业自有", "the technology is the firm's own")
    return found


def folded_families(order: Sequence[int], families: Sequence[int] | NDArray[np.int64]) -> Mapping[int, int]:
    """Return member → the better ranked member of its family that stands for it, along `order`."""
    first: dict[int, int] = {}
    folded: dict[int, int] = {}
    for i in order:
        family = int(families[i])
        if not family:
            continue
        if family in first:
            folded[i] = first[family]
        else:
            first[family] = i
    return folded
