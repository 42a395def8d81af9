"""The id of a row: its own column, or else the one that can stand in for it."""

from __future__ import annotations

from qixi.core import Text
from qixi.tables.cells import Cells, Unfit, scalar
from qixi.tables.faults import kind_word


def identity(cells: Cells, borrowed: tuple[str, ...]) -> str:
    """Return the row's id, blanks at the ends taken off.

    Without an id column the first of the `borrowed` fields that is filled in serves, else the
    running number behind the file's name; the file's warnings say so. Raises Unfit where the id
    is missing, no text or whole number, or too long.
    """
    if cells.has("id"):
        return stated(cells, "id")
    for field in borrowed:
        found = cells.first(field)
        if found is not None:
            cells.source.warn_once("id-borrowed", found[0])
            return stated(cells, field, several=True)
    if cells.has("serial"):
        number = stated(cells, "serial")
        cells.source.warn_once("id-borrowed", (cells.first("serial") or ("", None))[0])
        return f"{cells.source.stem}-{number}"
    raise Unfit("id-missing", None)


def stated(cells: Cells, field: str, *, several: bool = False) -> str:
    """Return the id that stands in `field`, the first where it may hold `several`.

    Raises Unfit where there is none or it cannot be one.
    """
    found = cells.first(field)
    if found is None:
        raise Unfit("id-missing", cells.head_of(field))
    head, value = found
    if several and isinstance(value, list) and len(value) > 0:
        value = value[0]
    whole = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not (isinstance(value, str | int) or whole):
        word: Text = kind_word(value)
        raise Unfit("id-wrong-type", head, found_zh=word.zh, found_en=word.en)
    text = cells.clean(scalar(value) or "", head, cells.source.limits.id_length).strip()
    if not text:
        raise Unfit("id-missing", head)
    return text
