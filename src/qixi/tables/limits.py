"""How much of a file is read before it is refused; every bound can be set."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is read, so that a broken or hostile file costs little.

    The numbers are Qixi's own choices, no rule asks for them. Lengths are in code points, sizes in
    bytes. `zip_ratio` is uncompressed to compressed size of one member and is only looked at above
    `zip_ratio_floor` bytes, because short repetitive sheets compress well without harm.
    """

    file_bytes: int = 2 * 1024**3
    field_length: int = 200_000
    id_length: int = 256
    row_length: int = 4_000_000
    rows: int = 5_000_000
    columns: int = 1_000
    cells: int = 200_000_000
    json_depth: int = 32
    zip_members: int = 10_000
    zip_bytes: int = 2 * 1024**3
    zip_ratio: int = 200
    zip_ratio_floor: int = 16 * 1024**2
    record_lines: int = 2_000
    tables: int = 2_000

    def __post_init__(self) -> None:
        for bound in fields(self):
            if getattr(self, bound.name) < 1:
                msg = f"{bound.name} must be at least 1"
                raise ValueError(msg)
