"""The index of what is on offer: kept up with the registers, and searched by pages, programs and matching.

It lies in the home folder and is made anew from the registers whenever there is none, or none that can be
read. Only the work in the background writes it; each process that reads opens the newest and keeps it until
there is a newer one.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from qixi.core import Need, Refused, Text
from qixi.market.models import Cursor
from qixi.market.queries.records import on_offer, records
from qixi.match.engine import Engine
from qixi.match.explain import Explanation
from qixi.match.facets import Filters
from qixi.match.index import (
    IndexInfo,
    append,
    compact,
    discard,
    index_info,
    is_index,
    map_index,
    open_facets,
    remove,
    write_index,
)
from qixi.match.ranking import Ranking
from qixi.match.search import Found, Search
from qixi.registry.models import Entry

_LOG = logging.getLogger(__name__)
_NAME = "index"
_OVERLAP = 500
"""Entries that are looked at once more: of two that are written at once the later may be seen first."""
_CHUNK = 500
_PARTS = 12
"""Parts of the index from which on they are made into one."""
_GROWN = 1.2
"""Growth of the index over its base from which on its statistics are made anew."""


def folder() -> Path:
    """Return where the index lies."""
    return Path(settings.HOME) / "index"


def lags(today: date) -> bool:
    """Say whether the registers have entries about assets that the index has not taken in."""
    return _newest() > _cursor().entry or (_head() is None and on_offer(today).exists())


def catch_up(today: date) -> int:
    """Take in what has changed of assets since the last time; returns how many were looked at.

    Killed at any moment, it does the rest the next time: the index is changed first, then the cursor.
    """
    cursor, newest = _cursor(), _newest()
    try:
        looked = _follow(cursor.entry, newest, today) if _head() is not None else _make(today)
    except Refused:  # a part of it is damaged
        looked = _make(today)
    cursor.entry = newest
    cursor.save()
    return looked


def search(need: Need, filters: Filters | None = None, top: int = 100, explain: int = 10) -> Answer:
    """Return the best assets on offer for a need, as `qixi.match.Search.find`; nothing where none is.

    An index that turns out to be damaged is done away with: the work in the background makes it anew.
    """
    head = _head()
    if head is None:
        return Answer(Found(Ranking(need.id, (), ()), (), 0, exact=True), (), "")
    try:
        with _LOCK:
            searching, snapshot = _open(head)
            found = searching.find(need, filters, top, explain)
            told = len(found.explanations)
            brief = tuple(searching.in_brief(need, match) for match in found.ranking.matches[told:])
            return Answer(found, brief, snapshot)
    except Refused as fault:
        if _head() == head:  # else it was replaced meanwhile
            _LOG.error("the index is made anew: %s", fault)
            discard(folder())
        return search(need, filters, top, explain)


def newest_snapshot() -> str:
    """Return what the index holds now, in one digest; empty where there is none."""
    head = _head()
    return head.snapshot if head is not None else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search came to, short reasons for those that are not explained, and what the index held."""

    found: Found
    brief: tuple[Text, ...]
    snapshot: str


@dataclass(frozen=True, slots=True)
class Told:
    """What pages say of an explained match: what is met, with quotes, what is known of fits, the form."""

    reasons: tuple[Text, ...]
    suggestion: Text


def told(explained: Explanation) -> Told:
    """Return what pages say of a match; a fit of which nothing is known is left out."""
    match, fits = explained.match, {*explained.business.reasons, *explained.portfolio.reasons}
    known = explained.business.reasons if match.business_known else ()
    known += explained.portfolio.reasons if match.portfolio_known else ()
    said = tuple(each for each in explained.reasons() if each not in fits)
    summed = said if explained.evidence else said[:-1]
    return Told((*summed, *known), explained.suggestion.name)


@dataclass(slots=True)
class _Opened:
    head: IndexInfo
    search: Search


_LOCK = threading.Lock()
"""One search at a time in a process: it uses two cores itself."""
_OPEN: list[_Opened] = []


def _head() -> IndexInfo | None:
    """Return what the index is; None where there is none, or none that this version can read."""
    try:
        return index_info(folder()) if is_index(folder()) else None
    except Refused:
        return None


def _open(head: IndexInfo) -> tuple[Search, str]:
    if not _OPEN or _OPEN[0].head != head:
        mapped = map_index(folder())
        fresh = _Opened(
            mapped.opened.head, Search(mapped.engine, open_facets(mapped.opened), watched=mapped.watched)
        )
        for old in _OPEN:
            old.search.__exit__()
        _OPEN[:] = [fresh]
    return _OPEN[0].search, _OPEN[0].head.snapshot


def _make(today: date) -> int:
    first = records(on_offer(today))
    if first:
        write_index(Engine().fit(first), folder())
    else:
        discard(folder())
    return len(first)


def _follow(entry: int, newest: int, today: date) -> int:
    since = Entry.objects.filter(kind="asset", id__gt=entry - _OVERLAP, id__lte=newest)
    numbers = sorted(set(since.values_list("number", flat=True)))
    for at in range(0, len(numbers), _CHUNK):
        _take_in(numbers[at : at + _CHUNK], today)
    _tidy()
    return len(numbers)


def _tidy() -> None:
    """Make one part of many, and new statistics where the index has grown beyond those it has."""
    head = index_info(folder())
    if len(head.parts) > _PARTS or head.technologies > _GROWN * head.base.records:
        compact(folder())


def _cursor() -> Cursor:
    found, _ = Cursor.objects.get_or_create(name=_NAME)
    return found


def _newest() -> int:
    return Entry.objects.filter(kind="asset").aggregate(newest=Max("id"))["newest"] or 0


def _take_in(numbers: list[str], today: date) -> None:
    there = records(on_offer(today).filter(number__in=numbers))
    if there:
        append(folder(), there)
    gone = set(numbers) - {each.id for each in there}
    if gone:
        known = map_index(folder()).engine.place
        remove(folder(), sorted(number for number in gone if number in known))
