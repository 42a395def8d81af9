"""One file while it is being read: its name, the rules it is read by, and what was found wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qixi.core import Problem, Refused
from qixi.tables.faults import fault, shown
from qixi.tables.heads import Vocabulary
from qixi.tables.limits import Limits

Progress = Callable[[str, int, int | None], None]
"""Called with (file, done, total); done and total are in one unit (bytes, rows), total None if unknown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record as it stands in the file: place and cells by column head as written."""

    number: int
    cells: Mapping[str, object]


@dataclass(slots=True)
class Source:
    """A file under way. Readers yield rows and put what they cannot yield into `rejects`."""

    path: Path
    vocabulary: Vocabulary
    limits: Limits
    progress: Progress | None = None
    rejects: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    rows_seen: int = 0
    encoding: str = "utf-8"
    heads: tuple[str, ...] = ()
    """The column heads of its table, as written, whether or not they will do."""
    _said: set[tuple[str, str | None]] = field(default_factory=set)

    @property
    def name(self) -> str:
        """The path as given, made printable."""
        return shown(str(self.path), 500)

    @property
    def stem(self) -> str:
        """The file's name without suffix, from which ids are made where a row has none."""
        return self.path.stem.encode("utf-8", "replace").decode("utf-8")

    def reject(self, code: str, row: int | None, column: str | None = None, **values: object) -> None:
        """Put a fault on record that costs the row (the whole file's when `row` is None)."""
        self.rejects.append(fault(code, values, file=self.name, row=row, column=column))
        if row is not None:
            self.rows_seen += 1

    def warn(self, code: str, row: int | None, column: str | None = None, **values: object) -> None:
        """Put a fault on record that costs at most one value."""
        self.warnings.append(fault(code, values, file=self.name, row=row, column=column))

    def warn_once(self, code: str, column: str | None = None, **values: object) -> None:
        """Put a fault of the whole file on record, once for each column."""
        if (code, column) not in self._said:
            self._said.add((code, column))
            self.warn(code, None, column, **values)

    def refuse(self, code: str, **values: object) -> Refused:
        """Return the refusal of the whole file, for the reader to raise."""
        return Refused(fault(code, values, file=self.name))

    def refuse_row(self, code: str, row: int, column: str | None = None, **values: object) -> Refused:
        """Return the refusal of one row, for a reader that is deep inside it."""
        return Refused(fault(code, values, file=self.name, row=row, column=column))

    def advance(self, done: int, total: int | None) -> None:
        """Tell the watcher, if there is one, how far the reading has come."""
        if self.progress is not None:
            self.progress(self.name, done, total)
