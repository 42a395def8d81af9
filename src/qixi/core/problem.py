"""What is wrong with an input, where, and what to do about it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from qixi.core.text import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input: place, reason and remedy.

    `row` counts as the person sees it: line number in a JSONL file, sheet row in a
    spreadsheet (the head is row 1), 1-based record in Parquet; None when the fault is the whole
    file's. `column` is the column head as written in the file, None when not one column's fault.
    `setting` is the entry of a settings file, as weights.need, None when the fault is in no entry.
    """

    code: str
    reason: Text
    remedy: Text
    file: str | None = None
    row: int | None = None
    column: str | None = None
    setting: str | None = None

    def where(self) -> Text:
        """Return the place in words, empty when it is not known."""
        zh, en = [], []
        if self.file is not None:
            zh.append(self.file)
            en.append(self.file)
        if self.row is not None:
            zh.append(f"第 {self.row} 行")
            en.append(f"row {self.row}")
        if self.column is not None:
            zh.append(f"“{self.column}”列")
            en.append(f'column "{self.column}"')
        if self.setting is not None:
            zh.append(f"设置项“{self.setting}”")
            en.append(f'setting "{self.setting}"')
        return Text("，".join(zh), ", ".join(en))

    def message(self) -> Text:
        """Return place, reason and remedy as one sentence a person can act on."""
        where = self.where()
        zh = f"{self.reason.zh}。{self.remedy.zh}。"
        en = f"{_sentence(self.reason.en)}. {_sentence(self.remedy.en)}."
        zh, en = (f"{where.zh}：{zh}", f"{where.en}: {en}") if where.zh else (zh, en)
        return Text(_printable(zh), _printable(en))


def _printable(words: str) -> str:
    """Replace what a terminal would act on: names and values come from other people's files."""
    return "".join("·" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} else c for c in words)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


class Refused(Exception):  # noqa: N818  "Refused" is the house's word for a polite no, see Problem
    """Raised when the whole request cannot be done; carries every problem found."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            msg = "a refusal names at least one problem"
            raise ValueError(msg)
        self.problems = problems
        super().__init__("\n".join(str(problem.message()) for problem in problems))

    def __reduce__(self) -> tuple[type[Refused], tuple[Problem, ...]]:
        """Go to another process whole."""
        return type(self), self.problems
