"""From a row to an Asset."""

from __future__ import annotations

from qixi.core import Asset, LegalStatus, Licence
from qixi.tables.cells import Cells, Unfit, split_claims, split_names, split_words
from qixi.tables.identity import identity
from qixi.tables.words import LEGAL_STATUS, LICENCE

_BORROWED = ("publication_no", "application_no")


def asset_of(cells: Cells) -> Asset:
    """Return the row's Asset; raises Unfit where the row cannot be taken."""
    record_id = identity(cells, _BORROWED)
    stage, stated = cells.text("maturity"), cells.text("trl")
    asset = Asset(
        id=record_id,
        title=cells.text("title"),
        abstract=cells.text("abstract"),
        claims=cells.items("claims", split_claims),
        keywords=cells.all_items("keywords", split_words),
        ipc=cells.symbols(),
        applicant=cells.text("applicant"),
        applicant_kind=cells.text("applicant_kind"),
        inventors=cells.items("inventors", split_names),
        application_no=cells.text("application_no"),
        publication_no=_number(cells),
        filing_date=cells.date("filing_date"),
        legal_status=LegalStatus(cells.word("legal_status", LEGAL_STATUS, LegalStatus.UNKNOWN)),
        licence=Licence(cells.word("licence", LICENCE, Licence.UNKNOWN)),
        family=cells.text("family"),
        region=cells.text("region"),
        maturity=cells.level(),
        maturity_text=stage or stated,
        price=cells.money("price"),
        extra=cells.extra(),
    )
    if not any(value.strip() for _, _, value in asset.texts()):
        raise Unfit("text-missing", None)
    return asset


def _number(cells: Cells) -> str:
    """Return the publication number, the first where a list of them stands."""
    numbers = cells.items("publication_no", split_words)
    return numbers[0] if numbers else ""
