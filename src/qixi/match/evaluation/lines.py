"""Plain lines of run and judgement files, and everything found wrong in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qixi.core import Problem, Refused, Text

FAULT_LIMIT = 20
"""Reading stops here: a file of the wrong kind would otherwise report every line."""


@dataclass(slots=True)
class Faults:
    """What is wrong with one input, told in one refusal."""

    file: str | None = None
    found: list[Problem] = field(default_factory=list)

    def add(
        self, code: str, reason: Text, remedy: Text, row: int | None = None, column: str | None = None
    ) -> None:
        """Put one fault on record; raises Refused at the `FAULT_LIMIT`th."""
        self.found.append(Problem(code, reason, remedy, self.file, row, column))
        if len(self.found) >= FAULT_LIMIT:
            self.settle()

    def settle(self) -> None:
        """Raise Refused if anything was put on record."""
        if self.found:
            raise Refused(*self.found)


def read_lines(path: Path, faults: Faults) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without its end) of a UTF-8 file, blank lines left out.

    Raises Refused where the file cannot be opened or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        faults.add(
            "file-unreadable",
            Text(f"文件无法打开：{why}", f"The file cannot be opened: {why}"),
            Text("请检查路径和读取权限", "Check the path, and that you may read the file"),
        )
        faults.settle()
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add(
            "encoding-broken",
            Text("有字节不是 UTF-8 文字", "Some bytes are no UTF-8 text"),
            Text("请把文件另存为 UTF-8", "Save the file as UTF-8"),
            row=data.count(b"\n", 0, error.start) + 1,
        )
        faults.settle()
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")


def cells_of(line: str, count: int) -> list[str] | None:
    """Split at tabs, else at any blanks, into exactly `count` cells; None where neither gives that many.

    Tabs come first so that an id with a blank in it survives in a tab-separated file.
    """
    for cells in (line.split("\t"), line.split()):
        if len(cells) == count:
            return [cell.strip() for cell in cells]
    return None
