"""Vaults: files of arrays and texts, mapped into memory, every byte of them under a checksum."""

from qixi.match.vault.fault import damaged
from qixi.match.vault.reader import Rule, Stored, Vault
from qixi.match.vault.rules import ascending, below, finite, offsets
from qixi.match.vault.strings import SortedStrings, Strings, write_strings
from qixi.match.vault.writer import Pieces, VaultWriter

__all__ = [
    "Pieces",
    "Rule",
    "SortedStrings",
    "Stored",
    "Strings",
    "Vault",
    "VaultWriter",
    "ascending",
    "below",
    "damaged",
    "finite",
    "offsets",
    "write_strings",
]
