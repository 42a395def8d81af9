"""What ranking must know of the technologies of one part, on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qixi.core import Asset
from qixi.match.columns import Columns
from qixi.match.vault import Vault, VaultWriter, damaged

FILE = "columns.vault"


def write_columns(assets: Sequence[Asset], folder: Path) -> None:
    """Write the columns of technologies, in the order given, into the folder of a part."""
    with VaultWriter(folder / FILE) as writer:
        for name, array in Columns.of(assets).arrays().items():
            writer.add(name, array)


def read_columns(vault: Vault, size: int) -> Columns:
    """Read what `write_columns` wrote for `size` technologies; raises Refused where it is damaged."""
    known = Columns.of(()).arrays()
    try:
        columns = Columns.of_arrays(
            {name: vault.whole(name, array.dtype.type) for name, array in known.items()}
        )
    except ValueError as fault:
        raise damaged(vault.path) from fault
    if columns.size != size:
        raise damaged(vault.path)
    return columns
