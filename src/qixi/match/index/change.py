"""Changing an index: technologies that are new, changed or removed go into a small part of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset, Problem, Refused, Text
from qixi.match.engine import Engine
from qixi.match.index.columns import write_columns
from qixi.match.index.facets import write_facets
from qixi.match.index.fits import grow_fits
from qixi.match.index.head import Head, Part
from qixi.match.index.kinds import keepers
from qixi.match.index.opened import Opened, write_gone
from qixi.match.index.places import begun, changing, delta_name, seals
from qixi.match.index.records import write_records
from qixi.match.index.writing import settle
from qixi.match.lock import PATIENCE
from qixi.match.models import ModelSuite
from qixi.match.settings import Settings

FOLDED = 128
"""Technologies up to which small changes are folded into the next one, so that few parts are to be opened.

So many are weighed again in well under a second."""


@dataclass(frozen=True, slots=True)
class Change:
    """What came of a change: how many technologies are new, replaced, unchanged, removed."""

    head: Head
    new: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0


def append(
    folder: Path,
    assets: Sequence[Asset],
    settings: Settings | None = None,
    suite: ModelSuite | None = None,
    patience: float = PATIENCE,
) -> Change:
    """Add technologies to the index in `folder`; one whose id is there takes the place of the other.

    They are weighed by the statistics of the base, until the next compaction. Raises Refused as
    `write_index`, and where the index is damaged, or was built with another crosswalk, guessing or
    embedding model than those of `settings` and `suite`; ValueError where two have the same id.
    """
    fresh = {asset.id: asset for asset in assets}
    if len(fresh) != len(assets):
        msg = "ids of technologies must differ"
        raise ValueError(msg)
    with changing(folder, patience) as (head, draft):
        opened = Opened(folder, head)
        places = {id_: opened.corpus.find(id_) for id_ in fresh}
        same = [id_ for id_, at in places.items() if at is not None and opened.corpus[at] == fresh[id_]]
        for id_ in same:
            del fresh[id_], places[id_]
        old = [at for at in places.values() if at is not None]
        new = len(fresh) - len(old)
        if not fresh:
            return Change(opened.head, unchanged=len(same))
        return Change(
            _Delta(opened, Engine(settings, suite)).written(draft, fresh, old), new, len(old), len(same)
        )


def remove(
    folder: Path,
    ids: Collection[str],
    patience: float = PATIENCE,
    rows: Mapping[str, tuple[str, int]] | None = None,
) -> Change:
    """Take technologies out of the index in `folder`; raises Refused where one of them is not there.

    `rows` gives the file and row in which ids stand, for what is said of them.
    """
    with changing(folder, patience) as (head, draft):
        opened = Opened(folder, head)
        places = {id_: opened.corpus.find(id_) for id_ in sorted(set(ids))}
        unknown = [id_ for id_, at in places.items() if at is None]
        if unknown:
            found = rows or {}
            raise Refused(*(_unknown(id_, *found.get(id_, (str(folder), None))) for id_ in unknown[:20]))
        if not places:
            return Change(opened.head)
        old = [at for at in places.values() if at is not None]
        return Change(_Delta(opened, None).written(draft, {}, old), removed=len(old))


class _Delta:
    """A change of an open index that is about to be written, under its lock."""

    def __init__(self, opened: Opened, engine: Engine | None) -> None:
        self._opened = opened
        self._engine = engine
        self._gone = {
            part.name: set(gone.tolist()) for part, gone in zip(opened.head.parts, opened.gone, strict=True)
        }

    def written(self, draft: Path, fresh: Mapping[str, Asset], old: Sequence[int]) -> Head:
        """Write what is new and what is no longer there, and put the new head in place."""
        opened, head = self._opened, self._opened.head
        for at in old:
            part, place = opened.corpus.at(at)
            self._gone[head.parts[part].name].add(place)
        kept, records = self._folded(fresh)
        technologies = head.technologies - len(old) + len(fresh)
        before = frozenset(part.name for part in head.parts)
        gone = {name: _places(places) for name, places in self._gone.items() if places}
        if not records and not gone:
            changed = replace(head, technologies=technologies, parts=kept, removed_in="")
            return settle(opened.folder, draft, changed, before)
        folder = begun(draft)
        assets = [records[id_] for id_ in sorted(records)]
        write_records(assets, folder)
        write_columns(assets, folder)
        write_facets(assets, folder)
        if assets and self._engine is not None:
            parts = opened.parts[: len(kept)]
            grow_fits(self._engine, parts, assets, folder)
            for keeper in keepers(opened.folder, head.scorers, self._engine.suite):
                keeper.grow(parts, assets, folder)
        write_gone(gone, folder)
        delta = Part(delta_name(opened.folder), len(assets), seals(folder))
        changed = replace(
            head,
            technologies=technologies,
            parts=(*kept, delta),
            removed_in=delta.name if gone else "",
        )
        return settle(opened.folder, draft, changed, before)

    def _folded(self, fresh: Mapping[str, Asset]) -> tuple[tuple[Part, ...], dict[str, Asset]]:
        """Return the parts that stay, and what goes into the new one: small last parts are folded in.

        A part is folded into what is at least as large, so each technology is written again a few
        times at most.
        """
        parts, records = list(self._opened.head.parts), dict(fresh)
        while len(parts) > 1 and parts[-1].records <= len(records):
            last = parts[-1]
            if last.records + len(records) > FOLDED and last.records:
                break
            gone = self._gone.pop(last.name)
            stored = self._opened.parts[len(parts) - 1].records
            records |= {asset.id: asset for at, asset in enumerate(stored) if at not in gone}
            parts.pop()
        return tuple(parts), records


def _places(places: Collection[int]) -> NDArray[np.int64]:
    return np.array(sorted(places), dtype=np.int64)


def _unknown(id_: str, file: str, row: int | None) -> Problem:
    return Problem(
        "id-unknown",
        Text(
            f"索引中没有技术“{id_}”，未作任何改动", f'the index has no technology "{id_}"; nothing was done'
        ),
        Text("请核对编号", "check the id"),
        file=file,
        row=row,
    )
