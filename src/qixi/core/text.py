"""Text that is shown to people, in both languages of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """One message in Chinese and English; both must say the same."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the wording in `language`, "zh" or "en"."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"
