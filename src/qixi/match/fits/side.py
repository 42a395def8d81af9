"""What a need says of its firm's business, found in the order the record says it most plainly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from qixi.core import Need, Text
from qixi.match.fits.fit import IpcGuesser
from qixi.match.fits.symbols import Shares, guessed, keys_of
from qixi.match.taxonomy import Industry, industry, industry_by_name

# Manufacturing holds 31 of the 97 divisions and nearly all of the IPC: it tells nothing apart.
_TOO_BROAD = frozenset({"C"})


@dataclass(frozen=True, slots=True)
class NeedSide:
    """The firm's industry, or else IPC subclasses with shares; neither where nothing is known.

    `stated` is false where the subclasses are guessed from a text. `origin` names for people what
    it was read from. Needs with equal sides score alike.
    """

    origin: Text
    industry: Industry | None = None
    shares: Shares = ()
    stated: bool = True

    @property
    def known(self) -> bool:
        """Return whether the need says anything of the firm's business."""
        return self.industry is not None or bool(self.shares)


def need_side(need: Need, guesser: IpcGuesser | None) -> NeedSide:
    """Return the business side of `need`: industry code, industry name, business text, IPC, guess."""
    coded = industry(need.industry) if need.industry else None
    if _telling(coded):
        return NeedSide(Text("企业行业", "the firm's industry"), coded)
    for value, zh, en in (
        (need.industry_text or need.industry, "企业行业", "the firm's industry"),
        (need.business, "企业主营业务所属行业", "the industry of the firm's business"),
    ):
        named = industry_by_name(value)
        if _telling(named):
            said = value if len(value) <= 30 else f"{value[:29]}…"
            return NeedSide(Text(f"{zh}（据“{said}”）", f'{en} (read from "{said}")'), named)
    keys = keys_of(need.ipc)
    if keys:
        return NeedSide(Text("需求的 IPC", "the need's IPC"), shares=tuple((key, 1.0) for key in keys))
    shares = guessed(guesser, need.business)
    origin = Text("由主营业务文本推断的 IPC", "the IPC inferred from the firm's business")
    return NeedSide(origin, shares=shares, stated=False) if shares else NeedSide(Text("", ""))


def _telling(found: Industry | None) -> TypeGuard[Industry]:
    """Return whether an industry was found that tells technologies apart."""
    return found is not None and found.code not in _TOO_BROAD
