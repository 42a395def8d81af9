"""Where a rule comes from: the regulation, its number and article, and how surely that was read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qixi.core.text import Text


class Grade(StrEnum):
    """How far a source can be trusted.

    A: the text of the law was read. B: official site or main press. C: a repost that looks genuine.
    D: how somebody's program has it. S: a document that the office itself gave. N: nobody's: a default.
    """

    LAW = "A"
    OFFICIAL = "B"
    REPOST = "C"
    PROGRAM = "D"
    SEED = "S"
    NOBODY = "N"


@dataclass(frozen=True, slots=True)
class Law:
    """A provision as it is cited: the full name of its document, the article, and the document's number."""

    document: str
    article: str = ""
    number: str = ""
    grade: Grade = Grade.NOBODY

    def __str__(self) -> str:
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.document}》{number}{self.article}"

    def cited(self) -> Text:
        """Return how it is cited; what nobody laid down bears no marks of a regulation."""
        if self.grade is Grade.NOBODY:
            return Text(f"{self.document}，未找到法规出处", "the platform's own: no regulation was found")
        return Text(str(self), str(self))
