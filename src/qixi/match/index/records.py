"""The technologies of one part, each read from the file as it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import overload

from qixi.core import Asset
from qixi.match.holding import asset_line, read_line
from qixi.match.vault import SortedStrings, Strings, Vault, VaultWriter, damaged, write_strings

FILE = "records.vault"
_KEPT = 1024


def write_records(assets: Iterable[Asset], folder: Path) -> int:
    """Write technologies in the order of their ids into `folder`, and return how many.

    Raises UnicodeError on half a character, ValueError on ids that do not ascend.
    """
    ids: list[str] = []

    def lines() -> Iterator[str]:
        for asset in assets:
            if ids and asset.id <= ids[-1]:
                msg = f"ids must ascend: {asset.id!r} follows {ids[-1]!r}"
                raise ValueError(msg)
            ids.append(asset.id)
            yield asset_line(asset)

    with VaultWriter(folder / FILE) as writer:
        write_strings(writer, "lines", lines())
        write_strings(writer, "ids", ids)
    return len(ids)


class Records(Sequence[Asset]):
    """What `write_records` wrote; a record is read, and its bytes are checked, as it is asked for."""

    def __init__(self, vault: Vault) -> None:
        self._path = vault.path
        self._lines = Strings(vault, "lines")
        self.ids = SortedStrings(vault, "ids")
        if len(self._lines) != len(self.ids):
            raise damaged(vault.path)
        self._read = lru_cache(maxsize=_KEPT)(self._one)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Asset: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Asset, ...]: ...

    def __getitem__(self, place: int | slice) -> Asset | tuple[Asset, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        return self._read(place)

    def __iter__(self) -> Iterator[Asset]:
        for id_, line in zip(self.ids, self._lines, strict=True):
            yield self._asset(id_, line)

    def _one(self, place: int) -> Asset:
        return self._asset(self.ids[place], self._lines[place])

    def _asset(self, id_: str, line: str) -> Asset:
        try:
            asset = read_line(line)
        except ValueError as fault:
            raise damaged(self._path) from fault
        if asset.id != id_:
            raise damaged(self._path)
        return asset

    def check(self) -> None:
        """Read every record; raises Refused where one is none, or ids do not ascend."""
        self.ids.check()
        for _ in self:
            pass
