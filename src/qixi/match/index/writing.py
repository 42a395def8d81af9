"""Writing an index whole: a fitted engine becomes the base, and all that was there before gives way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qixi.core import Refused
from qixi.match.engine import Engine
from qixi.match.index.columns import write_columns
from qixi.match.index.facets import write_facets
from qixi.match.index.fits import write_fits
from qixi.match.index.head import Head, Part
from qixi.match.index.keepers import Keeper
from qixi.match.index.kinds import keepers
from qixi.match.index.places import base_name, begun, clear, place, seals, writing
from qixi.match.index.records import write_records
from qixi.match.lock import PATIENCE
from qixi.match.scorers import Scorer
from qixi.tables import asset_row
from qixi.tables.reading import snapshot


def write_index(engine: Engine, folder: Path, patience: float = PATIENCE) -> Head:
    """Write `engine` to `folder`, replacing an index that is there.

    Writers of one folder take turns. The parts of the index before stay until the next time, for
    those who are opening it. Raises Refused where anything else is there, a text cannot be written
    as UTF-8, or another process has been writing for `patience` seconds.
    """
    with writing(folder, patience) as draft:
        scorers = engine.need_fit.scorers
        kept = keepers(folder, [scorer.name for scorer in scorers], engine.suite)
        return replaced(folder, draft, engine, list(zip(kept, scorers, strict=True)))


def replaced(folder: Path, draft: Path, engine: Engine, scorers: Sequence[tuple[Keeper, Scorer]]) -> Head:
    """Put a base of what the engine was fitted on in the place of an index; only under the lock."""
    before, assets = named(folder), engine.assets
    part = begun(draft)
    write_records(assets, part)
    write_columns(assets, part)
    write_facets(assets, part)
    write_fits(engine.business, engine.portfolio, part)
    for keeper, scorer in scorers:
        keeper.write(scorer, part)
    files = seals(part)
    base = Part(base_name(files), len(assets), files, snapshot(map(asset_row, assets)))
    return settle(
        folder, draft, Head(len(assets), tuple(scorer.name for _, scorer in scorers), (base,)), before
    )


def settle(folder: Path, draft: Path, head: Head, before: frozenset[str]) -> Head:
    """Put the new part of `head`, its last, and then the head in place; spare the parts of `before`.

    What stands under the head's name is whole at any moment: it is replaced in one step, after all
    that it names is on the disk and before what older heads named goes.
    """
    part = draft / "part"
    if part.is_dir():
        place(part, folder, head.parts[-1].name)
    head.put(folder, draft)
    clear(folder, before | {each.name for each in head.parts})
    return head


def index_info(folder: Path) -> Head:
    """Read what an index holds; raises Refused where it is none, or of another version."""
    return Head.read(folder)


def named(folder: Path) -> frozenset[str]:
    """Return the parts that the head in `folder` names; none where there is no head that can be read."""
    try:
        return frozenset(part.name for part in Head.read(folder).parts)
    except Refused:
        return frozenset()
