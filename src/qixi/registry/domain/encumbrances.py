"""Which rights in an asset bar which others: licences, pledges, what an authority preserves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from qixi.core import Text
from qixi.procedures.forms import Choice


class Burden(Choice):
    """What can lie on an asset.

    Licence kinds: Supreme Court interpretation on technology contracts art. 25; Patent Law art. 50.
    """

    EXCLUSIVE = "exclusive", "独占许可", "Exclusive licence"
    SOLE = "sole", "排他许可", "Sole licence"
    ORDINARY = "ordinary", "普通许可", "Ordinary licence"
    OPEN = "open", "开放许可", "Open licence"
    PLEDGE = "pledge", "质押", "Pledge"
    CUSTODY = "custody", "保全（查封、冻结）", "Preservation by an authority"


LICENCES = frozenset({Burden.EXCLUSIVE, Burden.SOLE, Burden.ORDINARY, Burden.OPEN})
EXCLUSIVE = frozenset({Burden.EXCLUSIVE, Burden.SOLE})
ALONE = frozenset({Burden.ORDINARY})
"""What one of several holders may give without the others (Patent Law art. 14)."""
_BARRED: Mapping[Burden, frozenset[Burden]] = {
    Burden.EXCLUSIVE: LICENCES | {Burden.CUSTODY},
    Burden.SOLE: LICENCES | {Burden.CUSTODY},
    Burden.ORDINARY: EXCLUSIVE | {Burden.CUSTODY},
    # Implementing Rules art. 86: no open licence under an exclusive or sole one, nor while suspended.
    Burden.OPEN: EXCLUSIVE | {Burden.CUSTODY, Burden.OPEN},
    Burden.PLEDGE: frozenset({Burden.PLEDGE, Burden.CUSTODY}),
    Burden.CUSTODY: frozenset(),
}
"""What may not lie on an asset at the same time, and in the same place, when the key is to be entered."""


@dataclass(frozen=True, slots=True)
class Burdened:
    """A right in an asset, its days counted in; `until` None is without end, `territory` empty everywhere."""

    kind: Burden
    since: date
    until: date | None
    territory: str = ""

    def meets(self, other: Burdened) -> bool:
        """Say whether the two are in force on one day in one place."""
        in_time = (self.until is None or other.since <= self.until) and (
            other.until is None or self.since <= other.until
        )
        a, b = self.territory, other.territory
        return in_time and (a.startswith(b) or b.startswith(a))


def barred(new: Burdened, held: Iterable[Burdened], *, consent: bool = False) -> tuple[Text, ...]:
    """Return the reasons why a right cannot be entered beside those held.

    While an asset is pledged it is licensed only with the pledgee's `consent` (Civil Code art. 444).
    """
    reasons = []
    for each in held:
        needs_consent = each.kind is Burden.PLEDGE and new.kind in LICENCES and not consent
        if not (each.kind in _BARRED[new.kind] or needs_consent) or not new.meets(each):
            continue
        name, end = each.kind.text, each.until
        zh = f"{each.since} 起有{name.zh}" + (f"，至 {end}" if end else "")
        en = f"there is {_article(name.en.lower())} from {each.since}" + (f" until {end}" if end else "")
        if needs_consent:
            zh, en = f"{zh}，须经质权人同意", f"{en}: its pledgee must consent"
        reasons.append(Text(zh, en))
    return tuple(reasons)


def _article(name: str) -> str:
    return f"an {name}" if name[0] in "aeio" else f"a {name}"
