"""An index opened for reading: its parts under the seals that the head gives them."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Refused
from qixi.match.index.corpus import Corpus
from qixi.match.index.disk import VAULT, seal_of
from qixi.match.index.head import HEAD, Head, Part
from qixi.match.index.records import FILE as RECORDS
from qixi.match.index.records import Records
from qixi.match.vault import Vault, VaultWriter, ascending, damaged

GONE = "gone.vault"
_TRIES = 20
"""How often a reader looks again where writers overtake it."""


class OpenPart:
    """One part: every vault open, every other file as it was written."""

    def __init__(self, folder: Path, part: Part) -> None:
        self.folder = folder / part.name
        self.part = part
        self.vaults = {
            name: Vault(self.folder / name, seal) for name, seal in part.files.items() if name.endswith(VAULT)
        }
        for name in part.files.keys() - self.vaults.keys():
            _same(self.folder / name, part.files[name])
        self.records = Records(self.vault(RECORDS))
        if len(self.records) != part.records:
            raise damaged(self.folder / RECORDS)

    def vault(self, name: str) -> Vault:
        """Return one of its files; raises Refused where there is none of that name."""
        if name not in self.vaults:
            raise damaged(self.folder / name)
        return self.vaults[name]

    def check(self) -> None:
        """Read every byte and every record; raises Refused."""
        for vault in self.vaults.values():
            vault.check()
        self.records.check()


class Opened:
    """An index: its head, its parts, its technologies. Raises Refused where it is damaged."""

    def __init__(self, folder: Path, head: Head) -> None:
        self.folder = folder
        self.head = head
        self.parts = [OpenPart(folder, part) for part in head.parts]
        self.gone = self._removed()
        self.corpus = Corpus([part.records for part in self.parts], self.gone)
        if self.corpus.technologies != head.technologies:
            raise damaged(folder / HEAD)

    @classmethod
    def latest(cls, folder: Path) -> Self:
        """Open the index as it is now, also where a writer comes between; raises Refused."""
        head = Head.read(folder)
        for _ in range(_TRIES):
            try:
                return cls(folder, head)
            except Refused:
                later = Head.read(folder)
                if later == head:
                    raise
            # The index was replaced while it was being opened, and what it was has gone.
            head = later
        return cls(folder, head)

    @property
    def base(self) -> OpenPart:
        """The part that all statistics come from."""
        return self.parts[0]

    def _removed(self) -> list[NDArray[np.int64]]:
        gone: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64) for _ in self.parts]
        if not self.head.removed_in:
            return gone
        at = [part.part.name for part in self.parts].index(self.head.removed_in)
        vault = self.parts[at].vault(GONE)
        for n, part in enumerate(self.parts):
            if part.part.name in vault.names:
                gone[n] = vault.array(part.part.name, np.int64, ascending(len(part.records))).all()
        return gone

    def check(self) -> None:
        """Read every byte and every record of every part; raises Refused at the first fault."""
        for part in self.parts:
            part.check()
        ids = list(self.corpus.living_ids())
        if len(set(ids)) != len(ids):
            raise damaged(self.folder / HEAD)


def write_gone(gone: Mapping[str, NDArray[np.int64]], folder: Path) -> None:
    """Write which places of which parts are no longer there, ascending int64 each."""
    with VaultWriter(folder / GONE) as writer:
        for name, places in sorted(gone.items()):
            if places.size:
                writer.add(name, places.astype(np.int64))


def _same(path: Path, seal: str) -> None:
    try:
        # A pipe would never end, and a link would lead out of the folder.
        if stat.S_ISREG(path.lstat().st_mode) and seal_of(path) == seal:
            return
    except OSError as fault:
        raise damaged(path) from fault
    raise damaged(path)
