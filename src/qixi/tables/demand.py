"""From a row to a Need."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping

from qixi.core import Need, OwnPatent, Text
from qixi.tables.cells import Cells, Unfit, scalar
from qixi.tables.heads import Vocabulary
from qixi.tables.identity import identity
from qixi.tables.symbols import industry_code, ipc_symbols

_PATENT_MARKS = re.compile(r"[;；|\n\r]+")
_SUPPLY = Vocabulary("supply")


def need_of(cells: Cells) -> Need:
    """Return the row's Need; raises Unfit where the row cannot be taken."""
    record_id = identity(cells, ())
    industry = cells.text("industry")
    need = Need(
        id=record_id,
        title=cells.text("title"),
        content=cells.text("content"),
        industry=industry_code(industry),
        industry_text=industry,
        ipc=cells.symbols(),
        organisation=cells.text("organisation"),
        business=cells.text("business"),
        region=cells.text("region"),
        budget=cells.money("budget"),
        deadline=cells.date("deadline", until=True),
        portfolio=portfolio(cells),
        extra=cells.extra(),
    )
    if not any(value.strip() for _, _, value in need.texts()):
        raise Unfit("text-missing", None)
    return need


def portfolio(cells: Cells) -> tuple[OwnPatent, ...]:
    """Return the firm's own patents: titles of a cell, or a list of titles and objects."""
    found = cells.first("portfolio")
    if found is None:
        return ()
    head, value = found
    entries = _entries(value)
    if entries is None:
        cells.wrong_type(head, value, Text("文字或列表", "text or a list"))
        return ()
    patents = (_patent(entry, head, cells) for entry in entries)
    return tuple(patent for patent in patents if patent is not None)


def _entries(value: object) -> list[object] | None:
    if isinstance(value, str) and value.lstrip().startswith("["):
        with contextlib.suppress(ValueError, RecursionError):  # a title may begin with a bracket
            value = json.loads(value)
    if isinstance(value, str):
        return [part.strip() for part in _PATENT_MARKS.split(value) if part.strip()]
    return value if isinstance(value, list) else None


def _patent(entry: object, head: str, cells: Cells) -> OwnPatent | None:
    if isinstance(entry, str):
        return OwnPatent(title=cells.clean(entry, head)) if entry.strip() else None
    if isinstance(entry, Mapping):
        return _from_object(entry, head, cells)
    cells.wrong_type(head, entry, Text("专利名称或对象", "a title or an object"))
    return None


def _from_object(entry: Mapping[object, object], head: str, cells: Cells) -> OwnPatent | None:
    """Read title, abstract, IPC symbols and number under any head that supply files use."""
    values: dict[str, str] = {}
    for name, value in entry.items():
        field = "publication_no" if name == "number" else _SUPPLY.field_of(str(name))
        text = "; ".join(map(str, value)) if isinstance(value, list) else scalar(value)
        if field is not None and text:
            values.setdefault(field, cells.clean(text, head))
    patent = OwnPatent(
        title=values.get("title", ""),
        abstract=values.get("abstract", ""),
        ipc=ipc_symbols(values.get("ipc", ""))[0],
        number=values.get("publication_no") or values.get("application_no", ""),
    )
    return patent if patent != OwnPatent() else None
