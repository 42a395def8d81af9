"""Technologies that are not offered to a need: left out of its matches, with the reason said."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qixi.core import Asset, LegalStatus, Licence, Need, Text
from qixi.match.settings import Withholding
from qixi.match.text import fold

_NOT_NUMBER = re.compile(r"[^0-9a-z]")
_COUNTRY = re.compile(r"^(?:zl|cn)")
_UNDOTTED = re.compile(r"(20[0-9]{10})[0-9x]")


@dataclass(frozen=True, slots=True)
class Withheld:
    """One technology that was not shown for a need, the score it has, and why."""

    asset_id: str
    score: float
    code: str
    reason: Text


def unavailable(asset: Asset, settings: Withholding) -> tuple[str, Text] | None:
    """Say why the technology is offered to nobody, None where it is offered.

    What has lapsed is free to use, so there is nothing to transfer; what another holds alone is not for sale.
    """
    if settings.lapsed and asset.legal_status in {LegalStatus.LAPSED, LegalStatus.INVALID}:
        lapsed = asset.legal_status == LegalStatus.LAPSED
        what = Text("失效专利", "a lapsed patent") if lapsed else Text("无效专利", "an invalid patent")
        return "lapsed", Text(
            f"{what.zh}（可自由实施，不作转让推荐）", f"{what.en}: free to use, not offered for transfer"
        )
    if settings.exclusive and asset.licence in {Licence.EXCLUSIVE, Licence.SOLE}:
        return "exclusive", Text("已独占或排他许可给他人", "it is licensed exclusively or solely to another")
    return None


class Owners:
    """Finds a firm's own technologies in a corpus, by its name or by the numbers of its portfolio."""

    def __init__(self, assets: Sequence[Asset]) -> None:
        self._by_name: dict[str, list[int]] = {}
        self._by_number: dict[str, list[int]] = {}
        for place, asset in enumerate(assets):
            for part in re.split(r"[;；|、\n]", asset.applicant):
                self._by_name.setdefault(party_name(part), []).append(place)
            for number in (asset.application_no, asset.publication_no):
                self._by_number.setdefault(patent_number(number), []).append(place)

    def own(self, need: Need) -> dict[int, Text]:
        """Return place → why the technology there is the firm's own."""
        found: dict[int, Text] = {}
        for patent in need.portfolio:
            number = patent_number(patent.number)
            for place in self._by_number.get(number, ()) if number else ():
                found[place] = Text(
                    "该技术在需求企业自有专利之列", "the technology is among the firm's own patents"
                )
        name = party_name(need.organisation)
        for place in self._by_name.get(name, ()) if name else ():
            found[place] = Text("该技术为需求企业自有", "the technology is the firm's own")
        return found


def party_name(name: str) -> str:
    """Return a firm's or university's name in the form in which two spellings are compared."""
    return re.sub(r"[\s()（）·,.，。]", "", fold(name))


def patent_number(number: str) -> str:
    """Return an application or publication number in the form in which two spellings are compared.

    The check digit of a Chinese application number is dropped, with or without its dot.
    """
    folded = _COUNTRY.sub("", fold(number).strip())
    bare = _NOT_NUMBER.sub("", re.sub(r"\.\s*[0-9x]$", "", folded))
    undotted = _UNDOTTED.fullmatch(bare)
    return undotted[1] if undotted else bare


def folded_families(order: Sequence[int], families: Sequence[str]) -> Mapping[int, int]:
    """Return member → the better ranked member of its family that stands for it, along `order`."""
    first: dict[str, int] = {}
    folded: dict[int, int] = {}
    for i in order:
        family = families[i]
        if not family:
            continue
        if family in first:
            folded[i] = first[family]
        else:
            first[family] = i
    return folded
