"""What ranking must know of every technology without reading its record, as arrays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

import numpy as np
from numpy.typing import NDArray

from qixi.core import Asset, LegalStatus, Licence
from qixi.match.text import fold

STATUSES = tuple(LegalStatus)
LICENCES = tuple(Licence)
"""Codes of the columns are places in these."""

_NOT_NUMBER = re.compile(r"[^0-9a-z]")
_COUNTRY = re.compile(r"^(?:zl|cn)")
_UNDOTTED = re.compile(r"(20[0-9]{10})[0-9x]")
_BETWEEN_NAMES = re.compile(r"[;；|、\n]")


@dataclass(frozen=True, slots=True)
class Postbox:
    """Names and where they stand: `digest` int64 ascending, `place` int64, both (entries,).

    Names are known by 63 bits of a BLAKE2b digest: among a million of them, two meet with a chance of
    less than one in ten million.
    """

    digest: NDArray[np.int64]
    place: NDArray[np.int64]

    @classmethod
    def of(cls, names: Iterable[tuple[str, int]]) -> Self:
        """Gather (name, place) pairs; empty names are left out."""
        entries = sorted((digest(name), place) for name, place in names if name)
        table = np.array(entries, dtype=np.int64).reshape(-1, 2)
        return cls(np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1]))

    def followed_by(self, later: Self, first: int) -> Self:
        """Return the entries of both, the places of `later` counted on from `first`."""
        at = self.digest.searchsorted(later.digest, side="right")
        return type(self)(
            np.insert(self.digest, at, later.digest), np.insert(self.place, at, later.place + first)
        )

    def find(self, name: str) -> NDArray[np.int64]:
        """Return the places of `name`, ascending; none for an empty name."""
        if not name:
            return self.place[:0]
        wanted = digest(name)
        first, last = self.digest.searchsorted(wanted), self.digest.searchsorted(wanted, side="right")
        return self.place[first:last]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of n technologies in the order of their ids.

    `legal_status` and `licence` are uint8 codes, `family` int64 digests (0 where there is none), each of
    shape (n,); `owners` knows technologies by their applicants, `numbers` by application and publication
    number.
    """

    legal_status: NDArray[np.uint8]
    licence: NDArray[np.uint8]
    family: NDArray[np.int64]
    owners: Postbox
    numbers: Postbox

    @classmethod
    def of(cls, assets: Sequence[Asset]) -> Self:
        """Gather the columns of `assets`."""
        return cls(
            np.array([STATUSES.index(asset.legal_status) for asset in assets], dtype=np.uint8),
            np.array([LICENCES.index(asset.licence) for asset in assets], dtype=np.uint8),
            np.array([digest(asset.family) for asset in assets], dtype=np.int64),
            Postbox.of((name, i) for i, asset in enumerate(assets) for name in owner_names(asset)),
            Postbox.of((number, i) for i, asset in enumerate(assets) for number in own_numbers(asset)),
        )

    def followed_by(self, later: Self) -> Self:
        """Return the columns of these technologies and then of `later`."""
        return type(self)(
            np.concatenate([self.legal_status, later.legal_status]),
            np.concatenate([self.licence, later.licence]),
            np.concatenate([self.family, later.family]),
            self.owners.followed_by(later.owners, self.size),
            self.numbers.followed_by(later.numbers, self.size),
        )

    @property
    def size(self) -> int:
        """Number of technologies."""
        return int(self.family.size)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return the columns by name, as `of_arrays` takes them."""
        return {
            "legal_status": self.legal_status,
            "licence": self.licence,
            "family": self.family,
            "owner_digest": self.owners.digest,
            "owner_place": self.owners.place,
            "number_digest": self.numbers.digest,
            "number_place": self.numbers.place,
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """Take what `arrays` gave; raises KeyError, ValueError where it does not fit together."""
        status, licence = (np.asarray(arrays[name], dtype=np.uint8) for name in ("legal_status", "licence"))
        family = np.asarray(arrays["family"], dtype=np.int64)
        boxes = [
            Postbox(
                np.asarray(arrays[f"{name}_digest"], dtype=np.int64),
                np.asarray(arrays[f"{name}_place"], dtype=np.int64),
            )
            for name in ("owner", "number")
        ]
        fits = (
            status.shape == licence.shape == family.shape == (family.size,)
            and bool(np.all(status < len(STATUSES)))
            and bool(np.all(licence < len(LICENCES)))
            and all(_sound(box, family.size) for box in boxes)
        )
        if not fits:
            msg = "the columns do not fit together"
            raise ValueError(msg)
        return cls(status, licence, family, *boxes)


def _sound(box: Postbox, size: int) -> bool:
    return (
        box.digest.shape == box.place.shape == (box.place.size,)
        and bool(np.all(box.digest[1:] >= box.digest[:-1]))
        and bool(np.all((box.place >= 0) & (box.place < size)))
    )


def digest(name: str) -> int:
    """Return 63 bits that stand for a name, 0 for an empty one."""
    if not name:
        return 0
    raw = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(raw, "little") >> 1 or 1


def owner_names(asset: Asset) -> list[str]:
    """Return the technology's applicants in the form in which spellings are compared."""
    return [party_name(part) for part in _BETWEEN_NAMES.split(asset.applicant)]


def own_numbers(asset: Asset) -> set[str]:
    """Return the technology's numbers in the form in which spellings are compared."""
    return {patent_number(asset.application_no), patent_number(asset.publication_no)}


def party_name(name: str) -> str:
    """Return a firm's or university's name in the form in which two spellings are compared."""
    return re.sub(r"[\s()（）·,.，。]", "", fold(name))


def patent_number(number: str) -> str:
    """Return an application or publication number in the form in which two spellings are compared.

    The check digit of a Chinese application number is dropped, with or without its dot.
    """
    folded = _COUNTRY.sub("", fold(number).strip())
    bare = _NOT_NUMBER.sub("", re.sub(r"\.\s*[0-9x]$", "", folded))
    undotted = _UNDOTTED.fullmatch(bare)
    return undotted[1] if undotted else bare
